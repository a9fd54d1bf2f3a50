#!/usr/bin/env bats
# allot explain: why a claim got what it got.

setup() { load helper; }

two=$BATS_TEST_DIRNAME/../../scenarios/two-teams-one-pool.cfg

@test "a claim in detail" {
    allot 0 explain "$two" --month 2025-01 --project B
    prints "Two teams want the whole pool at once: who ships first, and what does sharing cost?
Meeting of 2025-01-01, rule weighted over projects, ledger none
Pool h100: 1,000 GPUs to divide, 1,000 granted

B (team South) on h100: asked for 1,000 GPUs, got 336: pool spent

Factor    Value  Weight  Contribution
priority    0.5       1           0.5
Score: 0.5, the sum of the contributions

 1. asked for 1,000, may get at most 1,000
 2. weighted below 'all': the pool was spent at 666.7 GPUs a point of score
 3. the division gives 333.3
 4. in whole units 336, before them 333.3

No change of its score alone would have brought it all: even projects.B.priority = 1, a score \
of 1, would bring 496 of its 1000 GPUs

Who was starved of what is due to them, and who borrowed beyond it, in GPUs:
Team   Pool  By share  Asked  Got  Starved  Borrowed
North  h100       500  1,000  664                164
South  h100       500  1,000  336      164"
    complains ""
    holds . ""
}

@test "all claims of a month" {
    allot 0 explain "$two" --month 2025-01
    printed "Claim  Team   Score  Asked  Last  Got  Because
A      North      1  1,000   new  664  pool spent
B      South    0.5  1,000   new  336  pool spent
"
    allot 0 explain "$two" --month 2025-03
    printed "B      South    0.5  1,000   336  1,000  in full"
}

@test "a team: its projects and its exploration" {
    base >x.cfg
    allot 0 explain x.cfg --month 2025-01 --team Vision
    printed "Segment (team Vision) on h100"
    printed "Vision, exploration (team Vision) on h100"
}

@test "the --set that it prints does it" {
    flagship=$SCENARIOS/llama-vs-opt.cfg
    allot 0 explain "$flagship" --month 2022-11 --project LLaMA
    printed "LLaMA (team LLaMA, Paris) on a100: asked for 1,797 GPUs, got 1,248: pool spent"
    printed "  projects.LLaMA.priority 0.9358 in place of 0.35:"
    # As it is to be typed: in quotes for a shell.
    local typed
    typed=$(sed -n "s/^  -s '\(.*\)'\$/\1/p" <<<"$output")
    allot 0 explain "$flagship" --month 2022-11 --project LLaMA -s "$typed"
    printed "asked for 1,797 GPUs, got 1,800: in full"
    allot 0 run "$flagship" -q -o "then" -s "$typed"
    csv then/claims.csv | awk -F'|' '$1 == "2022-11" && $4 == "LLaMA" { print $9 }' >got
    same got <(echo 1800)
    # A little less does not.
    allot 0 explain "$flagship" --month 2022-11 --project LLaMA -s "${typed/0.9358/0.9356}"
    printed "got 1,792"
}

@test "JSON, and nothing else" {
    allot 0 explain "$two" --month 2025-01 --project B --json
    printed '"meeting": "2025-01-01",'
    printed '"contribution": 0.5'
    printed '"value": 666.66666666666663,'
    printed '"why_none": "even projects.B.priority = 1, a score of 1, would bring 496 of its 1000 GPUs"'
    printed '"starved_gpus": 164.0,'
    complains ""
    command -v python3 >/dev/null || skip "python3 is not there"
    python3 -c '
import json, sys
e = json.load(sys.stdin)
assert [c["project"] for c in e["claims"]] == ["B"]
assert [t["team"] for t in e["teams"]] == ["North", "South"]
assert [s["step"] for s in e["claims"][0]["steps"]] == ["bounds", "level", "division", "units"]
assert e["claims"][0]["factors"][0]["value"] == 0.5' <<<"$output" || fail "JSON"
}

@test "it is the run's own meeting: alternative, seed, replication" {
    # What the run writes down of the claims, in the order of the table.
    agrees() {
        local dir=$1
        shift
        allot 0 explain "$SCENARIOS/deadline-crunch.cfg" --month 2025-04 --json "$@"
        sed -n '/^  "claims"/,/^  "teams"/s/^      "granted_gpus": \([0-9]*\)\.0,$/\1/p' \
            <<<"$output" | sort >told
        csv "$dir/claims.csv" | awk -F'|' '$1 == "2025-04" { print $9 }' | sort >got
        same told got
    }
    allot 0 run "$SCENARIOS/deadline-crunch.cfg" -q -o plain
    agrees plain
    allot 0 run "$SCENARIOS/deadline-crunch.cfg" -q -o nearest -a "nearest first"
    agrees nearest -a "nearest first"
    allot 0 run "$SCENARIOS/deadline-crunch.cfg" -q -o seven --replication 7 --seed 5
    agrees seven --replication 7 --seed 5
    printed '"replication": 7,'
    ! cmp -s plain/claims.csv seven/claims.csv || fail "the seed does nothing"
}

@test "what the ledger did, and a tree" {
    allot 0 explain "$SCENARIOS/two-sites.cfg" --month 2025-05 --team Video
    printed "Meeting of 2025-05-01, rule max-min over tree, ledger decay"
    printed "Grants come into force 7 days later"
    printed " 2. ledger decay: its team is entitled to 424.5 GPUs, so at first at most 248
 3. 'all': 640 GPUs to divide, 1,122.2 wanted
 4. max-min below 'all': the pool was spent at 160 GPUs a unit of share
 5. 'West': 320 GPUs to divide, 758 wanted"
    printed "Team        Pool  Entitled  Asked  Got  Starved  Borrowed"
}

@test "a group's ceiling, what is kept, what was decided, a price" {
    allot 0 explain "$SCENARIOS/lend-and-borrow.cfg" --month 2025-03 --project Atlas
    printed "Atlas (team Genomes, Biology) on h100: asked for 512 GPUs, got 192: group's ceiling reached"
    printed " 2. 'Biology' may get at most 192, its ceiling: 512 wanted below it
 3. 32 of 512 GPUs stay with those who keep them, unused
 4. 'all': 480 GPUs to divide, 736 wanted"
    printed "the ceiling of 'Biology' is 192 GPUs"
    allot 0 explain "$SCENARIOS/as-decided.cfg" --month 2024-03 --project Read
    printed "asked for 384 GPUs, got 88: what was decided is spent"
    printed " 2. 'Language' may get at most 128, as was decided: 512 wanted below it"
    allot 0 explain "$SCENARIOS/two-gpu-types.cfg" --month 2025-06 --team Training
    printed " 6. market: a GPU costs 1.5"
}

@test "who is set aside" {
    base >x.cfg
    allot 0 explain x.cfg --month 2025-01 --project Segment -s pools.h100.gpus=24 \
        -s projects.Segment.stages.0.min_gpus=24 -s projects.Segment.priority=0.1
    printed "set aside under its minimum"
    printed "would be below its minimum, 24"
}

@test "a formula and a script" {
    base >x.cfg
    allot 0 explain x.cfg --month 2025-01 -s 'rule.score.formula=priority^2' --project Segment
    printed "Factor    Value
priority    0.5
Score: 0.25 = priority^2"
    echo 'function divide(docket) return { 8, 8 } end' >my.lua
    allot 0 explain x.cfg --month 2025-01 -s rule.divide=script -s rule.script.file=my.lua \
        --project Segment
    printed "Divided by my.lua"
    printed "division gave no more"
    echo 'function divide(docket) return { 8 } end' >my.lua
    allot 65 explain x.cfg --month 2025-02 -s rule.divide=script -s rule.script.file=my.lua
    complained "my.lua:1: error: in 2025-01: divide returned 1 grant for 2 claims"
}

@test "questions that have no answer" {
    allot 64 explain "$two" --month 2026-01
    complains "allot: error: --month 2026-01 is outside the run, 2025-01 to 2025-06"
    allot 64 explain "$two" --month 2024-12
    allot 64 explain "$two" --month January
    complained "--month is 'January', must be a month as YYYY-MM"
    allot 64 explain "$two" --month 2025-01-01
    complained "must be a month as YYYY-MM"
    allot 64 explain "$two"
    complained "allot explain needs --month YYYY-MM"
    allot 64 explain "$two" --month 2025-01 --project Bee
    complained "the scenario has no project 'Bee'"
    allot 64 explain "$SCENARIOS/llama-vs-opt.cfg" --month 2022-12 --project Lama
    complains "allot: error: the scenario has no project 'Lama'
    hint: did you mean 'LLaMA'?"
    allot 64 explain "$two" --month 2025-01 --team Nort
    complained "did you mean 'North'?"
    allot 64 explain "$two" --month 2025-01 --team North --project A
    complained "--project and --team exclude each other"
    allot 64 explain "$SCENARIOS/two-sites.cfg" --month 2025-02
    complains "allot: error: the council did not meet in 2025-02
    hint: it met in 2025-01 and in 2025-03"
    allot 64 explain "$SCENARIOS/two-sites.cfg" --month 2026-06
    complained "it met in 2026-05 last"
}

@test "who filed no claim, and why" {
    why() {
        local project=$1 month=$2 words=$3
        allot 64 explain "$SCENARIOS/llama-vs-opt.cfg" --month "$month" --project "$project"
        complained "project '$project' filed no claim at the meeting of $month-01: $words"
    }
    why LLaMA 2022-05 "it was planned to start on 2022-07-01
    hint: it filed claims at 7 meetings, from 2022-08 to 2023-02"
    why OPT-next 2023-04 "it had been cancelled on 2023-02-20"
    why OPT-175B 2022-03 "it was in stage 2 of 2, wait, with"
    why OPT-175B 2022-12 "it had been released on"
    why OPT-next 2022-06 "it was in stage 1 of 3, build, with 38 person-months left, and not to \
train before the next meeting"
    base | sed 's/^rule/happenings = ( { at = "2025-02-01"; do = "pause"; project = "Segment"; } );\nrule/' >x.cfg
    allot 64 explain x.cfg --month 2025-02 --project Segment
    complained "it was paused"
    complained "it filed a claim in 2025-01 only"
    allot 64 explain x.cfg --month 2025-02 --team Vision -s teams.Vision.exploration.h100.gpus=0.0
    complained "team 'Vision' filed no claim at the meeting of 2025-02-01: its exploration needed \
no GPUs; 'Segment': it was paused"
    allot 64 explain x.cfg --month 2025-02 -s teams.Vision.exploration.h100.gpus=0.0
    complained "nobody filed a claim at the meeting of 2025-02-01"
}
