#!/bin/sh
# Draws the charts of plots/ for synthetic tables (table.awk) and judges the pictures:
# gnuplot must succeed and say nothing, an SVG be XML and show hostile names as they are,
# nothing in a table may run, and the same table give the same bytes.
#   tests/plots/check.sh [DIRECTORY-TO-KEEP-THE-PICTURES-IN]
set -u
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
plots=$(cd "$here/../../plots" && pwd)
if ! command -v gnuplot >/dev/null; then
    echo "0 passed, 0 failed: gnuplot is not installed"
    exit 0
fi
if [ $# -gt 0 ]; then
    mkdir -p "$1" && dir=$(cd "$1" && pwd) || exit 1
else
    dir=$(mktemp -d) || exit 1
    trap 'rm -rf "$dir"' EXIT
fi
cd "$dir" || exit 1
passed=0
failed=0

pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    echo "FAILED: $*"
}
# expect WHAT COMMAND...: the command must succeed.
expect() {
    what=$1
    shift
    if "$@"; then pass; else fail "$what"; fi
}
# draw CHART TABLE OUT THEME: succeeds if gnuplot does and stays silent.
draw() {
    gnuplot -d -c "$plots/$1.gp" "$2" "$3" "$4" >stdout.log 2>stderr.log || return 1
    [ ! -s stderr.log ] && [ ! -s stdout.log ] && [ -s "$3" ]
}
table() { # KIND TEAMS MONTHS FLAVOUR
    awk -v kind="$1" -v teams="$2" -v months="$3" -v flavour="$4" -f "$here/table.awk" -f "$here/rows.awk"
}
is_xml() {
    if command -v xmllint >/dev/null; then
        xmllint --noout "$1"
    elif command -v python3 >/dev/null; then
        python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$1"
    fi
}
starts_with() { [ "$(dd if="$1" bs=1 count="${#2}" 2>/dev/null)" = "$2" ]; }

for kind in allocation projects teams pools fairness people fan releases hours score \
    timeline differences shifts means tornado heatmap shiftmap pareto; do
    case $kind in
        allocation) sizes="2-1 2-41 8-6 8-41 40-41 40-120" ;;
        projects) sizes="2-1 2-41 8-6 8-41 40-41 40-120 60-120" ;;
        teams | pools | fairness | people | fan) # panels
            sizes="1-1 2-6 3-41 4-41 7-41 8-41 12-120" ;;
        *) sizes="2-1 8-41 40-120" ;; # rows
    esac
    for size in $sizes; do
        name=$kind-$size
        table $kind "${size%-*}" "${size#*-}" plain >"$name.csv"
        expect "$name.svg" draw $kind "$name.csv" "$name.svg" light
        expect "$name.svg is XML" is_xml "$name.svg"
        expect "$name.txt" draw $kind "$name.csv" "$name.txt" light
    done
    for flavour in nasty long zero nan bare; do
        name=$kind-$flavour
        table $kind 8 41 $flavour >"$name.csv"
        expect "$name.svg" draw $kind "$name.csv" "$name.svg" dark
        expect "$name.svg is XML" is_xml "$name.svg"
        expect "$name.txt" draw $kind "$name.csv" "$name.txt" light
    done
    for theme in light dark print; do
        expect "$kind-$theme.png" draw $kind $kind-8-41.csv $kind-$theme.png $theme
    done
    expect "$kind.pdf" draw $kind $kind-8-41.csv $kind.pdf light
    # The weight of the title goes by an attribute that the driver does not know of.
    expect "$kind.svg has a bold title" grep -q 'sans-serif" font-weight="bold"' $kind-8-41.svg
    expect "$kind.pdf is PDF" starts_with $kind.pdf %PDF
    for ending in svg png txt; do
        draw $kind $kind-8-41.csv first.$ending light
        draw $kind $kind-8-41.csv second.$ending light
        expect "$kind: two $ending are equal" cmp -s first.$ending second.$ending
    done
    gnuplot -d -c "$plots/$kind.gp" $kind-8-41.csv - >dash.txt 2>stderr.log
    expect "$kind: - is text on stdout" cmp -s dash.txt first.txt
    expect "$kind: 80 columns" [ "$(tr -d '\f' <dash.txt | sed 's/[^ -~]/x/g' | awk 'length > n { n = length } END { print n }')" -le 80 ]
    expect "$kind: an unknown ending fails" eval "! draw $kind $kind-8-41.csv x.gif light"
    expect "$kind: a missing table fails" eval "! draw $kind nowhere.csv x.svg light"
done

# Names appear as they are, but for what XML asks for.
shows() { grep -qF -- "$2" "$1"; }
while IFS= read -r text; do
    expect "a chart shows $text" shows allocation-nasty.svg ">$text</text>"
done <<'END'
`touch PWNED` $(touch PWNED) "; system("touch PWNED"); "
{/Bold z} R&amp;D, @a _b ^c ~d \e \n &lt;/script> &lt;b> &amp;amp; ]] >
日本語 チーム — é ü 😀
a b c
\0042 \\ \
NaN
END
for kind in teams pools people fan; do
    expect "$kind shows <b>" shows $kind-nasty.svg "&lt;/script>"
    expect "$kind shows 日本語" shows $kind-nasty.svg ">日本語"
    expect "$kind shows {/Bold" shows $kind-nasty.svg ">{/Bold z} R&amp;D"
done
while IFS= read -r text; do
    for kind in projects releases; do
        expect "$kind shows $text" shows $kind-nasty.svg ">$text</text>"
    done
done <<'END'
'quotes' "double" "" 100% %s %n #1, 2
&lt;touch PWNED
END
# Paths are only paths, whatever they begin with.
cp allocation-8-41.csv "<touch PWNED;.csv"
cp allocation-8-41.csv "|touch PWNED;'\$(touch PWNED).csv"
expect "a table called <" draw allocation "<touch PWNED;.csv" "|touch PWNED;.svg" light
expect "a table called |" draw allocation "|touch PWNED;'\$(touch PWNED).csv" "-x .svg" light
expect "a script in a strange place" eval "mkdir -p '\$(touch PWNED)' &&
    cp '$plots'/*.gp '\$(touch PWNED)' &&
    gnuplot -d -c './\$(touch PWNED)/allocation.gp' allocation-8-41.csv x.svg 2>stderr.log"
expect "nothing ran" [ ! -e PWNED ]

# Little or nothing to draw.
cat >empty.csv <<'END'
what,team,from,to,low,high,colour,text
title,,,,,,,"Nothing"
capacity,,2022-01-10,2022-01-20,,8,,
END
expect "an allocation without teams" draw allocation empty.csv empty.svg light
expect "an allocation without teams, as text" draw allocation empty.csv empty.txt light
cat >none.csv <<'END'
what,row,from,to,colour,text
span,,2022-01-01,2022-03-01,,
END
for kind in projects releases timeline; do
    expect "no $kind" draw $kind none.csv none.svg light
    expect "no $kind, as text" draw $kind none.csv none.txt light
done
cat >none.csv <<'END'
what,row,from,to,colour,text
span,,0,0,,
END
for kind in hours score differences shifts means tornado; do
    expect "no $kind" draw $kind none.csv none.svg light
    expect "no $kind, as text" draw $kind none.csv none.txt light
done
cat >outside.csv <<'END'
what,row,from,to,colour,text
title,,,,,"A title"
span,,2022-01-01,2022-03-01,,
name,1,,,,"not started"
name,2,,,,"early and late"
build,2,2021-12-01,2022-04-01,2,
target,2,2023-01-01,,2,
release,2,2023-01-01,,2,
cancel,1,2021-01-01,,1,
END
expect "marks outside of the span" draw projects outside.csv outside.svg light
expect "marks outside of the span, as text" draw projects outside.csv outside.txt light

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
