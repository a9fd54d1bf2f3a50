#!/usr/bin/env bats
# allot compare: the table, its files, its mistakes, and that equal comparisons leave equal
# bytes.

setup() { load helper; }

files="alternatives.csv answers.csv columns.csv comparison.csv run.json summary.json"

# Two teams explore with a spread; alternatives that are better, worse and the same.
rivals() {
    cat <<'EOF'
# Does the larger pool help?
start = "2025-01-01"; months = 4; answer = "fill_frac:team/Vision";
pools = ( { name = "h100"; gpus = 64; } );
teams = ( { name = "Vision"; exploration = ( { gpus = 48.0; log_sd = 0.4; } ); },
          { name = "Language"; exploration = ( { gpus = 40.0; log_sd = 0.4; } ); } );
projects = ( { name = "Segment"; team = "Vision"; target = "2025-03-31";
    stages = ( { do = "train"; gpu_hours = 20000.0; min_gpus = 8; max_gpus = 32; } ); } );
rule = { divide = "max-min"; };
alternatives = ( { name = "larger"; pools = ( { name = "h100"; gpus = 96; } ); },
                 { name = "smaller"; pools = ( { name = "h100"; gpus = 48; } ); },
                 { name = "idle talk"; council = { lag_days = 0.0; }; } );
EOF
}

@test "the table: answer, differences, teams, what stands; files; next step" {
    rivals >x.cfg
    allot 0 compare x.cfg -n 60
    holds out/x-compare "$files"
    printed "Does the larger pool help?
4 months from 2025-01-01; 60 worlds, the same for every alternative; changes
against: as it is

fill_frac:team/Vision, %; more is better
Alternative  Mean  95 %"
    printed "100/0 %"
    printed "0/100 %"
    printed "GPUs at work on average, by team: before, and the change"
    printed "fill_frac:team/Vision: better under larger; worse under smaller; no other change
stands."
    complains "wrote out/x-compare; next: allot report out/x-compare"
    awk 'length > 80 { print; bad = 1 } END { exit bad }' <<<"$output" || fail "too wide"
}

@test "every file has the columns of 'allot list columns'" {
    rivals >x.cfg
    allot 0 compare x.cfg -n 5 -q
    local file
    for file in comparison alternatives answers columns; do
        [ "$(head -n 1 "out/x-compare/$file.csv")" = "$("$ALLOT" list columns | awk \
            -v file="$file.csv" '$1 == file { line = line (line == "" ? "" : ",") $2 }
                END { print line }')" ] || fail "$file"
    done
}

@test "the numbers: those of the runs, world by world" {
    rivals >x.cfg
    allot 0 compare x.cfg -n 40 -q
    allot 0 run x.cfg -n 40 -q -o base
    allot 0 run x.cfg -n 40 -q -o larger --alternative larger
    python3 - <<'EOF' || fail "other numbers"
import csv, math
def outcomes(directory):
    values = {}
    for row in csv.DictReader(open(directory + "/outcomes.csv")):
        key = (row["metric"], row["kind"], row["subject"], row["at"])
        values.setdefault(key, []).append(float(row["value"]))
    return values
base, larger = outcomes("base"), outcomes("larger")
n_rows = 0
for row in csv.DictReader(open("out/x-compare/comparison.csv")):
    if row["alternative"] != "larger":
        continue
    key = (row["metric"], row["kind"], row["subject"], row["at"])
    x, y = larger[key], base[key]
    pairs = [(a, b) for a, b in zip(x, y) if not (math.isnan(a) or math.isnan(b))]
    n_rows += 1
    assert int(row["n_pairs"]) == len(pairs), row
    assert int(row["n"]) == sum(not math.isnan(a) for a in x), row
    if not pairs:
        assert row["difference"] == "NaN", row
        continue
    d = [a - b for a, b in pairs]
    mean = sum(d) / len(d)
    assert abs(float(row["difference"]) - mean) <= 1e-9 * max(1, abs(mean)), row
    if row["metric"] != "released" or row["kind"] != "project":
        sd = math.sqrt(sum((v - mean) ** 2 for v in d) / (len(d) - 1))
        half = 2.0226909 * sd / math.sqrt(len(d))  # t(0.975; 39)
        if len(d) == 40:
            assert abs(float(row["ci_high"]) - mean - half) <= 1e-6 * max(1, half), row
    if row["metric"] == "fill_frac":
        better = sum(a > b for a, b in pairs) / len(pairs)
        assert abs(float(row["p_better"]) - better) < 1e-12, row
assert n_rows == len(base)
# Holm within the answers: three p-values, and within all other differences.
rows = list(csv.DictReader(open("out/x-compare/comparison.csv")))
for answers in ("0", "1"):
    tests = [r for r in rows if r["is_answer"] == answers and r["holm"] != "NaN"]
    tests.sort(key=lambda r: float(r["p_value"]))
    highest = 0
    for i, r in enumerate(tests):
        highest = max(highest, (len(tests) - i) * float(r["p_value"]))
        assert abs(float(r["holm"]) - min(1, highest)) < 1e-12, r
EOF
}

@test "the same bytes on any number of threads, and as many worlds first" {
    rivals >x.cfg
    local j
    for j in 1 2 8; do
        allot 0 compare x.cfg -n 30 -j $j -q -o j$j
    done
    same_runs j1 j2
    same_runs j1 j8
    # The first worlds of more are the worlds of fewer.
    allot 0 compare x.cfg -n 31 -q -o more
    awk -F, 'NR == 1 || $2 < 30' more/answers.csv >first
    same first j1/answers.csv
}

@test "--json: the answers, nothing else" {
    rivals >x.cfg
    allot 0 compare x.cfg -n 20 --json
    [ "$output" = "$(cat out/x-compare/summary.json)" ] || fail "not summary.json"
    python3 - <<'EOF' || fail "summary.json"
import json
summary = json.load(open("out/x-compare/summary.json"))
answer, = summary["answers"]
assert (answer["metric"], answer["kind"], answer["subject"]) == ("fill_frac", "team", "Vision")
base, larger, smaller, talk = answer["alternatives"]
assert base["alternative"] == summary["against"] == "as it is" and base["against"] is None
assert larger["against"]["stands"] and larger["against"]["ci_low"] > 0
assert not talk["against"]["stands"] and talk["against"]["difference"] == 0
EOF
    complains ""
}

@test "alternatives of the command line, against one of them, other outcomes" {
    rivals >x.cfg
    allot 0 compare x.cfg -n 20 --alt larger --alt 'huge:pools.h100.gpus=200,rule.divide=equal' \
        --against larger -m gpu_hours_used:team/Language -m jain_fill
    printed "changes
against: larger"
    printed "gpu_hours_used:team/Language, thousand GPU-hours
Alternative   Mean"
    printed "jain_fill:all; more is better"
    printed "huge"
    [[ $output != *smaller* ]] || fail "smaller was not asked for"
    # What it stands for: the same settings by --set.
    allot 0 run x.cfg -n 20 -q -o huge -s pools.h100.gpus=200 -s rule.divide=equal
    diff <(csv huge/outcomes.csv | awk -F'|' '$3 == "jain_fill" { print $6 }') \
        <(csv out/x-compare/answers.csv |
            awk -F'|' '$1 == "huge" && $3 == "jain_fill" { print $7 }') || fail "not the same"
}

@test "several scenarios: what only one of them has is told" {
    rivals >x.cfg
    rivals | sed 's/"Language"/"Speech"/' >y.cfg
    allot 0 compare x.cfg y.cfg -n 10 -m fill_frac:team/Vision
    printed "against: x"
    printed "y            "
    csv out/x-compare/comparison.csv | awk -F'|' '$3 == "fill_frac" && $5 == "Speech" {
        found = $7 != "NaN" && $8 == "NaN" && $9 == "NaN" && $20 == 0 } END { exit !found }' ||
        fail "Speech"
    csv out/x-compare/comparison.csv | awk -F'|' '$3 == "fill_frac" && $5 == "Language" {
        found = $7 == "NaN" && $8 != "NaN" && $9 == "NaN" } END { exit !found }' ||
        fail "Language"
}

# The larger draw of a month may keep the project from being done in time.
@test "worlds without a release: as shares, and as lost; the change of those with one" {
    rivals | sed 's/03-31/02-28/; s/months = 4/months = 3/; s/"max-min"/"proportional"/' |
        sed 's|answer = "[^"]*"|answer = "release_months:Segment"|' >x.cfg
    allot 0 compare x.cfg -n 60 --alt smaller
    printed "release_months:Segment, months; less is better"
    printed "released:Segment, % of the worlds; more is better"
    printed "Worlds without a value, lost but in no mean:"
    printed "smaller 31 of 60.
Worlds in which both have one, of which the change is: smaller 29."
    python3 - <<'EOF' || fail "not honest"
import csv, math
value = {}
for row in csv.DictReader(open("out/x-compare/answers.csv")):
    value[row["alternative"], row["metric"], int(row["replication"])] = float(row["value"])
months = {a: [value[a, "release_months", r] for r in range(60)] for a in ("as it is", "smaller")}
row = next(r for r in csv.DictReader(open("out/x-compare/comparison.csv"))
           if r["metric"] == "release_months")
pairs = list(zip(months["smaller"], months["as it is"]))
both = [a - b for a, b in pairs if not math.isnan(a) and not math.isnan(b)]
assert 0 < len(both) < 60 and int(row["n_pairs"]) == len(both)
assert abs(float(row["difference"]) - sum(both) / len(both)) < 1e-12
big = lambda x: math.inf if math.isnan(x) else x
assert float(row["p_worse"]) == sum(big(a) > big(b) for a, b in pairs) / 60
EOF
}

@test "requirements: of each alternative, or of one" {
    rivals >x.cfg
    allot 1 compare x.cfg -n 20 -q --require 'larger/fill_frac:team/Vision >= 0.5 @95' \
        --require 'fill_frac:team/Vision >= 0.8'
    printed "Required: larger/fill_frac:team/Vision >= 0.5 @95: met"
    printed "Required: smaller: fill_frac:team/Vision >= 0.8: not met"
    printed "Required: larger: fill_frac:team/Vision >= 0.8: met"
    complained "of 5 requirements"
    allot 64 compare x.cfg --require 'lager/fill_frac:team/Vision >= 0.5'
    complains "allot: error: --require 'lager/fill_frac:team/Vision >= 0.5': there is no \
alternative 'lager'
    hint: did you mean 'larger'?"
}

@test "an alternative that does not load names its mistakes" {
    rivals >x.cfg
    allot 65 compare x.cfg --alt 'a:rule.divide=wurst' --alt 'b:pools.h100.gpus=-3'
    complained "alternative 'a': "
    complained "alternative 'b': "
    is_gone out
    allot 64 compare x.cfg --alt 'a:' --alt ':rule.divide=equal'
    complained "--alt 'a:' has no settings"
    complained "--alt ':rule.divide=equal' has no name"
    allot 64 compare x.cfg --alt lager
    complained "no alternative 'lager'"
    complained "did you mean 'larger'?"
    allot 64 compare x.cfg --alt larger --alt larger
    complained "two alternatives are named 'larger'"
    allot 64 compare x.cfg --against lager
    complained "did you mean 'larger'?"
    base >y.cfg
    allot 65 compare y.cfg
    complained "y.cfg: error: has no alternatives to compare"
    allot 66 compare x.cfg none.cfg
    complained "none.cfg"
}

@test "its directory: a comparison is replaced, nothing else is" {
    rivals >x.cfg
    allot 0 compare x.cfg -n 5 -q
    allot 0 compare x.cfg -n 6 -q
    [ "$(csv out/x-compare/answers.csv replication | sort -n | tail -n 1)" = 5 ]
    allot 73 run x.cfg -o out/x-compare
    complained "is not empty and holds no run"
    allot 0 run x.cfg -q
    allot 73 compare x.cfg -o out/x
    complained "is not empty and holds no comparison: nothing is overwritten"
    holds out/x-compare "$files"
}

@test "one world, and worlds that are all the same" {
    rivals >x.cfg
    allot 0 compare x.cfg -n 1
    printed "1 world, the same for every alternative"
    [[ $output != *nan* ]] || fail "nan"
    rivals | sed 's/ log_sd = 0.4;//g' >x.cfg
    allot 0 compare x.cfg -n 5
    complained "all worlds came to the same"
    [[ $output != *nan* && $output != *inf* ]] || fail "nan or inf"
}

# Streams are named by purpose and entity: who joins shifts nobody else's draws.
@test "a new team with no demand changes no other team's draws" {
    rivals >x.cfg
    rivals | sed 's/^teams = (/teams = ( { name = "Able"; people = 3; },/' >y.cfg
    allot 0 compare x.cfg y.cfg -n 30 -q
    csv out/x-compare/comparison.csv | awk -F'|' '
        ($4 == "team" && ($5 == "Vision" || $5 == "Language")) || $4 == "project" {
            n++
            if ($9 != 0 && $9 != "NaN") { print; bad = 1 } }
        END { exit bad || n == 0 }' || fail "other draws"
}

@test "an interrupt keeps the worlds that are done, exit 130" {
    rivals | sed 's/months = 4/months = 120/' >x.cfg
    "$ALLOT" compare x.cfg -n 100000 -j 2 >table 2>said &
    local pid=$!
    sleep 0.7
    kill -INT $pid
    wait $pid && status=0 || status=$?
    [ "$status" -eq 130 ] || fail "exit status $status" "$(cat said)"
    grep -q 'interrupted after [0-9]* worlds' said || fail "$(cat said)"
    holds out/x-compare "$files"
}

@test "the best of them: runs go where they decide" {
    rivals >x.cfg
    local j
    for j in 1 3; do
        allot 0 compare x.cfg --best fill_frac:team/Vision --budget 200 -q -j $j -o j$j \
            --alt larger --alt 'a little:pools.h100.gpus=92' --alt smaller
        printed "Best by fill_frac:team/Vision: larger, which is the best with a probability of
at least 9"
    done
    same_runs j1 j3
    # All are spent; the close rival gets more than those that are far off.
    python3 - <<'EOF' || fail "not where they decide"
import json
spent = {a["name"]: a["replications"] for a in json.load(open("j1/run.json"))["alternatives"]}
assert sum(spent.values()) == 200, spent
assert spent["larger"] > 3 * spent["smaller"] and spent["a little"] > 3 * spent["smaller"], spent
assert min(spent.values()) >= 10, spent
EOF
    allot 64 compare x.cfg --best gpu_hours_used:team/Vision
    complained "neither more nor less of it is better"
    allot 64 compare x.cfg --best jain_fill:all -n 20
    complained "--best and --replications exclude each other"
    allot 64 compare x.cfg --best jain_fill:all --budget 39
    complained "--budget is 39, must be 40 at least: 10 for each alternative"
    allot 64 compare x.cfg --budget 390
    complained "--budget goes with --best"
}

@test "the best of what not every world has: what counts then is said" {
    # Released in some worlds only: later than the end of the run, four months long.
    rivals | sed -E 's/gpu_hours = 20000.0;/gpu_hours = 60000.0; overrun_log_sd = 0.5;/' >x.cfg
    allot 0 compare x.cfg --best release_months:Segment --budget 120 -q --json
    python3 - "$output" <<'EOF' || fail "$output"
import csv, json, sys
best = json.loads(sys.argv[1])["best"]
values = {}
for row in csv.DictReader(open("out/x-compare/answers.csv")):
    if row["metric"] == "release_months":
        values.setdefault(row["alternative"], []).append(float(row["value"]))
missing = sum(x != x for all in values.values() for x in all)
assert 0 < missing == best["n_missing"] and best["missing_counts_as"] == "end", best
months = (31 + 28 + 31 + 30) / (365.25 / 12)
means = {name: sum(months if x != x else x for x in all) / len(all)
         for name, all in values.items()}
assert best["alternative"] == min(means, key=means.get), (best, means)
assert best == json.load(open("out/x-compare/run.json"))["best"]
EOF
    allot 0 compare x.cfg --best release_months:Segment --budget 120 -q
    printed "counted as a release when the run, or the mark,"
    # A project that is released in no world takes longer than the run under all.
    sed -i 's/60000.0/9e6/' x.cfg
    allot 0 compare x.cfg --best release_months:Segment --budget 120 -q
    [[ ${output//$'\n'/ } == *"only because all came to the same in every world"* ]]
    # Where no value means nothing, there must be some.
    allot 65 compare x.cfg --best cost:all --budget 120 -q
    complained "it has a value in no more than one of 10 worlds"
}

@test "charts and the report of a comparison" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    rivals >x.cfg
    allot 0 compare x.cfg -n 30 -q -m fill_frac:team/Vision -m jain_fill
    allot 0 chart out/x-compare
    prints "out/x-compare/charts/means.svg
out/x-compare/charts/differences.svg
out/x-compare/charts/shifts.svg"
    grep -q '^stands,1,' out/x-compare/charts/differences.csv
    grep -q '^open,3,0,,' out/x-compare/charts/differences.csv
    allot 0 chart out/x-compare -m jain_fill:all --only means --format dumb
    grep -q "Fairness\\\\0054 Jain's index" out/x-compare/charts/means.csv
    allot 64 chart out/x-compare -m value
    complained "the comparison did not ask about 'value'"
    allot 64 chart out/x-compare --only pools
    complained "a comparison has no chart 'pools'"
    allot 0 report out/x-compare
    allot 0 report out/x-compare --format md
    is_file out/x-compare/report.md out/x-compare/report-files/differences-2.svg
    allot 0 report out/x-compare --format text
    printed "Better under larger: +24 percentage points (95 % interval +22 to +26); worse"
    # Again, and the old charts and pages are gone, for they tell of other worlds.
    allot 0 compare x.cfg -n 31 -q
    holds out/x-compare "$files"
}

@test "hostile names in a comparison stand as they are" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    rivals >x.cfg
    allot 0 compare x.cfg -n 5 -q --alt '"<b>&{/Bold x},`":pools.h100.gpus=70'
    csv out/x-compare/comparison.csv | grep -qF '<b>&{/Bold x},`|as it is|'
    allot 0 chart out/x-compare
    allot 0 report out/x-compare
    ! grep -qF '<b>&{' out/x-compare/report.html || fail "not escaped"
    grep -qF '&lt;b&gt;&amp;{/Bold x}' out/x-compare/report.html || fail "not there"
}
