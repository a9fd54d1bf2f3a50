#!/usr/bin/env bats
# allot sweep and allot export: which points there are, what is kept, what is refused.

setup() { load helper; }

# A scenario and a sweep of six points that are quick to run.
six="--vary rule.divide=weighted,max-min --vary pools.h100.gpus=32:64:16"
sweep() {
    local expected=$1
    shift
    # shellcheck disable=SC2086 # options
    allot "$expected" sweep x.cfg $six "$@"
}

# The points of a dry run, without their numbers.
points() {
    sed -n 's/^[0-9]*  //p' <<<"$output"
}

@test "a grid takes every combination, the last setting fastest" {
    base >x.cfg
    sweep 0 --dry-run
    [ "$(points)" = "rule.divide=weighted, pools.h100.gpus=32
rule.divide=weighted, pools.h100.gpus=48
rule.divide=weighted, pools.h100.gpus=64
rule.divide=max-min, pools.h100.gpus=32
rule.divide=max-min, pools.h100.gpus=48
rule.divide=max-min, pools.h100.gpus=64" ] || fail "$(points)"
    printed "grid: 6 points x 1 replications: 6 runs"
    printed "0 stored, 6 to do"
    is_gone out
}

@test "zip moves settings together, where drops points" {
    base >x.cfg
    allot 0 sweep x.cfg --dry-run --vary council.lag_days=0,5 \
        --vary pools.h100.gpus=32,64 --vary months=2,3 --zip months,council.lag_days
    [ "$(points)" = "council.lag_days=0, pools.h100.gpus=32, months=2
council.lag_days=0, pools.h100.gpus=64, months=2
council.lag_days=5, pools.h100.gpus=32, months=3
council.lag_days=5, pools.h100.gpus=64, months=3" ] || fail "$(points)"
    sweep 0 --dry-run --where "rule.divide != max-min" --where "pools.h100.gpus + 8 > 40"
    [ "$(points)" = "rule.divide=weighted, pools.h100.gpus=48
rule.divide=weighted, pools.h100.gpus=64" ] || fail "$(points)"
}

@test "numbers are as they are meant: 0.1 + 2 * 0.1 is 0.3, whole settings are whole" {
    base >x.cfg
    allot 0 sweep x.cfg --dry-run --vary rule.quota.k=0.1:0.3:0.1
    [ "$(points | paste -sd' ')" = "rule.quota.k=0.1 rule.quota.k=0.2 rule.quota.k=0.3" ]
    allot 0 sweep x.cfg --dry-run --design random --points 40 --vary council.every_months=1:3
    [ "$(points | sort -u | paste -sd' ')" = \
        "council.every_months=1 council.every_months=2 council.every_months=3" ] || fail "$(points)"
}

@test "a longer random or sobol design begins with the shorter one" {
    base >x.cfg
    local design few
    for design in random sobol; do
        allot 0 sweep x.cfg --dry-run --design $design --points 5 --vary rule.quota.k=0:1 \
            --vary council.lag_days="normal(10, 1)"
        few=$(points)
        allot 0 sweep x.cfg --dry-run --design $design --points 9 --vary rule.quota.k=0:1 \
            --vary council.lag_days="normal(10, 1)"
        [ "$(points | wc -l)" -eq 9 ]
        [ "$(points | head -n 5)" = "$few" ] || fail "$design"
    done
}

@test "a latin hypercube meets each tenth of each range once" {
    base >x.cfg
    allot 0 sweep x.cfg --dry-run --design latin-hypercube --points 10 \
        --vary rule.quota.k=0:1 --vary council.lag_days=0:10
    points | awk -F '[=,]' '{ k[int($2 * 10)]++; lag[int($4)]++ }
        END { for (i = 0; i < 10; i++) if (k[i] != 1 || lag[i] != 1) exit 1 }' ||
        fail "$(points)"
}

@test "Sobol points stop at 40 dimensions, and it is said" {
    base >x.cfg
    local i vary=()
    for ((i = 0; i < 41; i++)); do vary+=(--vary "x$i=0:1"); done
    allot 64 sweep x.cfg --design sobol --dry-run "${vary[@]}"
    complained "Sobol points stop at 40 dimensions (GSL), this sweep has 41"
    complained "choose --design latin-hypercube or random"
    allot 64 sweep x.cfg --design saltelli --dry-run "${vary[@]:0:42}"
    complained "this sweep has 42"
    complained "vary at most 20"
}

@test "a list of points from a file beside the scenario" {
    mkdir deep
    base >deep/x.cfg
    printf 'rule.divide,pools.h100.gpus\nequal,64\nmax-min,32\n' >deep/points.csv
    allot 0 sweep deep/x.cfg --points-file points.csv --dry-run
    [ "$(points)" = "rule.divide=equal, pools.h100.gpus=64
rule.divide=max-min, pools.h100.gpus=32" ] || fail "$(points)"
    allot 66 sweep deep/x.cfg --points-file other.csv --dry-run
    complained "other.csv: error: cannot be read"
}

@test "the scenario's group sweep says the same as the options" {
    base >x.cfg
    sweep 0 --dry-run -n 2
    local told=$output
    cat >>x.cfg <<'END'
sweep = { replications = 2;
    vary = ( "rule.divide=weighted,max-min", "pools.h100.gpus=32:64:16" ); };
END
    allot 0 sweep x.cfg --dry-run
    [ "$(points)" = "$(sed -n 's/^[0-9]*  //p' <<<"$told")" ] || fail "$told"
    printed "6 points x 2 replications: 12 runs"
    allot 0 check x.cfg --print
    allot 0 sweep x.cfg -q # and is not part of what is run:
    sed -i '/^sweep/,$d' x.cfg
    sweep 0 -n 2
    printed "12 runs, 12 were stored, 0 done now"
}

@test "each run is stored once: the same command does nothing, more does the rest" {
    base >x.cfg
    sweep 0 -n 2
    printed "12 runs, 12 done now"
    sweep 0 -n 2
    printed "12 runs, 12 were stored, 0 done now"
    sweep 0 -n 3
    printed "18 runs, 12 were stored, 6 done now"
    allot 0 sweep x.cfg -n 3 --vary rule.divide=weighted,max-min,equal \
        --vary pools.h100.gpus=32:64:16
    printed "27 runs, 18 were stored, 9 done now"
    # Settings that amount to the same scenario share their runs.
    allot 0 sweep x.cfg -n 3 --vary pools.h100.gpus=48,64
    printed "6 runs, 6 were stored, 0 done now"
    allot 0 export out/x-sweep
    [ "$(csv out/x-sweep/runs.csv point | sort -u | wc -l)" -eq 11 ]
}

@test "a run of a sweep is the run that allot run does" {
    base >x.cfg
    sweep 0 -n 2
    allot 0 export out/x-sweep -m gpu_hours_used -o e
    allot 0 run x.cfg -s rule.divide=max-min -s pools.h100.gpus=48 --replication 1 -o one -q
    local one
    one=$(awk -F , '$3 == "gpu_hours_used" && $4 == "all" && $2 == "" { print $6 }' \
        one/outcomes.csv)
    [ "$(awk -F , '$2 == "max-min" && $3 == 48 && $4 == 1 { print $5 }' e/runs.csv)" = \
        "$one" ] || fail "$one" "$(cat e/runs.csv)"
}

@test "the export: a row a run, settings then metrics; a row a point and outcome" {
    base >x.cfg
    sweep 0 -n 3
    allot 0 export out/x-sweep -m released:Segment -m fill_frac:team/Vision
    prints "out/x-sweep/runs.csv
out/x-sweep/points.csv"
    [ "$(head -n 1 out/x-sweep/runs.csv)" = \
        "point,rule.divide,pools.h100.gpus,replication,fill_frac:team/Vision,released:Segment" ] ||
        fail "$(head -n 1 out/x-sweep/runs.csv)"
    [ "$(wc -l <out/x-sweep/runs.csv)" -eq 19 ]
    [ "$(wc -l <out/x-sweep/points.csv)" -eq 13 ]
    allot 64 export out/x-sweep -m relesed:Segment
    complained "the sweep has no outcome 'relesed:Segment'"
    complained "did you mean 'released:Segment'?"
}

@test "the intervals of a point are those of a run: Wilson's of a share, else Student's" {
    with 's/gpu_hours = 20000.0;/gpu_hours = 60000.0; overrun_log_sd = 0.5;/'
    allot 0 sweep x.cfg --vary pools.h100.gpus=64 -n 20 -q
    allot 0 export out/x-sweep
    allot 0 run x.cfg -s pools.h100.gpus=64 -n 20 -o one -q
    python3 - <<'EOF' || fail "not the same intervals"
import csv, json, math
key = lambda row: (row["at"], row["metric"], row["kind"], row["subject"])
rows = {key(r): r for r in csv.DictReader(open("out/x-sweep/points.csv"))}
summary = json.load(open("one/summary.json"))["outcomes"]
assert len(rows) == len(summary) > 50
for row in summary:
    for end in ("ci_low", "ci_high"):
        value = float(rows[key(row)][end])
        assert row[end] == value or math.isnan(value) and row[end] is None, (row, value)
share = rows["", "released", "project", "Segment"]
k, n, z2 = 20 * float(share["mean"]) - 0.5, 20, 1.959963984540054 ** 2
low = (k + z2 / 2 - math.sqrt(z2 * (k * (n - k) / n + z2 / 4))) / (n + z2)
assert 0 < k < 19 and abs(float(share["ci_low"]) - low) < 1e-9, (share, low)
EOF
}

@test "--json: the points, nothing else" {
    base >x.cfg
    allot 1 sweep x.cfg -n 3 --vary rule.divide=weighted,max-min \
        --vary pools.h100.gpus=-8,64 -q --json -m jain_fill
    printf '%s\n' "$output" >sweep.json
    allot 0 export out/x-sweep -m jain_fill --json
    [ "$output" = "$(cat sweep.json)" ] || fail "sweep and export differ"
    python3 - <<'EOF' || fail "other numbers"
import csv, json
sweep = json.load(open("sweep.json"))
assert sweep["runs_wanted"] == sweep["runs_stored"] == 6 and sweep["design"] == "grid"
bad = [p for p in sweep["points"] if "message" in p]
assert [p["settings"]["pools.h100.gpus"] for p in bad] == [-8, -8], bad
rows = {row["point"]: row for row in csv.DictReader(open("out/x-sweep/points.csv"))}
good = [p for p in sweep["points"] if p["runs"] == 3]
assert len(good) == len(rows) == 2
for point in good:
    row, (outcome,) = rows[str(point["point"])], point["outcomes"]
    assert point["settings"] == {"rule.divide": row["rule.divide"], "pools.h100.gpus": 64}
    for key in ("n", "mean", "sd", "ci_low", "ci_high", "p05", "p50", "p95"):
        assert outcome[key] == float(row[key]), (key, outcome, row)
EOF
    allot 0 sweep x.cfg --design morris --points 3 --vary pools.h100.gpus=32:64 -q --json \
        -o out/morris
    python3 -c '
import json, sys
row = json.loads(sys.argv[1])["sensitivity"][0]
assert row["setting"] == "pools.h100.gpus" and row["mu_star"]["value"] >= 0, row' \
        "$output" || fail "$output"
    allot 64 sweep x.cfg --vary pools.h100.gpus=64 --json --dry-run
    complains "allot: error: --json and --dry-run exclude each other"
}

@test "equal on any number of threads" {
    base >x.cfg
    sweep 0 -n 4 -q -j 1 -o one
    sweep 0 -n 4 -q -j 3 -o three
    allot 0 export one
    allot 0 export three
    same one/runs.csv three/runs.csv
    same one/points.csv three/points.csv
}

@test "a bad point is reported with its settings, the others go on" {
    base >x.cfg
    allot 1 sweep x.cfg --vary pools.h100.gpus=-8,32,64
    complained "allot: point 1 cannot be run: pools.h100.gpus=-8: pool 'h100': gpus is -8"
    printed "2 runs, 2 done now; 1 of 3 points cannot be run"
    allot 0 export out/x-sweep
    printed "out/x-sweep/failed.csv"
    [ "$(csv out/x-sweep/failed.csv | sed -n 2p | cut -d'|' -f1-3)" = "1|-8|" ] ||
        fail "$(csv out/x-sweep/failed.csv)"
    allot 65 sweep x.cfg --vary pools.h100.gppus=32,64
    complained "no point of the sweep can be run: pools.h100.gppus=32: pool 'h100': unknown"
    complained "did you mean 'gpus'?"
}

@test "a run whose script fails is recorded, the others go on" {
    base >x.cfg
    cat >rule.lua <<'END'
function divide(docket)
    if docket.pools[1].capacity > 40 and docket.month > 1 then error("too many") end
    local grants = {}
    for i = 1, #docket.claims do grants[i] = 0 end
    return grants
end
END
    sed -i 's/divide = "weighted"/divide = "script"; script = { file = "rule.lua"; }/' x.cfg
    allot 1 sweep x.cfg --vary pools.h100.gpus=32,64
    printed "1 failed"
    allot 0 export out/x-sweep
    grep -q 'too many' out/x-sweep/failed.csv || fail "$(cat out/x-sweep/failed.csv)"
    # Once the script is right it is another scenario.
    sed -i '/error(/d' rule.lua
    allot 65 sweep x.cfg --vary pools.h100.gpus=32,64
    complained "holds runs of another scenario, or of this one before it, a file"
    allot 0 sweep x.cfg --vary pools.h100.gpus=32,64 --fresh
    printed "2 runs, 2 done now"
    allot 0 export out/x-sweep
    is_gone out/x-sweep/failed.csv
}

@test "a store of another scenario, seed or file is refused, or emptied as asked" {
    base >x.cfg
    sweep 0 -n 2 -q
    sweep 65 -n 2 -s months=2
    complained "out/x-sweep/sweep.sqlite: error: holds runs of another scenario"
    complained "--fresh starts it afresh"
    sweep 65 -n 2 --seed 9
    sed -i 's/people = 2/people = 3/' x.cfg
    sweep 65 -n 2
    sweep 0 -n 2 --fresh
    printed "12 runs, 12 done now"
    sed -i '1s/.*/# Another question/' x.cfg # a comment changes nothing
    sweep 0 -n 2
    printed "0 done now"
}

@test "a changed table of decisions or script is another scenario" {
    base >x.cfg
    printf 'from,team,gpus\n,Vision,16\n' >table.csv
    sed -i 's/divide = "weighted"; over = "projects"/divide = "fixed"; over = "tree"; fixed = { file = "table.csv"; }/' x.cfg
    allot 0 sweep x.cfg --vary pools.h100.gpus=32,64 -q
    allot 0 sweep x.cfg --vary pools.h100.gpus=32,64
    printed "0 done now"
    printf 'from,team,gpus\n,Vision,24\n' >table.csv
    allot 65 sweep x.cfg --vary pools.h100.gpus=32,64
    complained "holds runs of another scenario, or of this one before it, a file"
    allot 0 sweep x.cfg --vary pools.h100.gpus=32,64 --fresh
    printed "2 runs, 2 done now"
}

@test "a file that only some points name has changed: refused" {
    base >x.cfg
    printf 'from,team,gpus\n,Vision,16\n' >one.csv
    printf 'from,team,gpus\n,Vision,24\n' >two.csv
    sed -i 's/divide = "weighted"; over = "projects"/divide = "fixed"; over = "tree"/' x.cfg
    allot 0 sweep x.cfg --vary rule.fixed.file=one.csv,two.csv -q
    printf 'from,team,gpus\n,Vision,32\n' >two.csv
    allot 65 sweep x.cfg --vary rule.fixed.file=one.csv,two.csv
    complained "holds runs of the point rule.fixed.file=two.csv from before a file"
    allot 0 sweep x.cfg --vary rule.fixed.file=one.csv,two.csv --fresh -q
}

@test "a store of another results version is refused, or emptied as asked" {
    base >x.cfg
    sweep 0 -q
    sqlite3 out/x-sweep/sweep.sqlite \
        "UPDATE words SET value = '0' WHERE key = 'results_version'"
    sweep 65
    complained "holds results of version 0, this program's are of version"
    allot 65 export out/x-sweep
    sweep 0 --fresh
    printed "6 runs, 6 done now"
}

@test "what is no store, a damaged one, a foreign directory" {
    base >x.cfg
    mkdir -p d && echo hello >d/notes
    sweep 73 -o d
    complained "d: error: is not the directory of a sweep"
    mkdir e && printf 'no database, but of some length, so that it is read\n%.0s' {1..9} \
        >e/sweep.sqlite
    sweep 65 -o e
    complained "e/sweep.sqlite: error: is not the store of a sweep"
    mkdir f && sqlite3 f/sweep.sqlite "CREATE TABLE t(x)"
    sweep 65 -o f --fresh
    complained "f/sweep.sqlite: error: is not the store of a sweep"
    sqlite3 f/sweep.sqlite "SELECT * FROM t"
    sweep 0 -q -o g
    sqlite3 g/sweep.sqlite "PRAGMA user_version = 99"
    sweep 65 -o g
    complained "is the store of another version of allot"
    allot 66 export d
    complained "d: error: is not the directory of a sweep"
    allot 66 export nowhere
}

@test "anyone can ask the store" {
    base >x.cfg
    sweep 0 -n 2 -q
    [ "$(sqlite3 out/x-sweep/sweep.sqlite "SELECT count(*) FROM outcomes JOIN settings
        USING(point) WHERE metric = 'released' AND subject = 'Segment' AND at = ''
        AND path = 'pools.h100.gpus' AND settings.value > 40")" -eq 8 ]
}

@test "mistakes in what varies" {
    base >x.cfg
    local case
    for case in "rule.divide|a '=' is missing" "rule.quota.k=|it has no values" \
        "rule.quota.k=1,,2|a value is empty" "rule.quota.k=0:1:-0.1|the step does not lead" \
        "rule.quota.k=normal(1)|normal takes mean,sd" "rule.quota.k=0:x:1|'x' is no number" \
        "rule.quota.k=2:1|the first number must be < the second"; do
        allot 64 sweep x.cfg --vary "${case%%|*}" --dry-run
        complained "${case#*|}"
    done
    allot 64 sweep x.cfg --dry-run
    complained "nothing varies in this sweep"
    allot 64 sweep x.cfg --dry-run --vary rule.quota.k=0:1
    complained "a grid needs values of rule.quota.k, not a range"
    sweep 64 --dry-run --where "pools.h100.gpu > 3"
    complained "did you mean 'pools.h100.gpus'?"
    sweep 64 --dry-run --zip rule.divide,pools.h100.gpus
    complained "the settings must have equally many values"
    sweep 64 --dry-run --design gird
    complained "there is no design 'gird'"
    sweep 64 --shard 3/2
    complained "--shard is '3/2', must be K/N with K from 1 to N"
    sweep 64 --dry-run --design morris --where "pools.h100.gpus > 3"
    complained "design morris needs all of its points"
}

@test "sensitivity: morris and saltelli say what moves an outcome" {
    base >x.cfg
    allot 0 sweep x.cfg --design morris --points 6 --vary pools.h100.gpus=16:64 \
        --vary rule.quota.k=0:1 -o m -m gpu_hours_used
    printed "What moves gpu_hours_used:"
    allot 0 export m -m gpu_hours_used
    # The quota of a rule that is not in use moves nothing; GPUs do.
    [ "$(awk -F , '$3 == "all" && $5 == "rule.quota.k" { print $8 }' m/sensitivity.csv |
        paste -sd' ')" = "0 0 0" ] || fail "$(cat m/sensitivity.csv)"
    awk -F , '$5 == "pools.h100.gpus" && $7 == "mu_star" && $8 > 100 { found = 1 }
        END { exit !found }' m/sensitivity.csv
    allot 0 sweep x.cfg --design saltelli --points 16 --vary pools.h100.gpus=16:64 \
        --vary rule.quota.k=0:1 -o s -q
    allot 0 export s -m gpu_hours_used
    awk -F , '$5 == "rule.quota.k" && $7 == "total" && $8 != 0 { exit 1 }
        $5 == "pools.h100.gpus" && $7 == "total" && ($8 < 0.5 || $9 > $8 || $10 < $8) { exit 1 }' \
        s/sensitivity.csv || fail "$(cat s/sensitivity.csv)"
}

@test "the report of a sweep: its best points, and every figure from points.csv" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    base >x.cfg
    allot 1 sweep x.cfg -n 8 -q --vary rule.divide=weighted,max-min \
        --vary pools.h100.gpus=-8,32,48
    allot 0 report out/x-sweep --format text
    printed "Best is rule.divide"
    printed "2 points cannot be run:"
    printed "gpus is -8, must be >= 0"
    allot 0 report out/x-sweep
    prints "out/x-sweep/report.html"
    allot 0 report out/x-sweep --format md
    is_file out/x-sweep/report.md out/x-sweep/report-files/heatmap.svg
    allot 0 export out/x-sweep
    allot 0 chart out/x-sweep
    python3 - <<'EOF' || fail "other figures"
import csv, html.parser
class Page(html.parser.HTMLParser):
    figures = []
    def handle_starttag(self, tag, attributes):
        if tag == "data":
            self.figures.append(dict(attributes))
page = Page()
page.feed(open("out/x-sweep/report.html").read())
rows = list(csv.DictReader(open("out/x-sweep/points.csv")))
changes = [float(r["from"]) or float(r["to"])
           for r in csv.DictReader(open("out/x-sweep/charts/tornado.csv")) if r["what"] == "change"]
first, seen = None, set()
for figure in page.figures:
    file, stat, value = figure["data-file"], figure["data-stat"], float(figure["value"])
    seen.add((file, stat))
    if file == "points.csv":
        row, = [r for r in rows if r["point"] == figure["data-alternative"]
                and all(r[k] == figure["data-" + k] for k in ("at", "metric", "kind", "subject"))]
        assert float(row[stat]) == value, (figure, row)
        first = first or (figure, row)
    elif file == "tornado.csv":
        assert any(abs(c - value) < 1e-12 for c in changes), (figure, changes)
assert seen >= {("points.csv", "mean"), ("points.csv", "ci_low"), ("tornado.csv", "change"),
                ("sweep.sqlite", "bad")}, seen
# The first one named is the best there is.
figure, row = first
same = [float(r["mean"]) for r in rows
        if all(r[k] == row[k] for k in ("at", "metric", "kind", "subject"))]
assert len(same) == 4 and float(row["mean"]) == max(same), (row, same)
EOF
    # What is still to be done is said, and the sweep goes on beside its report.
    allot 1 sweep x.cfg -n 9 -q --vary rule.divide=weighted,max-min --vary pools.h100.gpus=-8,32,48
    allot 66 report nowhere
}

@test "charts of a sweep: a heat map, a tornado, a Pareto front, from the points' means" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    base >x.cfg
    allot 0 sweep x.cfg -n 2 -q --vary rule.divide=weighted,max-min \
        --vary pools.h100.gpus=8:24:8
    allot 0 chart out/x-sweep -m gpu_hours_used -m gpu_hours_idle
    prints "out/x-sweep/charts/heatmap.svg
out/x-sweep/charts/tornado.svg
out/x-sweep/charts/pareto.svg"
    allot 0 export out/x-sweep -m gpu_hours_used -m gpu_hours_idle
    # Each cell and each point of the front is a mean of points.csv.
    awk -F , 'FNR == 1 { file++ }
        file == 1 && $5 == "gpu_hours_used" && $6 == "all" { mean[$1] = $9 }
        file == 2 && $1 == "cell" { cells++; if ($4 - mean[($2 - 1) * 3 + $3] != 0) bad = 1 }
        file == 2 && $1 == "best" { best = ($2 - 1) * 3 + $3 }
        END { for (i in mean) if (mean[i] > mean[best]) bad = 1; exit bad || cells != 6 }' \
        out/x-sweep/points.csv out/x-sweep/charts/heatmap.csv ||
        fail "$(cat out/x-sweep/charts/heatmap.csv)"
    # None of the best is beaten: more used, less idle.
    awk -F , '$1 == "best" || $1 == "point" { n++; kind[n] = $1; x[n] = $2; y[n] = $3 }
        END { for (i = 1; i <= n; i++) { beaten = 0
                for (k = 1; k <= n; k++) if (x[k] >= x[i] && y[k] <= y[i] &&
                    (x[k] > x[i] || y[k] < y[i])) beaten = 1
                if (beaten != (kind[i] == "point")) exit 1 }
            exit n != 6 }' out/x-sweep/charts/pareto.csv ||
        fail "$(cat out/x-sweep/charts/pareto.csv)"
    # What moves it most stands first, lowest and highest GPUs at its sides.
    grep -q '^name,1,,,,"h100.gpus"$' out/x-sweep/charts/tornado.csv ||
        fail "$(cat out/x-sweep/charts/tornado.csv)"
    allot 64 chart out/x-sweep --only piechart
    complained "a sweep has no chart 'piechart'"
    allot 0 sweep x.cfg --vary pools.h100.gpus=32,48 -o one -q
    allot 65 chart one --only heatmap
    complained "one: error: gives no chart of heatmap: shown where two settings"
    allot 0 chart one --only tornado --format dumb
    printed "What moves"
}
