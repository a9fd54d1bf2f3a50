#!/usr/bin/env bats
# allot list: what there is to choose from, as the program itself knows it.

setup() { load helper; }

@test "every kind can be listed" {
    local kind
    for kind in divisions factors ledgers presets claims happenings charts columns settings events metrics; do
        allot 0 list $kind
        [ -n "$output" ] || fail "nothing: $kind"
        complains ""
        allot 0 list --help
        printed "$kind"
    done
}

@test "a kind that is none" {
    allot 64 list colums
    complains "allot: error: there is nothing to list by the name 'colums'
    hint: did you mean 'columns'?"
    allot 64 list nonsense
    complained "hint: there are: divisions, factors, ledgers, presets, claims, happenings, \
charts, columns, settings, events, metrics"
}

# The first words of a list's lines hold all of these.
lists() {
    local kind=$1 word
    shift
    "$ALLOT" list "$kind" | awk '{ print $1 }' >words
    for word; do
        grep -qx -- "$word" words || fail "list $kind has no $word"
    done
}

@test "what the design names is there" {
    lists divisions equal proportional weighted max-min ranked drf quota credits borrow \
        market auction equal-awards equal-losses talmud finish-time lottery fixed script
    lists factors priority closeness fair_share age progress track_record need overlap retention
    lists ledgers none reset decay carry forfeit
    lists presets alcf jsc multifactor nrel olcf people rwth slurm waldur
    lists happenings deliver retire maintain set grant start pause cancel
    lists charts allocation teams projects releases hours pools fairness people score \
        timeline fan
    lists events start stage release pause cancel meeting deliver retire repair set depart hire
    lists metrics released release_months slip_months gpu_hours_used gpu_hours_shipped \
        gpu_hours_sunk gpu_hours_idle utilisation_frac fill_frac jain_fill gini_fill value departures gone left_team
}

@test "the divisions: what each stands with" {
    allot 0 list divisions
    [[ ${lines[0]} =~ ^division\ +projects\ +tree\ +ledger\ +reads\ +what\ it\ does$ ]] ||
        fail "${lines[0]}"
    printed "rule.quota.k"
    printed "rule.credits.alpha"
    printed "rule.script.file"
    printed "docket.claims[i].request"
}

@test "the ledgers: the list of forfeit is explained" {
    allot 0 list ledgers
    printed "rule.forfeit.schedule
    what is lost by dates of every year: a list
rule.forfeit.schedule.month"
    allot 0 list settings
    printed "# rule.forfeit.schedule
"
}

@test "the presets: what each is and sets, and where each is found" {
    allot 0 list presets
    printed 'use one as: rule = { @include "presets/NAME.cfg" };'
    printed "rwth         RWTH Aachen: a month's quota can also be used one month before"
    printed '    ledger = "carry";'
    # Far from the source tree they are found all the same.
    local name
    for name in $("$ALLOT" list presets | awk '/^[a-z]/ && !/^(use|but)/ { print $1 }'); do
        if [ "$name" = people ]; then
            with "\$a people = { @include \"presets/people.cfg\" };"
        else
            with "s|^rule = .*|rule = { @include \"presets/$name.cfg\" };|"
        fi
        allot 0 check x.cfg
        allot 0 run x.cfg -q
    done
    # One beside the file comes first.
    mkdir presets
    echo 'divide = "equal";' >presets/slurm.cfg
    with 's|^rule = .*|rule = { @include "presets/slurm.cfg" };|'
    allot 0 check x.cfg --print
    printed 'divide = "equal";'
}

@test "every division, factor and ledger that is listed can be used" {
    base >x.cfg
    echo "function divide(docket) return {} end" >my.lua
    local name over
    while read -r name over; do
        allot 0 check x.cfg -s "rule.divide=$name" -s "rule.over=$over" \
            -s rule.script.file=my.lua
    done < <("$ALLOT" list divisions | awk '
        NR > 1 && NF == 0 { exit }
        NR > 1 { print $1, $2 == "yes" ? "projects" : "tree" }')
    while read -r name; do
        allot 0 check x.cfg -s "rule.score.weights.$name=1.0"
    done < <("$ALLOT" list factors | awk 'NF == 0 { exit } { print $1 }')
    while read -r name; do
        allot 0 check x.cfg -s "rule.ledger=$name"
    done < <("$ALLOT" list ledgers | awk 'NF == 0 { exit } { print $1 }')
}

@test "the table of divisions is the truth: over, and under a ledger" {
    base >x.cfg
    echo "function divide(docket) return {} end" >my.lua
    local name projects tree ledger over expected
    # shellcheck disable=SC2034 # projects and tree are what over names
    while read -r name projects tree ledger; do
        for over in projects tree; do
            [ "${!over}" = yes ] && expected=0 || expected=65
            allot "$expected" check x.cfg -s "rule.divide=$name" -s "rule.over=$over" \
                -s rule.script.file=my.lua
            [ "${!over}$ledger" = yesyes ] && expected=0 || expected=65
            allot "$expected" check x.cfg -s "rule.divide=$name" -s "rule.over=$over" \
                -s rule.script.file=my.lua -s rule.ledger=decay
        done
    done < <("$ALLOT" list divisions | awk '
        NR > 1 && NF == 0 { exit }
        NR > 1 { print $1, $2, $3, $4 }')
}

@test "every setting has its type, default, unit and range" {
    allot 0 list settings
    printed "pools.NAME.node_gpus
    of one node: grants are whole nodes unless rule.unit_gpus says otherwise
    integer; default 8; unit GPUs; range 1 to 1024"
    printed "# projects.NAME"
    local key
    for key in start months seed marks pools.NAME.gpus pools.NAME.reserved_frac \
        groups.NAME.share groups.NAME.floor_gpus teams.NAME.people projects.NAME.priority \
        projects.NAME.target projects.NAME.after projects.NAME.stages.gpu_hours \
        projects.NAME.stages.min_gpus council.every_months council.lag_days rule.divide \
        rule.over rule.ledger rule.unit_gpus rule.quota.k rule.decay.half_life_months \
        rule.score.closeness.half_life_months happenings.NAME.at alternatives.NAME.name; do
        grep -qx -- "$key" <<<"$output" || fail "no $key"
    done
    [ "$(grep -c '^# top$' <<<"$output")" -eq 1 ] || fail "a heading is there twice"
    ! grep -q 'range 0 to 0' <<<"$output" || fail "a range that is none"
}

@test "every event and metric of a run is listed" {
    allot 0 run "$SCENARIOS/llama-vs-opt.cfg" -q
    allot 0 run "$SCENARIOS/capacity-slip.cfg" -q
    csv out/llama-vs-opt/events.csv event | sort -u >seen
    csv out/capacity-slip/events.csv event | sort -u >>seen
    # shellcheck disable=SC2046 # words
    lists events $(cat seen)
    # shellcheck disable=SC2046 # words
    lists metrics $(csv out/llama-vs-opt/outcomes.csv metric | sort -u)
    "$ALLOT" list metrics | awk '{ print $1 }' | sort >listed
    csv out/llama-vs-opt/outcomes.csv metric | sort -u >seen
    same listed seen
}

@test "every column of bands.csv is one of the file that it names" {
    base >x.cfg
    allot 0 run x.cfg -n 2 -q
    "$ALLOT" list columns | awk '{ print $1, $2 }' >listed
    csv out/x/bands.csv | awk -F'|' 'NR > 1 { print $1, $4 }' | sort -u | while read -r pair; do
        grep -qx -- "$pair" listed || fail "no $pair"
    done
}

@test "every chart that is listed can be drawn" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    base >x.cfg
    allot 0 run x.cfg -q
    allot 0 run x.cfg -q -n 2 -o out/many
    allot 0 run x.cfg -q -s teams.Vision.target_people=4.0 -s people.hiring.delay_months=1.5 -o out/growing
    allot 0 sweep x.cfg -q -o out/sweep --vary rule.quota.k=0,1 --vary pools.h100.gpus=32,64
    allot 0 compare x.cfg -q -n 5 -o out/compared --alt 'larger:pools.h100.gpus=96'
    local name run many=()
    for k in $(seq 31); do many+=(--alt "n$k:pools.h100.gpus=$((64 + k))"); done
    allot 0 compare x.cfg -q -n 2 -o out/compared-many "${many[@]}"
    for name in $("$ALLOT" list charts | awk '{ print $1 }'); do
        run=x
        [[ " ${ONE_RUN[*]} " == *" $name "* ]] || run=many
        [[ " heatmap tornado pareto " != *" $name "* ]] || run=sweep
        [[ " means differences shifts " != *" $name "* ]] || run=compared
        [ "$name" != shiftmap ] || run=compared-many
        if [ "$name" = people ]; then # of one size there is nothing to see
            allot 65 chart out/$run --only "$name"
            run=growing
        fi
        allot 0 chart out/$run --only "$name"
        prints "out/$run/charts/$name.svg"
    done
}
