#!/bin/bash
# Lets analysers read what compilers and tests do not see: shellcheck every script for sh,
# bash and bats and the completion for bash; gcc's analyzer, cppcheck and clang-tidy the
# sources of the program.
#
#   tests/lint/analyse.sh [TOOL...]        of shell, gcc, cppcheck, tidy; all
#
# FLAGS are those that a source is compiled with; PROGRAM is asked for its completion. What
# clang-tidy looks for stands in clang-tidy.yaml; findings that were judged and stay, with
# the reason, in accepted.txt: a row there that fits nothing any more is a finding itself.
# What a tool said of a file is kept in build/analyse with a hash of all that it read.
#
# A line "file:line: what [check]" for each finding, a line of sums for each tool. Exit
# status 1 if there is a finding, 69 if a tool is missing.
set -u

cd "$(dirname "$0")/../.." || exit 2
here=tests/lint
kept=build/analyse
export FLAGS=${FLAGS:--std=c11 -D_GNU_SOURCE -Iinclude} here kept

# Asks a tool about a file; fails if it could not read it, not if it found something.
# shellcheck disable=SC2046,SC2086 # FLAGS is a list of words
ask() {
    case $1 in
    shell) shellcheck -x -f gcc "$2" || [ $? -eq 1 ] ;;
    gcc) gcc $FLAGS -fanalyzer -c -o /dev/null "$2" ;;
    cppcheck)
        cppcheck --quiet --std=c11 --enable=warning,style,performance,portability \
            --library=posix,gnu --library="$here/cppcheck.xml" --suppress='*:/usr/*' \
            --template='{file}:{line}: {message} [{id}]' \
            $(printf '%s\n' $FLAGS | grep '^-[DI]') "$2"
        ;;
    tidy) clang-tidy --quiet --config-file="$here/clang-tidy.yaml" "$2" -- $FLAGS ;;
    esac 2>&1
}

# All that the answer depends on.
# shellcheck disable=SC2086 # FLAGS is a list of words
hash() {
    {
        echo "$FLAGS"
        cat "$2" "$here"/analyse.sh "$here"/clang-tidy.yaml "$here"/cppcheck.xml
        case $1 in
        shell) cat "${2%/*}"/*.sh ;; # what a script takes in stands beside it
        *) gcc $FLAGS -E "$2" ;;
        esac
    } 2>&1 | sha256sum
}

# Keeps the findings of a tool in a file, below the hash.
look() {
    local hash answer
    local said=$kept/$1/${2//\//,}
    hash=$(hash "$1" "$2")
    [ "$(head -n 1 "$said" 2>/dev/null)" != "$hash" ] || return 0
    if answer=$(ask "$1" "$2"); then
        printf '%s\n' "$hash" "$answer" |
            sed -nE "1p; s|^$PWD/||; \\|^/|d; s/^([^:]+:[0-9]+):([0-9]+:)? (.*\[[^]]+\])\$/\1: \3/p"
    else
        printf 'unread\n%s:1: %s [unread]\n' "$2" "${answer%%$'\n'*}"
    fi >"$said"
}
export -f ask hash look

files_of() {
    if [ "$1" != shell ]; then
        printf '%s\n' sim/*/*.c
        return
    fi
    if [ -n "${PROGRAM-}" ]; then
        docs/install/completion.sh "$PROGRAM" "$kept" || exit 2
        echo "$kept/allot.bash"
    fi
    find .ci docs scenarios tests -type f | sort | while read -r file; do
        case ${file##*/} in
        *.sh | *.bats | *.bash) echo "$file" ;;
        *.*) ;;
        *) head -n 1 "$file" | grep -qE '^#!.*[/ ](ba|da)?sh' && echo "$file" ;;
        esac
    done
}

n_all=0
# shellcheck disable=SC2016 # the inner shell expands them
analyse() {
    local n
    mkdir -p "$kept/$1"
    mapfile -t files < <(files_of "$1")
    printf '%s\n' "${files[@]}" |
        xargs -P "${JOBS:-2}" -I{} nice bash -c 'look "$1" "$2"' - "$1" {}
    for file in "${files[@]}"; do
        tail -n +2 "$kept/$1/${file//\//,}"
    done | sort -t: -u -k1,1 -k2,2n -k3 |
        awk -F ' [|] ' -v tool="$1" -f "$here/accepted.awk" "$here/accepted.txt" - \
            >"$kept/findings"
    cat "$kept/findings"
    n=$(wc -l <"$kept/findings")
    n_all=$((n_all + n))
    echo "analyse: $1, ${#files[@]} files, $n findings"
}

[ $# -gt 0 ] || set -- shell gcc cppcheck tidy
for tool; do
    case $tool in
    shell) program=shellcheck ;;
    gcc | cppcheck) program=$tool ;;
    tidy) program=clang-tidy ;;
    *) echo "analyse: there is no tool '$tool': shell, gcc, cppcheck, tidy" >&2 && exit 64 ;;
    esac
    command -v "$program" >/dev/null || {
        echo "analyse: $program is not there" >&2
        exit 69
    }
done
for tool; do
    analyse "$tool"
done
[ "$n_all" -eq 0 ]
