#!/usr/bin/env bats
# Every number in a report's sentences is in the result files: figures.awk recomputes them.

setup() {
    load helper
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
}

# Recomputes the figures of DIR/report.html; leaves what figures.awk says in $said.
#   recompute DIR
recompute() {
    local file start months best files=()
    for file in outcomes bands pools groups teams projects months comparison alternatives \
        answers; do
        [ -e "$1/$file.csv" ] || continue
        csv "$1/$file.csv" | sed "s/^/$file.csv|/" >"$file.table"
        files+=("$file.table")
    done
    start=$(sed -n 's/^ *"start": "\([0-9-]*\)",*$/\1/p' "$1/run.json" | head -n 1)
    [ -n "$start" ] || fail "no start in $1/run.json"
    months=$(sed -n 's/^ *"months": \([0-9]*\),*$/\1/p' "$1/run.json" | head -n 1)
    best=$(sed -n 's/^ *"probability": \([0-9.]*\),*$/\1/p' "$1/run.json")
    run awk -v start="$start" -v months="${months:-0}" -v best="$best" -f "$BATS_TEST_DIRNAME/figures.awk" "${files[@]}" \
        "$1/report.html"
    said=$output
}

#   all_right DIR [LEAST FIGURES]
all_right() {
    recompute "$1"
    [ "$status" -eq 0 ] || fail "$said"
    [ "${said%% *}" -ge "${2-1}" ] || fail "only: $said"
}

#   wrong WHAT: the last page of out/x does not pass, and this is why
wrong() {
    recompute out/x
    [ "$status" -eq 1 ] || fail "passes: $said"
    [[ $said == *"$1"* ]] || fail "should be said: $1" "$said"
}

@test "the flagship, one run and many" {
    allot 0 run "$SCENARIOS/llama-vs-opt.cfg" -q --out out/one
    allot 0 report out/one
    all_right out/one 8
    allot 0 run "$SCENARIOS/llama-vs-opt.cfg" -q -n 40 --out out/many
    allot 0 report out/many
    all_right out/many 14
}

@test "a comparison of many alternatives, and one of few" {
    allot 0 compare "$SCENARIOS/llama-vs-opt.cfg" -q -n 20 --out out/x -m fill_frac:team/OPT \
        -m release_months:LLaMA -m released:LLaMA -m gpu_hours_used:team/OPT
    allot 0 report out/x
    all_right out/x 40
    grep -q 'Who gains and who loses GPUs' out/x/report.html
    [ "$(grep -c '<figcaption' out/x/report.html)" -eq 9 ] || fail "captions are missing"
    sed -i 's/^\(max-min,.*,gpu_hours_used,team,[^,]*,,[^,]*,[^,]*\),[^,]*/\1,1/' \
        out/x/comparison.csv
    wrong "should be 1: "
    allot 0 compare "$SCENARIOS/two-teams-one-pool.cfg" -q -n 3 --out out/few \
        --alt equal:rule.divide=equal
    allot 0 report out/few
    all_right out/few 5
    # In some worlds there is no release: how many is said.
    allot 0 compare "$SCENARIOS/lots-for-the-many.cfg" -q -n 30 --out out/lots \
        -m release_months:Doses
    allot 0 report out/lots
    grep -q 'Not every world gives' out/lots/report.html || fail "every world has a value"
    all_right out/lots 12
    allot 0 compare "$SCENARIOS/lots-for-the-many.cfg" -q --out out/best \
        --best release_months:Doses --budget 60
    allot 0 report out/best
    grep -q 'which is the best with a probability of' out/best/report.html ||
        fail "nothing is chosen"
    all_right out/best 12
}

@test "every scenario, one run and a few" {
    local file
    for file in "$SCENARIOS"/*.cfg; do
        allot 0 run "$file" -q --out out/one
        allot 0 report out/one
        all_right out/one 4
        allot 0 run "$file" -q -n 5 --out out/few
        allot 0 report out/few
        all_right out/few 5
    done
}

@test "a part of the runs releases, a team's difference is open, dates differ" {
    cat >x.cfg <<'EOF'
# Who gets it?
start = "2025-01-15"; months = 3;
pools = ( { name = "h100"; gpus = 64; } );
teams = ( { name = "R&D"; people = 3; exploration = ( { gpus = 24.0; log_sd = 0.8; } ); },
          { name = "Vision"; people = 2; exploration = ( { gpus = 24.0; log_sd = 0.8; } ); } );
projects = ( { name = "Segment"; team = "Vision"; target = "2025-03-15";
    stages = ( { do = "train"; gpu_hours = 41000.0; max_gpus = 32; } ); },
  { name = "Twin"; team = "R&D"; target = "2025-03-15";
    stages = ( { do = "train"; gpu_hours = 41000.0; max_gpus = 32; } ); } );
rule = { divide = "weighted"; };
EOF
    allot 0 run x.cfg -q -n 30
    allot 0 report out/x
    grep -q '^<li>.* is released in <data' out/x/report.html || fail "all runs release"
    grep -q '^<li>Whether .* is open: ' out/x/report.html || fail "nothing is open"
    all_right out/x 16
}

@test "names that are no plain words" {
    base | awk '{ gsub(/"Vision"/, "\"7 \\\"of\\\" 9 <b>\\&amp; | {/Bold 8}\"")
                  gsub(/"Segment"/, "\"1 \\&#49; 2\""); print }' >x.cfg
    grep -q '{/Bold 8}' x.cfg
    allot 0 run x.cfg -q -n 7
    allot 0 report out/x
    all_right out/x 5
    allot 0 run x.cfg -q
    allot 0 report out/x
    all_right out/x 3
}

@test "the test itself sees a wrong value, a wrong digit, a number without a source" {
    base >x.cfg
    allot 0 run x.cfg -q -n 7
    allot 0 report out/x
    cp out/x/report.html page
    grep -q '^<p class="answer">.*<data' page || fail "the answer has no figure"

    sed -E '/^<p class="answer">/s/<data value="[^"]*"/<data value="123.4"/' page \
        >out/x/report.html
    wrong "should be "
    sed -E '/^<p class="answer">/s/>[0-9.,]+( %)?<\/data>/>77.7<\/data>/' page \
        >out/x/report.html
    wrong "shown as 77.7"
    sed -E '/^<p class="answer">/s/data-metric="[^"]*"/data-metric="luck"/' page \
        >out/x/report.html
    wrong "nothing such in the files"
    sed -E '/^<p class="answer">/s/<\/p>/ In 3 of 4 cases.<\/p>/' page >out/x/report.html
    wrong "a digit that is no figure"
    grep -v '<data' page >out/x/report.html
    wrong "0 figures"

    cp page out/x/report.html
    all_right out/x
    sed -E '2,$s/,[^,]*$/,0.123/' out/x/outcomes.csv >other
    mv other out/x/outcomes.csv
    wrong "should be "
}
