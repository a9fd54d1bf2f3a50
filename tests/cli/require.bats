#!/usr/bin/env bats
# allot run --require and --until, and the intervals in summary.json.

setup() { load helper; }

@test "requirements that are met, and some that are not" {
    base >x.cfg
    allot 0 run x.cfg -n 20 -q --require 'released:Segment >= 0.8'
    printed "Required: released:Segment >= 0.8: met, it is 1, over 20 runs"
    # Wilson's interval of 20 of 20: 1 - 0.2005, Newcombe (1998), table I.
    allot 1 run x.cfg -n 20 -q --require 'released:Segment >= 0.79 @95' \
        --require 'released:Segment >= 0.80 @95' --require 'released:Segment <= 0.1'
    printed "released:Segment >= 0.79 @95: met, the interval ends at 0.7995 around 1"
    printed "released:Segment >= 0.80 @95: not met, the interval ends at 0.7995 around 1"
    printed "released:Segment <= 0.1: not met, it is 1, over 20 runs"
    complains "allot: 2 of 3 requirements are not met"
    # The result is written all the same; JSON is alone on standard output.
    is_file out/x/summary.json
    allot 1 run x.cfg -n 20 -q --json --require 'released:Segment <= 0.1'
    [ "$output" = "$(cat out/x/summary.json)" ] || fail "not the summary"
    complained "allot: required: released:Segment <= 0.1: not met, it is 1, over 20 runs"
    allot 1 run x.cfg -q --require 'utilisation_frac:all >= 0.99'
    printed "not met, it is 0."
}

@test "what is never released is never in time" {
    with 's/20000.0/9e6/'
    allot 1 run x.cfg -n 20 -q --require 'release_months:Segment <= 100'
    printed "not met, there is no value; 20 of 20 runs have no value"
}

@test "mistakes are told before anything is run" {
    base >x.cfg
    allot 64 run x.cfg --require 'released:Segmnt >= 0.8' --require 'released:Segment' \
        --until 'released:Segment <= 0'
    complains "allot: error: outcome 'released:Segmnt': there is no subject 'Segmnt'
    hint: did you mean 'Segment'?
allot: error: --require 'released:Segment': there is no <= or >= in it
    hint: OUTCOME >= NUMBER or OUTCOME <= NUMBER, then @95 for the interval's end: \
'released:LLaMA >= 0.8 @95'
allot: error: --until 'released:Segment <= 0': the width must be above 0
    hint: METRIC:SUBJECT<=HALF_WIDTH, such as 'released:LLaMA<=0.02'"
    is_gone out
    allot 64 run x.cfg --require 'max-min/released:Segment >= 0.8'
    complained "there is no alternative 'max-min'"
    allot 64 run x.cfg --replication 3 --until 'released:Segment <= 0.1'
    complained "--replication and --until exclude each other"
}

@test "until: as many as the interval needs, the same on any number of threads" {
    base >x.cfg
    local wide='gpu_hours_used:team/Vision<=400' n
    allot 0 run x.cfg --until "$wide" -j 1 -o a
    n=$(sed -n 's/.*after \([0-9]*\) replications$/\1/p' <<<"$stderr")
    [ "$n" -gt 30 ] && [ "$n" -lt 2000 ] || fail "$n replications"
    allot 0 run x.cfg --until "$wide" -j 3 -o b -q
    same_runs a b
    # The same worlds as -n has, and the interval is as narrow as was asked, not before.
    allot 0 run x.cfg -n "$n" -o c -q
    same_runs a c
    grep -E '"at": "", "metric": "gpu_hours_used", "kind": "team", "subject": "Vision"' \
        a/summary.json | python3 -c '
import json, sys
row = json.loads(sys.stdin.readline().strip().rstrip(","))
half = (row["ci_high"] - row["ci_low"]) / 2
sys.exit(not 300 < half <= 400)' || fail "not as wide as asked"
}

@test "until has a cap" {
    base >x.cfg
    allot 0 run x.cfg --until 'gpu_hours_used:team/Vision<=1' -n 40
    complained "not 1, after the 40 replications allowed: more by -n"
    [ "$(grep -c '"replications": 40,' out/x/run.json)" = 1 ]
    # A share of which all runs say yes: Wilson's interval closes in, no sooner.
    allot 0 run x.cfg --until 'released:Segment<=0.02'
    complained "released:Segment: +- 0.0"
}

@test "summary.json has Wilson's interval of shares, and intervals of quantiles" {
    base >x.cfg
    allot 0 run x.cfg -n 100 -q
    python3 - <<'EOF' || fail "summary.json"
import csv, json
rows = json.load(open("out/x/summary.json"))["outcomes"]
values = {}
for row in csv.DictReader(open("out/x/outcomes.csv")):
    key = (row["at"], row["metric"], row["kind"], row["subject"])
    values.setdefault(key, []).append(float(row["value"]))
def find(metric, subject):
    return next(r for r in rows if r["metric"] == metric and r["subject"] == subject)
share = find("released", "Segment")
assert share["mean"] == 1 and share["ci_high"] == 1
assert abs(share["ci_low"] - 0.9538987) < 1e-6, share
used = find("gpu_hours_used", "Vision")
x = sorted(values["", "gpu_hours_used", "team", "Vision"])
# Ranks 40 and 61 of 100 (tables of the sign test), 1 and 11, 90 and 100.
assert used["p50_interval"] == [x[39], x[60]], used
assert used["p05_interval"] == [x[0], x[10]] and used["p95_interval"] == [x[89], x[99]]
EOF
}
