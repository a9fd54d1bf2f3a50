#!/usr/bin/env bats
# Names from strangers: legal, literal in every file, message and chart, and never run.

setup() {
    load helper
    # What they would do if anything ran or believed them.
    pool='pool, "a" `touch ran1` $(touch ran2)'
    lab='R&D <b>Lab</b> </script>'
    bold='{/Bold x} {/=40 y} a_b^c @d &e'
    japanese='日本語チーム'
    quoted='O'\''Neil; "touch ran3" | touch ran4 > ran5'
    broken=$'line 1\nline 2'
    script='</script><script>alert(1)</script>'
    backslash='back\slash \n %s %n ${HOME}'
    formula='1+1=2'
    blanks=' lead and trail '
    escape=$'\e[31mred\e]0;title\a \ttab'
    cfg() { # as a text of a scenario
        printf '"%s"' "$(printf '%s\n' "$1" |
            sed 's/[\\"]/\\&/g; s/\t/\\t/g; s/\x1b/\\x1b/g; s/\x07/\\x07/g; $!s/$/\\n/' |
            tr -d '\n')"
    }
    {
        echo "# \"Who\" gets \`touch ran6\` \$(touch ran7) {/Bold x} </script> R&D 日本?"
        cat <<EOF
start = "2025-01-01"; months = 3; marks = ( "2025-02-10" );
pools = ( { name = $(cfg "$pool"); gpus = 96; node_gpus = 1; } );
organisation = ( { name = $(cfg "$lab"); teams = (
    { name = $(cfg "$bold"); people = 3; exploration = ( { gpus = 20.0; } ); },
    { name = $(cfg "$japanese"); people = 2; },
    { name = $(cfg "$quoted"); people = 1; } ); } );
EOF
        echo 'projects = ('
        local name comma=
        for name in "$broken" "$script" "$backslash" "$formula" "$blanks" "$escape"; do
            cat <<EOF
    $comma { name = $(cfg "$name"); team = $(cfg "$japanese"); topic = $(cfg "$broken");
      kind = $(cfg "$quoted"); target = "2025-03-01";
      stages = ( { do = "train"; gpu_hours = 9000.0; } ); }
EOF
            comma=,
        done
        cat <<EOF
);
rule = { divide = "weighted"; };
happenings = (
    { name = $(cfg "$broken"); at = "2025-02-01"; do = "pause"; project = $(cfg "$script"); },
    { at = "2025-02-02"; do = "set"; path = $(cfg "projects.\"$formula\".priority"); value = 0.9; }
);
alternatives = ( { name = $(cfg "$escape"); rule = { divide = "max-min"; }; } );
EOF
    } >x.cfg
}

nothing_ran() {
    local file
    for file in ran*; do
        [ ! -e "$file" ] || fail "a command was run: $file"
    done
}

# The distinct values of a column are these names, as csv() shows them.
names_are() {
    local file=$1 column=$2 name
    shift 2
    csv "$file" "$column" | grep -v '^$' | LC_ALL=C sort -u >found
    for name; do
        printf '%s\n' "$name" | sed 's/\\/\\\\/g; s/|/\\x7c/g; $!s/$/\\n/' | tr -d '\n'
        echo
    done | LC_ALL=C sort -u >expected
    same found expected
}

@test "they are legal" {
    allot 0 check x.cfg
    prints "x.cfg: ok: 3 months, 1 pool, 3 teams, 6 projects, 2 dated changes, 1 alternative"
}

@test "literal in every CSV file" {
    local out
    allot 0 run x.cfg -o one -q
    allot 0 run x.cfg -n 2 --series -o many -q
    for out in one many; do
        names_are $out/pools.csv pool "$pool"
        names_are $out/claims.csv pool "$pool"
        names_are $out/factors.csv pool "$pool"
        names_are $out/teams.csv team "$bold" "$japanese" "$quoted"
        names_are $out/teams.csv group "$lab"
        names_are $out/groups.csv group "$bold" "$japanese" "$quoted" "$lab"
        names_are $out/groups.csv parent "$lab"
        for file in projects plan; do
            names_are $out/$file.csv project "$broken" "$script" "$backslash" "$formula" \
                "$blanks" "$escape"
            names_are $out/$file.csv team "$japanese"
        done
        names_are $out/plan.csv topic "$broken"
        names_are $out/plan.csv kind "$quoted"
        csv $out/events.csv subject | grep -Fx "${broken//$'\n'/\\n}" >/dev/null ||
            fail "events.csv"
        names_are $out/outcomes.csv subject all "$pool" "$lab" "$bold" "$japanese" "$quoted" \
            "$broken" "$script" "$backslash" "$formula" "$blanks" "$escape"
    done
    names_are many/bands.csv subject all "$pool" "$lab" "$bold" "$japanese" "$quoted" \
        "$broken" "$script" "$backslash" "$formula" "$blanks" "$escape"
    nothing_ran
}

@test "another reader of CSV finds the same" {
    python3 -c '' 2>/dev/null || skip "python3 is not there"
    allot 0 run x.cfg -q
    python3 - "$broken" "$script" "$backslash" "$formula" "$blanks" "$escape" <<'EOF' || fail "python3"
import csv, glob, sys
with open("out/x/plan.csv", encoding="utf-8", newline="") as file:
    found = [row["project"] for row in csv.DictReader(file)]
assert found == sys.argv[1:], found
for path in glob.glob("out/x/*.csv"):
    with open(path, encoding="utf-8", newline="") as file:
        assert len({len(row) for row in csv.reader(file)}) == 1, path
EOF
}

@test "literal in every JSON file" {
    python3 -c '' 2>/dev/null || skip "python3 is not there"
    allot 0 run x.cfg -n 2 --json -q
    printf '%s\n' "$output" >json
    python3 - "$broken" "$script" "$backslash" "$formula" "$blanks" "$escape" <<'EOF' || fail "python3"
import json, sys
for path in ("json", "out/x/summary.json"):
    with open(path, encoding="utf-8") as file:
        found = [o["subject"] for o in json.load(file)["outcomes"]
                 if o["kind"] == "project" and o["at"] == "" and o["metric"] == "released"]
    assert found == sys.argv[1:], found
with open("out/x/run.json", encoding="utf-8") as file:
    run = json.load(file)
assert [p["name"] for p in run["settings"]["projects"]] == sys.argv[1:]
assert run["question"].startswith('"Who" gets `touch ran6` $(touch ran7) {/Bold x} </script>')
EOF
}

@test "on the screen: no control character, no broken line" {
    allot 0 run x.cfg -a "$escape"
    [[ $output$stderr != *$'\e'* && $output$stderr != *$'\a'* ]] || fail "raw"
    printed 'rule max-min, alternative \x1b[31mred\x1b]0;title\x07
 tab'
    [ "$(grep -c '^line 1.*line 2 ' <<<"$output")" -eq 1 ] || fail "a broken line"
    # The tables; a character of Japanese is as wide as two.
    sed '1,2d; $d; s/日本語チーム/xxxxxxxxxxxx/' <<<"$output" | awk 'length > 80 { exit 1 }' ||
        fail "too wide"
    allot 0 run x.cfg
    printed "日本語"
    printed '"Who" gets `touch ran6` $(touch ran7) {/Bold x} </script> R&D 日本?'
    nothing_ran
}

@test "--print reads back to the same" {
    "$ALLOT" check x.cfg --print >y.cfg
    "$ALLOT" check y.cfg --print >z.cfg
    same y.cfg z.cfg
    ! grep -q $'[\e\a]' y.cfg || fail "raw escape codes"
    allot 0 run x.cfg -o a -q
    allot 0 run y.cfg -o b -q
    rm a/run.json b/run.json
    same_runs a b
}

@test "settings of such names can be set" {
    allot 0 check x.cfg --print -s 'organisation."R&D <b>Lab</b> </script>".share=7.0'
    printed "share = 7.0;"
    allot 0 check x.cfg --print -s 'projects."1+1=2".priority=0.125'
    printed "priority = 0.125;"
    allot 0 check x.cfg --print -s "projects.\" lead and trail \".priority=0.125"
    printed "priority = 0.125;"
    allot 0 check x.cfg --print -s "teams.日本語チーム.people=77"
    printed "people = 77;"
}

# The texts of an SVG, without elements within them and with entities undone.
texts_of() {
    tr '\n' ' ' <"$1" | sed 's/<text/\n<text/g' | sed -n 's/^<text[^>]*>\(.*\)<\/text>.*/\1/p' |
        sed 's/<[^>]*>//g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&apos;/'\''/g; s/&amp;/\&/g
            s/\xc2\xa0/ /g; s/  */ /g'
}

@test "charts show them literally, and run nothing" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    allot 0 run x.cfg -q
    allot 0 chart out/x
    complains "$NOT_ONE_RUN"
    local name
    texts_of out/x/charts/allocation.svg >texts
    for name in "{/Bold x} {/=40 y} a_b^c @d &e" "O'Neil; \"touch r…uch ran4 > ran5" "日本語チーム"; do
        grep -qF -- "$name" texts || fail "allocation.svg: $name" "$(cat texts)"
    done
    texts_of out/x/charts/projects.svg >texts
    for name in "line 1 line 2" '</script><scrip' 'back\slash \n %s %n ${HOME}' "1+1=2" \
        "lead and trail"; do
        grep -qF -- "$name" texts || fail "projects.svg: $name" "$(cat texts)"
    done
    for name in out/x/charts/*.svg; do
        ! grep -q '<script' "$name" || fail "$name: raw markup"
        ! grep -q $'[\e\a]' "$name" || fail "$name: control characters"
    done
    nothing_ran
    cd out/x/charts
    nothing_ran
}

@test "an SVG with them is well-formed" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    python3 -c '' 2>/dev/null || skip "python3 is not there"
    allot 0 run x.cfg -q
    allot 0 chart out/x -q
    python3 - out/x/charts/*.svg <<'EOF' || fail "python3"
import sys, xml.dom.minidom
for path in sys.argv[1:]:
    xml.dom.minidom.parse(path)
EOF
}

@test "png, pdf and dumb are drawn of them" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    allot 0 run x.cfg -q
    local format
    for format in png pdf dumb; do
        allot 0 chart out/x --format $format -q
        complains ""
        [[ $output != *$'\e'* ]] || fail "escape codes"
    done
    nothing_ran
    is_file out/x/charts/{allocation,projects}.{png,pdf,txt}
}

@test "paths that look like commands or options of gnuplot" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    local dir='-e `touch ran8` $(touch ran9); "x'\'' | touch ran10'
    base >y.cfg
    allot 0 run y.cfg -q --out="$dir"
    allot 0 chart -q -- "$dir"
    is_file "$dir/charts/allocation.svg" "$dir/charts/projects.svg"
    mkdir '< touch ran11'
    allot 0 run y.cfg -q -o '< touch ran11/r'
    allot 0 chart -q '< touch ran11/r'
    is_file '< touch ran11/r/charts/allocation.svg'
    nothing_ran
}

@test "a file name and an argument that are not UTF-8" {
    base >$'\xff\xfe.cfg'
    allot 0 run $'\xff\xfe.cfg' -q -o $'\xfd'
    is_file $'\xfd/run.json'
    grep -qF '"scenario": "\\xff\\xfe"' $'\xfd/run.json' || fail "scenario"
    grep -qF '"path": "\\xff\\xfe.cfg"' $'\xfd/run.json' || fail "path"
    grep -qF '"\\xfd"' $'\xfd/run.json' || fail "argv"
    if command -v gnuplot >/dev/null; then
        allot 0 chart $'\xfd' -q
    fi
}

@test "a scenario's file name with escape codes" {
    mv x.cfg $'\e[31mx.cfg'
    allot 0 check $'\e[31mx.cfg'
    [[ $output$stderr != *$'\e'* ]] || fail "raw"
    allot 0 run $'\e[31mx.cfg'
    [[ $output$stderr != *$'\e'* ]] || fail "raw"
    allot 66 run $'\e[31mnone.cfg'
    [[ $output$stderr != *$'\e'* ]] || fail "raw"
}

@test "in a report, of HTML, Markdown and text" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    local options format
    for options in --replication=2 --replications=3 --alternative="$escape"; do
        allot 0 run x.cfg -q -o out/x "$options"
        for format in html md text; do
            allot 0 report out/x --format $format -q
            [[ $output != *$'\e'* ]] || fail "escape codes"
        done
        run awk -f "$BATS_TEST_DIRNAME/page.awk" out/x/report.html
        [ "$status" -eq 0 ] || fail "$output"
        ! grep -n '<script\|<b>\|'$'\e' out/x/report.html || fail "raw"
        grep -qF '{/Bold x} {/=40 y} a_b^c @d &amp;e' out/x/report.html || fail "no {/Bold x}"
        grep -qF '日本語チーム' out/x/report.html || fail "no Japanese"
        grep -qF '{/Bold x} {/=40 y} a\_b\^c @d &amp;e' out/x/report.md || fail "no {/Bold x}"
        # What is fenced is literal in Markdown; elsewhere no tag is.
        ! sed '/^```/,/^```/d' out/x/report.md | grep -n '<' || fail "a tag"
    done
    nothing_ran
}

@test "a name that a spreadsheet would take for a formula is refused" {
    local name
    for name in "=1+1" "+1" "-1" "@SUM(A1)"; do
        base >y.cfg
        allot 65 check y.cfg -s "projects.Segment.topic=\"$name\""
        complained "a spreadsheet would take it for a formula"
        base | sed "s/\"Segment\"/\"$name\"/" >y.cfg
        allot 65 check y.cfg
        complained "a spreadsheet would take it for a formula"
        printf 'name,request\n%s,10\n' "$name" >claims.csv
        allot 65 divide equal claims.csv --capacity 8
        complained "a spreadsheet would take it for a formula"
    done
}
