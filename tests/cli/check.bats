#!/usr/bin/env bats
# allot check: what is right and wrong with a scenario; --print reads back to the same.

setup() { load helper; }

# The results of two runs, without run.json, which names the scenario.
same_results() {
    rm -f "$1/run.json" "$2/run.json"
    same_runs "$1" "$2"
}

# The names of a scenario's alternatives, one a line.
alternatives_of() {
    "$ALLOT" check "$1" --print -q | awk '
        /^alternatives = \(/ { inside = 1; next }
        !inside { next }
        /^    \{$/ { getline }
        /^(    \{|       ) name = "/ { sub(/^[^"]*"/, ""); sub(/";.*/, ""); print }'
}

@test "a scenario that is right" {
    base >x.cfg
    allot 0 check x.cfg
    prints "x.cfg: ok: 3 months, 1 pool, 1 team, 1 project, 0 dated changes, 0 alternatives"
    complains "next: allot run x.cfg"
    holds . x.cfg
}

@test "every scenario that is shipped is right, without a warning" {
    local scenario
    for scenario in "$SCENARIOS"/*.cfg; do
        allot 0 check "$scenario" -q
        allot 0 check "$scenario"
        complains "next: allot run $scenario"
        [[ $(head -n 1 "$scenario") =~ ^#.*\?$ ]] || fail "$scenario asks no question"
    done
}

@test "all mistakes at once, in the order of the file" {
    cat >x.cfg <<'EOF'
start = "2025-01-01";
months = 0;
pools = ( { name = "h100"; gpus = -5; } );
teams = ( { name = "Vision"; share = 0; } );
projects = ( { name = "Segment"; team = "Vison"; stages = ( { do = "trian"; } ); } );
rule = { divide = "wieghted"; };
EOF
    allot 65 check x.cfg
    complains "x.cfg:2:10: error: months is 0, must be 1 to 1200
    months = 0;
             ^
x.cfg:3:35: error: pool 'h100': gpus is -5, must be >= 0
    pools = ( { name = \"h100\"; gpus = -5; } );
                                      ^
x.cfg:4:38: error: team 'Vision': share is 0, must be > 0
    teams = ( { name = \"Vision\"; share = 0; } );
                                         ^
x.cfg:5:41: error: project 'Segment': no team 'Vison'
    projects = ( { name = \"Segment\"; team = \"Vison\"; stages = ( { do = \"trian\"; } ); } );
                                            ^
    hint: did you mean 'Vision'?
x.cfg:5:68: error: project 'Segment', stage 1: do is 'trian', must be build, train or wait
    projects = ( { name = \"Segment\"; team = \"Vison\"; stages = ( { do = \"trian\"; } ); } );
                                                                       ^
    hint: did you mean 'train'?
x.cfg:6:19: error: rule: divide is 'wieghted', must be $(every_division)
    rule = { divide = \"wieghted\"; };
                      ^
    hint: did you mean 'weighted'?"
    prints ""
}

@test "a warning is told and is no error" {
    with '$a happenings = ( { at = "2031-01-01"; do = "cancel"; project = "Segment"; } );'
    allot 0 check x.cfg
    complained "x.cfg:11:23: warning: happening 1: 2031-01-01 is after the end of the run"
    printed "x.cfg: ok"
}

@test "mistakes in an alternative are found without asking for it" {
    base >x.cfg
    echo 'alternatives = ( { name = "none"; rule = { divide = "none"; }; } );' >>x.cfg
    allot 65 check x.cfg
    complained "x.cfg:11:53: error: alternative 'none': rule: divide is 'none', must be"
    allot 65 run x.cfg
    holds . x.cfg
}

@test "check takes -s and -a" {
    base >x.cfg
    echo 'alternatives = ( { name = "short"; months = 1; } );' >>x.cfg
    allot 0 check x.cfg -a short
    printed ": ok: 1 month, "
    allot 0 check x.cfg -s months=7
    printed ": ok: 7 months, "
    allot 65 check x.cfg -s months=0
    complained "--set:1:8: error: months is 0, must be 1 to 1200"
}

@test "--print: every scenario reads back to the same, with the same results" {
    local scenario name
    ln -s "$SCENARIOS/rules" rules # files in Lua stand beside a scenario
    for scenario in "$SCENARIOS"/*.cfg; do
        name=$(basename "$scenario" .cfg)
        allot 0 check "$scenario" --print
        complains ""
        printf '%s\n' "$output" >"$name.cfg"
        allot 0 check "$name.cfg" --print
        printf '%s\n' "$output" >again.cfg
        same "$name.cfg" again.cfg
        allot 0 run "$scenario" -q -o as-it-is
        allot 0 run "$name.cfg" -q -o as-printed
        same_results as-it-is as-printed
        rm -r as-it-is as-printed
    done
}

@test "--print -a: every alternative reads back to the same, with the same results" {
    local scenario name n=0
    ln -s "$SCENARIOS/rules" rules
    for scenario in "$SCENARIOS"/*.cfg; do
        alternatives_of "$scenario" >names
        while read -r name; do
            allot 0 check "$scenario" -a "$name" -q
            "$ALLOT" check "$scenario" -a "$name" --print >printed.cfg
            allot 0 run "$scenario" -a "$name" -q -o as-it-is
            allot 0 run printed.cfg -q -o as-printed
            same_results as-it-is as-printed
            rm -r as-it-is as-printed
            n=$((n + 1))
        done <names
    done
    [ "$n" -ge 8 ] || fail "only $n alternatives were found"
}

@test "--print keeps the question and says the defaults" {
    base >x.cfg
    allot 0 check x.cfg --print
    [ "${lines[0]}" = "# Who gets it?" ] || fail "${lines[0]}"
    printed 'charge = 1.0;'
    printed 'ledger = "none";'
    printed 'every_months = 1;'
}

@test "--print shows what is set and laid over" {
    base >x.cfg
    allot 0 check x.cfg --print -s projects.Segment.priority=0.25 -s rule.divide=ranked
    printed 'priority = 0.25;'
    printed 'divide = "ranked";'
}

@test "--print of a scenario with includes is one file" {
    echo 'months = 3;' >months.inc
    base | sed 's/^months = 3;/@include "months.inc"/' >x.cfg
    "$ALLOT" check x.cfg --print >one.cfg
    base >y.cfg
    "$ALLOT" check y.cfg --print >two.cfg
    same one.cfg two.cfg
}

@test "--jail: nothing outside is read" {
    mkdir jail
    echo 'months = 3;' >months.inc
    base | sed 's/^months = 3;/@include "..\/months.inc"/' >jail/x.cfg
    allot 0 check jail/x.cfg
    allot 66 check jail/x.cfg --jail jail
    complained "jail/x.cfg:3:1: error: '../months.inc' cannot be read: it is missing or lies \
outside 'jail'"
    base | sed 's/^months = 3;/@include "\/etc\/passwd"/' >jail/x.cfg
    allot 66 run jail/x.cfg --jail jail
    complained "'/etc/passwd' cannot be read"
    not_complained "root:"
    ln -s /etc/passwd jail/link.inc
    base | sed 's/^months = 3;/@include "link.inc"/' >jail/x.cfg
    allot 66 run jail/x.cfg --jail jail
    complained "'link.inc' cannot be read"
    is_gone out
}

@test "a preset's schedule is printed, and --set changes a line of it" {
    with 's|^rule = .*|rule = { @include "presets/olcf.cfg" };|'
    allot 0 check x.cfg --print -s rule.forfeit.schedule.1.lose_frac=0.2
    printed "schedule = (
            { month = 5; day = 1; below_frac = 0.1; lose_frac = 0.3; of = \"rest\"; },
            { month = 5; day = 1; below_frac = 0.15; lose_frac = 0.2; of = \"rest\"; },"
    allot 65 check x.cfg -s rule.forfeit.schedule.1.day=32
    complained "rule.forfeit, element 2 of schedule: day is 32, must be 1 to 31"
    allot 65 check x.cfg -s rule.forfeit.schedule.5.day=1
    # What comes with the program lies outside a jail.
    allot 66 check x.cfg --jail .
    complained "'presets/olcf.cfg' cannot be read: it is missing or lies outside '.'"
}
