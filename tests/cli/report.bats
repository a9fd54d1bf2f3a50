#!/usr/bin/env bats
# allot report: from the directory of a run to a page.

setup() {
    load helper
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
}

a_run() {
    base >x.cfg
    allot 0 run x.cfg -q "$@"
}

# A page is whole, sound and loads nothing.
sound() {
    [ "$(tail -n 1 "$1")" = "</html>" ] || fail "$1 is not whole"
    run awk -f "$BATS_TEST_DIRNAME/page.awk" "$1"
    [ "$status" -eq 0 ] || fail "$1:" "$output"
    ! grep -niE '@import|@font-face|url\( *["'\'']?[^#)]|https?:' "$1" || fail "$1 loads"
}

#   has FILE TEXT, literally
has() {
    grep -qF -- "$2" "$1" || fail "$1 should hold: $2"
}
has_not() {
    ! grep -nF -- "$2" "$1" || fail "$1 should not hold: $2"
}

@test "html is the default, one file in the run's directory; its path is printed" {
    a_run
    allot 0 report out/x/
    prints "out/x/report.html"
    complains ""
    is_file out/x/report.html
    is_gone out/x/report-files out/x/charts
    sound out/x/report.html
    has out/x/report.html '<title>Who gets it?</title>'
    has out/x/report.html '<h1><bdi>Who gets it?</bdi></h1>'
}

@test "one run: no interval, and the command that gives one" {
    a_run --replication 3
    allot 0 report out/x
    has out/x/report.html "This is one run in one random world"
    has out/x/report.html "run x.cfg -q -n 200"
    has_not out/x/report.html "95 % interval"
    has out/x/report.html 'id="chart-projects"'
}

@test "many runs: intervals" {
    a_run -n 20
    allot 0 report out/x
    sound out/x/report.html
    has out/x/report.html '<th scope="col" class="number">95 % interval</th>'
    has_not out/x/report.html "This is one run"
}

@test "many runs of the same: nothing is random" {
    with 's/ log_sd = 0.5;//'
    allot 0 run x.cfg -q -n 5
    allot 0 report out/x
    has out/x/report.html "came to the same: nothing that is random matters"
    has out/x/report.html '<th scope="row">spread of exploration</th><td><span class="soft">off'
}

@test "mechanisms: what is on is not called off" {
    base | sed 's/gpus = 64;/& failures_per_node_day = 0.01; reserved_frac = 0.25; deliveries = ( { at = "2025-02-01"; gpus = 8; } );/
        s/share = 1.0;/& floor_gpus = 8.0; ceiling_gpus = 60.0; requests = { strategy = "inflate"; padding = 0.1; };/
        s/over = "projects";/& lend = true; ledger = "decay"; inertia = { step_frac = 0.5; };\n score = { weights = { priority = 0.5; closeness = 0.5; }; };/
        s/target = "[^"]*";/& value_half_life_months = 6.0;/
        s/gpu_hours = [0-9.]*;/& overrun_log_sd = 0.1;/
        $a council = { lag_days = 3.0; cull = { after_meetings = 9; }; };
        $a people = { turnover_per_year = 0.1; };
        $a disputes = { threshold = 0.5; };
        $a happenings = ( { at = "2025-02-01"; do = "pause"; project = "Segment"; }, { at = "2025-02-01"; do = "set"; path = "rule.ledger"; value = "none"; }, { at = "2025-02-01"; do = "layoff"; fraction = 0.1; } );' >x.cfg
    allot 0 run x.cfg -q
    allot 0 report out/x
    has_not out/x/report.html '<span class="soft">off</span>'
    base | sed '$a alternatives = ( { name = "a"; pools = ( { name = "h100"; reserved_frac = 0.5; } ); } );' >x.cfg
    allot 0 run x.cfg -q
    allot 0 report out/x
    for name in reserve deliveries lag inertia ledger closeness floors ceilings happenings \
        disputes reorganisation "changes of the rule" "cuts and mergers by the council" "lending between meetings" "requests that are not honest"; do
        has out/x/report.html "<th scope=\"row\">$name</th><td><span class=\"soft\">off"
    done
}

@test "projects without a release are told, not dropped" {
    with 's/gpu_hours = 20000/gpu_hours = 900000/'
    allot 0 run x.cfg -q
    allot 0 report out/x
    has out/x/report.html "<bdi>Segment</bdi> is not released by the end of the run"
    has out/x/report.html "counts as not released"
    has out/x/report.html '<td class="number">not released</td>'
    allot 0 run x.cfg -q -n 4
    allot 0 report out/x
    grep -q '<li><bdi>Segment</bdi> is released in <data value="0"[^>]*>0</data> of <data value="4"' \
        out/x/report.html || fail "no word of it"
    base | sed '$a happenings = ( { at = "2025-01-10"; do = "cancel"; project = "Segment"; } );' >x.cfg
    allot 0 run x.cfg -q
    allot 0 report out/x
    has out/x/report.html "<bdi>Segment</bdi> is cancelled and not released"
}

@test "assumptions: comments of the file, tags as words, and the settings" {
    base | sed '1a #\n# It is said that "a" # b [P] is <so>.' |
        sed 's/^months = 3;/& # three [A] months/; s/^rule = /# As it was [D from 7 # words].\n&/' >x.cfg
    allot 0 run x.cfg -q
    allot 0 report out/x
    sound out/x/report.html
    has out/x/report.html '<blockquote><p>It is said that &quot;a&quot; # b [P] is &lt;so&gt;.</p>'
    has out/x/report.html '<code>months = 3;</code></th><td class="wide">three (assumed) months</td>'
    has out/x/report.html '<td class="wide">As it was (derived from 7 # words).</td>'
    has out/x/report.html '<th scope="row">assumed</th><td class="number">1</td>'
    has out/x/report.html '<th scope="row">derived from what is public</th><td class="number">1</td>'
    has out/x/report.html 'pools.h100.gpus = 64'
    a_run
    allot 0 report out/x
    has out/x/report.html "does not say where its numbers come from"
}

@test "how to reproduce: commands, hash, seed, versions" {
    base >'a file.cfg'
    allot 0 run 'a file.cfg' -q --out out/x --seed 77
    allot 0 report out/x
    has out/x/report.html "run &#39;a file.cfg&#39; -q --out out/x --seed 77"
    has out/x/report.html "<code>$(sha256sum 'a file.cfg' | cut -d' ' -f1)</code>"
    has out/x/report.html '<th scope="row">seed</th><td class="code"><code>77</code>'
    has out/x/report.html '<th scope="row">gnuplot</th>'
}

@test "--out: another file" {
    a_run
    mkdir pages
    allot 0 report out/x -o pages/a.html
    prints "pages/a.html"
    is_gone out/x/report.html
    sound pages/a.html
    allot 73 report out/x -o pages
    complains "pages: error: is a directory"
    allot 73 report out/x -o none/a.html
    complained "none/a.html: error: cannot be created"
    holds pages "a.html"
}

@test "md: a page and its pictures" {
    a_run -n 5
    allot 0 report out/x --format md
    prints "out/x/report.md"
    # shellcheck disable=SC2086 # a word a chart
    holds out/x/report-files "$(printf '%s.svg\n' "${ENSEMBLE[@]}" | sort | paste -sd' ')"
    has out/x/report.md "# Who gets it?"
    has out/x/report.md "](report-files/allocation.svg)"
    has_not out/x/report.md "<"
    allot 0 report out/x --format md -o "a b.md"
    prints "a b.md"
    is_file "a b-files/allocation.svg"
    has "a b.md" "](a%20b-files/allocation.svg)"
    # As many cells in each row of a table as in its header.
    awk '/^\|/ { gsub(/\\\|/, ""); n = gsub(/\|/, "")
                 if (in_table && n != width) { print; failed = 1 }
                 width = n; in_table = 1; next }
         { in_table = 0 }
         END { exit failed }' out/x/report.md || fail "a table is crooked"
}

@test "html and md say the same" {
    a_run -n 5
    allot 0 report out/x
    allot 0 report out/x --format md
    sentences() { # without marks
        sed 's/<[^>]*>//g; s/&#39;/'\''/g; s/&quot;/"/g; s/\\//g; s/\*\*//g; s/^- //'
    }
    sed -nE '/^<(p|li|figcaption)[ >]/p' out/x/report.html | grep -v '^<li><a' |
        sentences >html
    while IFS= read -r line; do
        sentences <out/x/report.md | grep -qxF -- "$line" || fail "md lacks: $line"
    done <html
    [ "$(wc -l <html)" -ge 8 ] || fail "too few: $(cat html) sentences"
}

@test "what the work takes: columns of which the run has something" {
    a_run
    allot 0 report out/x
    has_not out/x/report.html "What it takes"
    with 's/gpus = 64;/& watts = 400.0; pue = 1.1; price_per_gpu_hour = 2.0;/'
    allot 0 run x.cfg -q
    allot 0 report out/x --format md
    used=$(awk -F, '$3 == "gpu_hours_used" && $4 == "all" { print $6 }' out/x/outcomes.csv)
    mwh=$(awk -F, '$3 == "energy_mwh" && $4 == "all" { print $6 }' out/x/outcomes.csv)
    awk "BEGIN { d = $used * 440 / 1e6 - $mwh; exit !(d < 1e-9 && d > -1e-9) }" || fail "$mwh MWh"
    has out/x/report.md "| Whose | GPU-hours used | Energy, MWh | Cost |"
    has_not out/x/report.md "Model's loss"
}

@test "every metric has words for an answer" {
    base >x.cfg
    allot 0 list metrics
    sed -E 's/^([a-z_0-9]+) .* of ((all|pool|group|team|project|cohort)[a-z ]*): .*/\1 \2/' <<<"$output" >metrics
    [ "$(wc -l <metrics)" -ge 25 ] || fail "$(cat metrics)"
    while read -r metric kinds; do
        case " $kinds " in
        *" all "*) subject=$metric ;;
        *" team "*) subject=$metric:team/Vision ;;
        *) subject=$metric:Segment ;;
        esac
        allot 0 run x.cfg -q -s "answer=$subject" -o "out/$metric"
        allot 0 report "out/$metric" --format text
        ! grep -q "^$metric of " <<<"$output" || fail "$metric has no words"
    done <metrics
}

@test "text: the question, the answer, the warnings, in 80 columns, without gnuplot" {
    a_run
    mkdir none
    run --separate-stderr env PATH="$PWD/none" "$ALLOT" report out/x --format text
    [ "$status" -eq 0 ] || fail "exit status $status"
    [ "${lines[0]}" = "Who gets it?" ] || fail "the question comes first"
    printed "Answer"
    printed "This is one run"
    printed "people who leave"
    tr '\n' ' ' <<<"$output" | grep -qF "changes of the rule" || fail "changes of the rule"
    awk 'length > 80 { exit 1 }' <<<"$output" || fail "too wide"
    is_gone out/x/report.html out/x/report.txt
    allot 0 report out/x --format text -o answer.txt
    prints "answer.txt"
    is_file answer.txt
}

@test "without gnuplot: one line, exit status 69, nothing written" {
    a_run
    local format
    mkdir none
    for format in html md; do
        run --separate-stderr env PATH="$PWD/none" "$ALLOT" report out/x --format $format
        [ "$status" -eq 69 ] || fail "exit status $status"
        complains "allot: error: gnuplot is not installed
    hint: apt-get install gnuplot-nox"
        prints ""
        is_gone out/x/report.html out/x/report.md out/x/report-files
    done
}

@test "a failure leaves the page of before, and no other files" {
    a_run
    allot 0 report out/x
    cp out/x/report.html before
    mkdir bin tmp
    printf '#!/bin/sh\nexit 1\n' >bin/gnuplot
    chmod +x bin/gnuplot
    PATH=$PWD/bin:$PATH TMPDIR=$PWD/tmp allot 74 report out/x
    same before out/x/report.html
    holds tmp ""
    sed -i '2s/,[^,]*$/,what/' out/x/outcomes.csv
    allot 65 report out/x
    complained "out/x/outcomes.csv:2:"
    same before out/x/report.html
    [ -z "$(find out/x -name '*tmp*')" ] || fail "$(find out/x)"
}

@test "twice the same bytes; a new run takes the old report away" {
    a_run -n 3
    allot 0 report out/x
    cp out/x/report.html first
    allot 0 report out/x
    same first out/x/report.html
    allot 0 report out/x --format md
    allot 0 run x.cfg -q -n 3
    is_gone out/x/report.html out/x/report.md out/x/report-files
}

@test "usage" {
    a_run
    allot 64 report
    complained "allot report needs RUN"
    allot 64 report out/x --format pdf
    complains "allot: error: there is no format 'pdf'
    hint: there are: html, md, text"
    allot 64 report out/x --theme dark
    allot 66 report none
    complains "none: error: does not exist
    hint: name the directory that 'allot run' wrote"
    mkdir empty
    allot 66 report empty
    complained "holds no run: there is no run.json"
    allot 0 report --help
    printed "allot report out/llama-vs-opt -o report.html"
}

@test "damaged results: a located message, never half a page" {
    local file
    a_run
    cp -r out/x whole
    for file in outcomes.csv teams.csv months.csv pools.csv plan.csv events.csv; do
        rm -rf out/x
        cp -r whole out/x
        rm "out/x/$file"
        allot 66 report out/x
        complained "out/x/$file: error: "
        is_gone out/x/report.html
        echo nonsense >"out/x/$file"
        allot 65 report out/x
        complained "out/x/$file"
        is_gone out/x/report.html
    done
    echo '{' >out/x/run.json
    allot 65 report out/x
}

@test "a project never released, no project, no team's need, one month" {
    with 's/^projects = .*/projects = ( );/; /^    stages/d; s/^months = 3/months = 1/
          s/gpus = 8\.0; log_sd = 0\.5/gpus = 0.0/'
    allot 0 run x.cfg -q
    allot 0 report out/x
    sound out/x/report.html
    has out/x/report.html ">needs nothing<"
    allot 0 run x.cfg -q -n 3
    allot 0 report out/x
    sound out/x/report.html
    allot 0 report out/x --format md
}

@test "40 teams, 80 projects, strangers' names: sound, and the ends come first" {
    awk 'BEGIN {
        print "# Who of <b>all</b> & \"none\" gets {/Bold it}?"
        print "start = \"2025-01-01\"; months = 6; pools = ( { name = \"p\"; gpus = 640; } );"
        print "teams = ("
        for (i = 0; i < 40; i++)
            printf "%s{ name = \"<b>%d</b>; system(%ctouch ran%c)\"; people = %d; exploration = ( { gpus = %d.0; log_sd = 0.4; priority = %.2f; } ); }",
                i ? ",\n" : "", i, 39, 39, i, 8 + 2 * i, 0.1 + i / 50
        print ");\nprojects = ("
        for (i = 0; i < 80; i++)
            printf "%s{ name = \"R&D {/Bold %d} | `x`\"; team = \"<b>%d</b>; system(%ctouch ran%c)\"; target = \"2025-0%d-20\"; stages = ( { do = \"train\"; gpu_hours = 9000.0; } ); }",
                i ? ",\n" : "", i, i % 40, 39, 39, 2 + i % 5
        print ");\nrule = { divide = \"weighted\"; };" }' >x.cfg
    allot 0 run x.cfg -q -n 12
    allot 0 report out/x
    sound out/x/report.html
    has out/x/report.html "<caption>Teams that gain most and lose most</caption>"
    has out/x/report.html "<caption>Projects furthest from their target</caption>"
    has_not out/x/report.html "<b>"
    allot 0 report out/x --format md
    sed '/^```/,/^```/d' out/x/report.md >words.md # what is fenced is literal
    has_not words.md "<b>"
    has words.md 'R&amp;D {/Bold 3} \| \`x\`'
    is_gone ran
}

@test "the flagship with 200 replications: under 1 MB" {
    allot 0 run "$SCENARIOS/llama-vs-opt.cfg" -q -n 200 --out out/x
    allot 0 report out/x
    sound out/x/report.html
    [ "$(wc -c <out/x/report.html)" -lt 1000000 ] || fail "$(wc -c <out/x/report.html) bytes"
    grep -q '<caption>Teams</caption>' out/x/report.html
}
