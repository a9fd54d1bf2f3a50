#!/bin/bash
# Checks what the compiler does not: layers, headers, sizes, forbidden calls, scripts, docs.
#
#   tests/lint/lint.sh [ROOT]      CC names the compiler (gcc)
#
# Each rule is a function that prints "file:line: what is wrong" for each finding. Exit
# status 1 if there is any; the last line is "lint: N rules, M findings".
#
# shellcheck disable=SC2016 # single quotes hold the programs of awk and bash -c
set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 2
cd "${1:-$here/../..}" || exit 2
CC=${CC:-gcc}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

find sim include tests plots docs README.md ARCHITECTURE.md .ci -type f 2>/dev/null |
    sort >"$work/files"
grep -E '^(sim|include)/.*\.[ch]$' "$work/files" >"$work/ours"
grep -E '\.[ch]$' "$work/files" >"$work/c_files"
if [ ! -s "$work/ours" ]; then
    echo "lint: no sources under $PWD" >&2
    exit 2
fi

# The code of sim/ and include/ as lines "file:line:code", without comments and with empty
# strings (those of #include stay), for the rules that look for words.
xargs -r awk '
    FNR == 1 { in_comment = 0 }
    {
        line = $0; code = ""
        is_include = !in_comment && line ~ /^[ \t]*#[ \t]*include/
        while (line != "") {
            if (in_comment) {
                end = index(line, "*/")
                if (!end) break
                line = substr(line, end + 2); in_comment = 0; code = code " "
                continue
            }
            if (is_include || !match(line, /\/\*|\/\/|"|\047/)) { code = code line; break }
            code = code substr(line, 1, RSTART - 1)
            token = substr(line, RSTART, RLENGTH)
            line = substr(line, RSTART + RLENGTH)
            if (token == "//") break
            if (token == "/*") { in_comment = 1; continue }
            # A string or a character: to the next quote that no backslash escapes.
            while (line != "" && substr(line, 1, 1) != token)
                line = substr(line, substr(line, 1, 1) == "\\" ? 3 : 2)
            line = substr(line, 2); code = code token token
        }
        print FILENAME ":" FNR ":" code
    }' <"$work/ours" >"$work/code"

# Code lines with a call of one of the functions; members (state->free(x)) are no calls of
# the library's.  calls NAMES [PATHS THAT MAY]
calls() {
    grep -E ":[0-9]+:(.*[^[:alnum:]_.>])?($1)[[:space:]]*\(" "$work/code" |
        grep -vE "^(${2:-/})" | cut -d: -f1,2
}

rule_layers() {
    awk -v layers=sim/LAYERS '
        BEGIN {
            while ((getline line < layers) > 0) {
                n = split(line, word, " ")
                if (word[1] ~ /^[0-9]+$/)
                    for (i = 2; i <= n; i++) level[word[i]] = word[1] + 0
            }
        }
        {
            split($0, place, ":")
            split(place[1], part, "/")
            code = substr($0, length(place[1] place[2]) + 3)
            at = place[1] ":" place[2] ": "
            own = part[2]
            if (!(own in level)) {
                if (!seen[own]++) print at "layer " own " is not in sim/LAYERS"
                next
            }
            if (code !~ /^[ \t]*#[ \t]*include/) next
            if (match(code, /<[^>]*>/)) {
                name = substr(code, RSTART + 1, RLENGTH - 2)
                split(name, part, "/")
                if (part[1] in level) print at "<" name "> is ours: write it in quotes"
                next
            }
            if (!match(code, /"[^"]*"/)) { print at "include of a macro"; next }
            name = substr(code, RSTART + 1, RLENGTH - 2)
            if (name !~ /^[a-z0-9_]+\/[a-z0-9_]+\.h$/) {
                print at "\"" name "\" is not written \"layer/name.h\""
                next
            }
            split(name, part, "/")
            if (!(part[1] in level))
                print at "\"" name "\" is of no layer in sim/LAYERS"
            else if (part[1] != own && level[part[1]] >= level[own])
                print at own " (" level[own] ") includes \"" name "\" of " \
                    part[1] " (" level[part[1]] ")"
        }' "$work/code"
}

compile_flags() {
    local libraries
    libraries=$(sed -n 's/^LIBS *:= *//p' Makefile 2>/dev/null)
    echo "-std=c11 -D_GNU_SOURCE -DALLOT_VERIFY=1 -DALLOT_VERSION=\"\" -DALLOT_DATA_DIR=\"\""
    # shellcheck disable=SC2086 # a list of names
    [ -z "$libraries" ] || pkg-config --cflags $libraries
}

# Twice, so that the guard is tried as well.
# shellcheck disable=SC2086 # FLAGS is a list of words
compile_header() {
    printf '#include "%s"\n#include "%s"\n' "${1#include/}" "${1#include/}" |
        $CC -x c -fsyntax-only -Wall -Wextra -Werror $FLAGS - 2>&1 |
        grep -m 1 'error:' | sed "s|^|$1:1: does not compile alone: |"
}

rule_headers_stand_alone() {
    FLAGS="$(compile_flags) -Iinclude"
    export -f compile_header
    export FLAGS CC
    grep '^include/' "$work/ours" |
        xargs -r -P 4 -I{} bash -c 'compile_header "$1" >"$2/$$.found"' - {} "$work"
    collect
}

# What several processes have found: each has written a file of its own.
collect() {
    cat "$work"/*.found 2>/dev/null | sort -u
    rm -f "$work"/*.found
}

rule_file_sizes() {
    grep -E '^((sim|include)/.*|tests/.*\.(c|h|sh)|plots/.*)$' "$work/files" |
        xargs -r awk 'FNR == 501 { print FILENAME ":501: more than 500 lines" }'
}

rule_heap() {
    calls 'malloc|calloc|realloc|reallocarray|free|strdup|strndup|v?asprintf|aligned_alloc|posix_memalign|getline|getdelim' \
        sim/base/ | sed 's/$/: the heap belongs to base: use mem_* or an arena/'
}

rule_libconfig() {
    grep -E ':[0-9]+:[ \t]*#[ \t]*include[ \t]*[<"]libconfig' "$work/code" |
        grep -vE '^(sim|include)/scenario/' | cut -d: -f1,2 |
        sed 's/$/: libconfig belongs to scenario/'
}

rule_exit() {
    calls '_?exit|_Exit|quick_exit|v?errx?' sim/cli/ |
        sed 's/$/: only sim\/cli ends the process/'
    calls abort 'sim/(base/check\.c|cli/)' | sed 's/$/: use CHECK/'
}

rule_forbidden_calls() {
    calls setlocale | sed 's/$/: results do not depend on the locale/'
    calls 'system|popen|wordexp' | sed 's/$/: no shell anywhere/'
    calls '_?(sig)?(setjmp|longjmp)' | sed 's/$/: no longjmp/'
    calls 'gsl_rng_env_setup' | sed 's/$/: seeds come from the scenario/'
    calls 'rand|srand|drand48|srand48|random|srandom' |
        sed 's/$/: randomness comes from des streams/'
}

# The headers of world as those outside it are to see them: every field of struct world is
# const, and so is what the fields of its structs point to. A file that writes the world
# then does not compile, by whatever name it holds a part of it; copies may be changed.
constant_headers() {
    cp -R include "$work/include"
    local header
    for header in include/world/*.h; do
        grep "^$header:" "$work/code" | cut -d: -f3- | awk '
            # Puts const before the name at the end of a declarator: "*a", "b[2]", "c : 1".
            function constant(declarator,    tail) {
                match(declarator, /[ \t]*(\[[^]]*\]|:[ \t]*[0-9]+)*[ \t]*$/)
                tail = substr(declarator, RSTART)
                declarator = substr(declarator, 1, RSTART - 1)
                match(declarator, /[A-Za-z_][A-Za-z0-9_]*$/)
                return substr(declarator, 1, RSTART - 1) "const " \
                    substr(declarator, RSTART) tail
            }
            {
                opened = gsub(/\{/, "{"); closed = gsub(/\}/, "}")
                if (depth == 0 && /^[ \t]*struct[ \t]+[a-z0-9_]+[ \t]*\{/) {
                    in_struct = 1
                    is_world = $2 == "world" || $2 == "world{"
                }
                if (depth > 0 && in_struct && !opened && !closed && /;[ \t]*$/ && !/\(/ &&
                    (is_world || /\*/)) {
                    sub(/;[ \t]*$/, "")
                    n = split($0, declarator, ",")
                    # The first const counts for all of "double a, b".
                    line = is_world ? constant(declarator[1]) : declarator[1]
                    if (line !~ /^[ \t]*const /) line = "const " line
                    for (i = 2; i <= n; i++)
                        line = line "," (is_world && declarator[i] ~ /\*/ \
                            ? constant(declarator[i]) : declarator[i])
                    gsub(/const[ \t]+const/, "const", line)
                    $0 = line ";"
                }
                depth += opened - closed
                if (depth == 0) in_struct = 0
                print
            }' >"$work/$header"
    done
}

layers_above() {
    awk -v name="$1" '
        /^[0-9]/ { for (i = 2; i <= NF; i++) level[$i] = $1 + 0 }
        END { for (layer in level) if (level[layer] > level[name]) print layer }' sim/LAYERS
}

# shellcheck disable=SC2086 # FLAGS is a list of words
compile_reader() {
    $CC -fsyntax-only $FLAGS "$1" 2>&1 | sed -nE \
        's/^([^:]+:[0-9]+):([0-9]+:)? error: (.*)/\1: with a world that is const: \3/p'
}

rule_world_writes() {
    grep -E '[^[:alnum:]_]struct world \*' "$work/code" |
        grep -vE '^(sim|include)/(world|run)/' | grep -vE 'const struct world \*' |
        cut -d: -f1,2 | sed 's/$/: only world and run hold a world that they may change/'
    ls include/world/*.h >/dev/null 2>&1 || return
    constant_headers
    FLAGS="$(compile_flags) -I$work/include"
    case $($CC --version) in
    *clang*) FLAGS+=" -Werror=incompatible-pointer-types-discards-qualifiers" ;;
    *) FLAGS+=" -Werror=discarded-qualifiers" ;;
    esac
    export -f compile_reader
    export FLAGS CC
    layers_above world | while read -r layer; do
        grep "^sim/$layer/.*\.c$" "$work/ours"
    done | xargs -r -P 4 -I{} bash -c 'compile_reader "$1" >"$2/$$.found"' - {} "$work"
    collect
}

rule_unique_names() {
    awk -F/ '{
            name = $NF; sub(/\.[ch]$/, "", name)
            place = $2 "/" name
            if (name in first && first[name] != place) {
                if (!seen[$0]++)
                    print $0 ":1: there is a " first[name] " already: names are unique"
            } else first[name] = place
        }' "$work/ours"
}

rule_every_source_has_its_header() {
    local patterns source name pattern
    patterns=$(sed -n 's/^private //p' sim/LAYERS)
    grep -E '^sim/.*\.c$' "$work/ours" | while read -r source; do
        name=${source#sim/}
        name=${name%.c}
        case $name in cli/*) continue ;; esac
        for pattern in $patterns; do
            # shellcheck disable=SC2254 # a pattern it is
            case $name in $pattern) continue 2 ;; esac
        done
        [ -f "include/$name.h" ] ||
            echo "$source:1: has no include/$name.h and is not private in sim/LAYERS"
    done
}

# A command in a plot is system, shell, a line with "!", a text in backquotes, or a file
# whose name begins with "<" (or "|", where output goes).
rule_gnuplot_starts_nothing() {
    grep '^plots/' "$work/files" | grep -vE '\.(png|svg|md|txt|csv|awk|css)$' |
        xargs -r awk '
            function found(what) {
                print FILENAME ":" FNR ": a plot starts no program: " what
            }
            {
                line = $0; bare = ""
                while (match(line, /["\047#]/)) {
                    bare = bare substr(line, 1, RSTART - 1) " "
                    quote = substr(line, RSTART, 1)
                    line = quote == "#" ? "" : substr(line, RSTART + 1)
                    text = ""
                    while (line != "" && substr(line, 1, 1) != quote) {
                        n = quote == "\"" && substr(line, 1, 1) == "\\" ? 2 : 1
                        text = text substr(line, 1, n)
                        line = substr(line, n + 1)
                    }
                    line = substr(line, 2)
                    if (text ~ /^[ \t]*</) found("a name that begins with <")
                    if (text ~ /^[ \t]*\|/ && bare ~ /set[ \t]+(output|print|table)/)
                        found("a name that begins with |")
                    if (quote == "\"" && text ~ /`/) found("backquotes")
                }
                bare = bare line
                if (bare ~ /`/) found("backquotes")
                if (bare ~ /^[ \t]*!/) found("!")
                if (bare ~ /(^|[^A-Za-z0-9_])system([^A-Za-z0-9_]|$)/) found("system")
                if (bare ~ /(^|;)[ \t]*shell([ \t;]|$)/) found("shell")
            }'
}

is_there() {
    command -v "$1" >/dev/null 2>&1 || {
        echo "lint: $1 is not there, its rule is skipped" >&2
        return 1
    }
}

rule_format() {
    is_there clang-format || return
    xargs -r clang-format --dry-run -Werror <"$work/c_files" 2>&1 |
        sed -nE 's/^([^:]+:[0-9]+):[0-9]+: error: .*/\1: clang-format would change it/p' |
        sort -u -t: -k1,1
}

rule_shell_scripts() {
    is_there shellcheck || return
    while read -r file; do
        case ${file##*/} in
        *.sh) echo "$file" ;;
        *.*) ;;
        *) head -n 1 "$file" | grep -qE '^#!.*[/ ](ba|da)?sh' && echo "$file" ;;
        esac
    done <"$work/files" >"$work/scripts"
    xargs -r shellcheck -f gcc <"$work/scripts" 2>&1 |
        sed -E 's/^([^:]+:[0-9]+):[0-9]+:/\1:/'
}

# Words in backquotes that begin like a path of ours. A pattern must fit something; what
# holds <, …, NNNN or a layer X is an example.
rule_docs_name_real_paths() {
    grep -E '^(README\.md|ARCHITECTURE\.md|docs/.*\.md)$' "$work/files" |
        xargs -r awk '
            FNR == 1 { in_block = 0 }
            /^[ \t]*```/ { in_block = !in_block; next }
            in_block { next }
            {
                n = split($0, span, "`")
                for (i = 2; i < n + (n % 2); i += 2) {
                    m = split(span[i], word, /[ \t]+/)
                    for (k = 1; k <= m; k++)
                        if (word[k] ~ /^(\.\/)?(sim|include|tests|plots|scenarios|docs)\//)
                            print FILENAME ":" FNR, word[k]
                }
            }' |
        while read -r at path; do
            case $path in *'<'* | *…* | *NNNN* | */X/*) continue ;; esac
            path=$(printf '%s' "$path" | sed -E 's/(:[0-9]+)?[.,;:)]*$//')
            compgen -G "$path" >/dev/null || echo "$at: there is no $path"
        done
}

n_rules=0
for rule in $(declare -F | awk '$3 ~ /^rule_/ { print $3 }'); do
    n_rules=$((n_rules + 1))
    "$rule" >"$work/findings"
    sed "s/\$/ [${rule#rule_}]/" "$work/findings" >>"$work/all"
done
cat "$work/all"
n_findings=$(wc -l <"$work/all")
echo "lint: $n_rules rules, $((n_findings)) findings"
[ "$n_findings" -eq 0 ]
