#!/bin/sh
# Writes completions for bash, zsh and fish from what the program says of itself.
#
#   docs/install/completion.sh PROGRAM DIRECTORY     writes allot.bash, _allot, allot.fish
set -eu

program=$1
directory=$2

# "COMMAND<tab>what it does" a line, and "OPTION<tab>VALUE<tab>what it does" of a command.
commands() {
    "$program" --help | awk '/^  [a-z]+ +[A-Z[]/ { print $1 }' | while read -r name; do
        printf '%s\t%s\n' "$name" "$("$program" "$name" --help | sed -n '1s/.* - //p')"
    done
}
options_of() {
    "$program" "$1" --help | awk '/^ +(-[a-zA-Z], +)?--[a-z-]+/ {
        rest = $0
        sub(/^ *(-[a-zA-Z], *)?--/, "", rest)
        name = rest
        sub(/[^a-z-].*/, "", name)
        rest = substr(rest, length(name) + 1)
        value = match(rest, /^ [A-Z][^ ]*/) ? substr(rest, 2, RLENGTH - 1) : ""
        rest = substr(rest, length(value) + 2)
        sub(/^ */, "", rest)
        print "--" name "\t" value "\t" rest
    }'
}
kinds() {
    "$program" list --help | awk '/^KIND:/ { on = 1; sub(/^KIND:/, "") }
        /^$/ { on = 0 }
        on { gsub(/[,.]/, " "); printf "%s ", $0 }' | xargs
}
# Names of settings without a NAME, POOL or SUBJECT in them: the others are the user's.
settings() {
    "$program" list settings | awk '/^[a-z_]+(\.[a-z_-]+)*$/' | sort -u | xargs
}
divisions() {
    "$program" list divisions | awk '/^$/ { past = 1 } NR > 1 && !past { print $1 }' | xargs
}

# What all three ask for: a value by the name of its option.
values_of() {
    case $1 in
    --theme) echo light dark print ;;
    --format) echo svg png pdf dumb html md text ;;
    --emit) echo slurm ;;
    *) ;;
    esac
}

bash_completion() {
    cat <<EOF
# bash completion for allot; written by docs/install/completion.sh
_allot()
{
    local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} words=
    local command=\${COMP_WORDS[1]-}
    COMPREPLY=()
    if [[ \$COMP_CWORD -eq 1 ]]; then
        words="$(commands | cut -f1 | xargs) --help --version"
        mapfile -t COMPREPLY < <(compgen -W "\$words" -- "\$word")
        return
    fi
    case \$before in
    -s | --set)
        mapfile -t COMPREPLY < <(compgen -S = -W "$(settings)" -- "\$word")
        compopt -o nospace
        return
        ;;
$(for option in --theme --format --emit; do
        printf '    %s) words="%s" ;;\n' "$option" "$(values_of "$option")"
    done)
    esac
    if [[ -z \$words && \$word == -* ]]; then
        case \$command in
$(commands | cut -f1 | while read -r name; do
        printf '        %s) words="%s" ;;\n' "$name" "$(options_of "$name" | cut -f1 | xargs)"
    done)
        esac
    elif [[ -z \$words && \$COMP_CWORD -eq 2 ]]; then
        case \$command in
        list) words="$(kinds)" ;;
        divide) words="$(divisions)" ;;
        help) words="$(commands | cut -f1 | xargs)" ;;
        esac
    fi
    if [[ -n \$words ]]; then
        mapfile -t COMPREPLY < <(compgen -W "\$words" -- "\$word")
    else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "\$word")
    fi
}
complete -F _allot allot
EOF
}

# In zsh a colon, a bracket and a quote of a description are escaped.
zsh_words() {
    sed -e "s/'/'\\\\''/g" -e 's/[]:[]/\\&/g'
}

zsh_completion() {
    tab=$(printf '\t')
    echo '#compdef allot'
    echo '# written by docs/install/completion.sh'
    echo 'local -a commands'
    echo 'commands=('
    commands | while IFS=$tab read -r name summary; do
        printf "    '%s:%s'\n" "$name" "$(echo "$summary" | zsh_words)"
    done
    cat <<'EOF'
)
if (( CURRENT == 2 )); then
    _describe command commands
    return
fi
local command=$words[2]
shift words
(( CURRENT-- ))
case $command in
EOF
    commands | cut -f1 | while read -r name; do
        printf '%s)\n    _arguments \\\n' "$name"
        options_of "$name" | while IFS= read -r line; do
            option=$(echo "$line" | cut -f1)
            value=$(echo "$line" | cut -f2)
            help=$(echo "$line" | cut -f3 | zsh_words)
            action=
            if [ -n "$(values_of "$option")" ]; then
                action="($(values_of "$option"))"
            elif [ -n "$value" ]; then
                action=_files
            fi
            printf "        '*%s[%s]%s' \\\\\n" "$option" "$help" \
                "${value:+:$(echo "$value" | zsh_words):$action}"
        done
        case $name in
        list) printf "        '1:kind:(%s)'\n" "$(kinds)" ;;
        divide) printf "        '1:division:(%s)' '2:claims:_files'\n" "$(divisions)" ;;
        *) printf "        '*:file:_files'\n" ;;
        esac
        echo '    ;;'
    done
    echo 'esac'
}

fish_words() {
    sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g"
}

fish_completion() {
    tab=$(printf '\t')
    echo '# fish completion for allot; written by docs/install/completion.sh'
    commands | while IFS=$tab read -r name summary; do
        printf "complete -c allot -n __fish_use_subcommand -f -a %s -d '%s'\n" "$name" \
            "$(echo "$summary" | fish_words)"
        options_of "$name" | while IFS= read -r line; do
            option=$(echo "$line" | cut -f1)
            value=$(echo "$line" | cut -f2)
            printf "complete -c allot -n '__fish_seen_subcommand_from %s' -l %s%s -d '%s'\n" \
                "$name" "${option#--}" "${value:+ -r}$(
                    words=$(values_of "$option")
                    [ -z "$words" ] || printf " -f -a '%s'" "$words"
                )" "$(echo "$line" | cut -f3 | fish_words)"
        done
    done
    printf "complete -c allot -n '__fish_seen_subcommand_from list' -f -a '%s'\n" "$(kinds)"
    printf "complete -c allot -n '__fish_seen_subcommand_from divide' -a '%s'\n" \
        "$(divisions)"
}

mkdir -p "$directory"
bash_completion >"$directory/allot.bash"
zsh_completion >"$directory/_allot"
fish_completion >"$directory/allot.fish"
