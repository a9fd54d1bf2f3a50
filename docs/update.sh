#!/bin/bash
# Writes the tables of docs/*.md that the program itself can tell: columns, settings,
# happenings, metrics, divisions, factors, ledgers, events, the tables of a sweep's store.
# They stand in a page between
#
#   <!-- made by docs/update.sh: KIND [ARGUMENT] -->
#   <!-- end -->
#
#   docs/update.sh PROGRAM           rewrites them
#   docs/update.sh --check PROGRAM   names the pages that are not up to date; exit status 1
set -eu -o pipefail

check=
[ "${1-}" != --check ] || { check=1 && shift; }
program=${1:?which program?}
pages=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Lists of the program as fields with tabs between them, then as a table in Markdown: the
# first line is the head; in fields after the first nothing is markup.
table() {
    awk -F'\t' -v columns="$1" '
        function cell(text, is_code) {
            gsub(/\|/, "\\|", text)
            if (is_code) return text == "" ? "" : "`" text "`"
            gsub(/[*<]/, "\\\\&", text)
            return text
        }
        BEGIN {
            n = split(columns, head, ",")
            for (i = 1; i <= n; i++) { line = line "| " head[i] " "; rule = rule "|---" }
            print line "|"; print rule "|"
        }
        { line = ""
          for (i = 1; i <= n; i++) line = line "| " cell($i, i == 1) " "
          gsub(/  +/, " ", line); print line "|" }'
}

part_columns() {
    "$program" list columns | awk -v file="$1" '$1 == file {
        name = $2; sub(/^[^ ]+ +[^ ]+ +/, "")
        unit = substr($0, 1, 10); sub(/ +$/, "", unit)
        print name "\t" unit "\t" substr($0, 12) }' | table "column,unit,meaning"
}

# A heading for each element of the scenario, below it what may stand there.
part_settings() {
    "$program" list settings | awk '
        function flush() {
            if (key != "") print "row\t" key "\t" type "\t" fallback "\t" range "\t" help
            key = ""
        }
        /^# / { flush(); print "head\t" substr($0, 3); in_intro = 1; next }
        /^[a-z0-9_]+(\.[A-Za-z0-9_]+)*$/ { flush(); key = $0; help = type = fallback = range = ""; next }
        /^    / && key != "" && help == "" { help = substr($0, 5); next }
        /^    / && key != "" {
            n = split(substr($0, 5), part, "; "); type = part[1]
            for (i = 2; i <= n; i++) {
                if (sub(/^default /, "", part[i])) fallback = part[i]
                else if (sub(/^unit /, "", part[i])) range = range part[i] "; "
                else if (sub(/^range /, "", part[i])) range = range part[i] "; "
                else if (sub(/^one of /, "", part[i])) { gsub(/ /, ", ", part[i]); range = range part[i] "; " }
                else if (part[i] == "may change by date") type = type ", by date"
            }
            sub(/; $/, "", range); next }
        NF && in_intro { flush(); print "text\t" $0 }
        END { flush() }' |
        while IFS=$'\t' read -r what first rest; do
            case $what in
            head) end_rows && printf '\n### %s\n' "$first" ;;
            text) end_rows && printf '\n%s\n\n' "${first^}." ;;
            row) printf '%s\t%s\n' "$first" "$rest" >>"$work/rows" ;;
            esac
        done
    end_rows
}
end_rows() {
    [ ! -s "$work/rows" ] ||
        table "setting,type,default,unit and range,meaning" <"$work/rows"
    : >"$work/rows"
}

part_happenings() {
    "$program" list happenings | sed -E 's/^([a-z]+) +(.*); keys: (.*)$/\1\t\2\t\3/' |
        table "do,what it does,keys"
}

part_metrics() {
    "$program" list metrics | awk '
        match($0, / of ((all|pool|group|team|project|cohort)[ :]+)+/) {
            of = substr($0, RSTART + 4, RLENGTH - 4); sub(/: *$/, "", of)
            name = $1; unit = substr($0, 1, RSTART); sub(/^[^ ]+ +/, "", unit); sub(/ +$/, "", unit)
            print name "\t" unit "\t" of "\t" substr($0, RSTART + RLENGTH)
        }' | table "metric,unit,of,meaning"
}

part_divisions() {
    "$program" list divisions | awk '
        NF == 0 { is_over = 1 }
        NR > 1 && !is_over {
            name = substr($0, 1, 13); reads = substr($0, 39, 31)
            line = substr($0, 71); gsub(/ +$/, "", name); gsub(/ +$/, "", reads)
            over = substr($0, 15, 9); tree = substr($0, 25, 5); ledger = substr($0, 31, 7)
            gsub(/ /, "", over); gsub(/ /, "", tree); gsub(/ /, "", ledger)
            print name "\t" over "\t" tree "\t" ledger "\t" reads "\t" line
        }' | table "division,projects,tree,ledger,reads,what it does"
}

# Lists of a name and its summary, up to the first empty line.
part_names() {
    "$program" list "$1" | awk '
        NF == 0 { is_over = 1 }
        !is_over { name = $1; sub(/^[^ ]+ +/, ""); print name "\t" $0 }' | table "$2,what it is"
}

# The statements that made the store of a small sweep.
part_store() {
    (
        cd "$work"
        "$program" init my.cfg --quiet
        "$program" sweep my.cfg --quiet -n 1 --vary rule.divide=weighted --out sweep >told 2>&1
    )
    printf '%s\n' '```sql'
    sqlite3 "$work/sweep/sweep.sqlite" "SELECT sql || ';' FROM sqlite_master WHERE sql <> ''" |
        sed -E 's/, PRIMARY KEY\(/,\n    PRIMARY KEY(/; s/ (SELECT|FROM|JOIN) /\n    \1 /g'
    printf '%s\n' '```'
}

make_part() {
    case $1 in
    columns) part_columns "$2" ;;
    settings) part_settings ;;
    happenings) part_happenings ;;
    metrics) part_metrics ;;
    divisions) part_divisions ;;
    names) part_names "$2" "$3" ;;
    store) part_store ;;
    *) echo "docs/update.sh: no part $1" >&2 && exit 1 ;;
    esac
}

write_page() {
    local line arguments
    while IFS= read -r line; do
        printf '%s\n' "$line"
        [[ $line == '<!-- made by docs/update.sh: '*' -->' ]] || continue
        line=${line#*: }
        read -ra arguments <<<"${line% -->}"
        printf '\n'
        make_part "${arguments[@]}"
        printf '\n'
        while IFS= read -r line && [ "$line" != '<!-- end -->' ]; do :; done
        printf '%s\n' "$line"
    done
}

program=$(realpath "$program")
: >"$work/rows"
stale=0
for page in "$pages"/*.md; do
    grep -q '^<!-- made by docs/update.sh: ' "$page" || continue
    write_page <"$page" | cat -s >"$work/page"
    cmp -s "$work/page" "$page" && continue
    if [ -n "$check" ]; then
        echo "docs/$(basename "$page") is not up to date: make docs"
        diff "$page" "$work/page" || true
        stale=1
    else
        cp "$work/page" "$page"
        echo "wrote docs/$(basename "$page")"
    fi
done
exit $stale
