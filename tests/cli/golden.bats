#!/usr/bin/env bats
# Every shipped scenario comes to what is kept of it in tests/golden; `make golden` rewrites
# that. Exact to the byte.

setup() { load helper; }

golden() {
    [ -d "$ROOT/tests/golden/$1" ] ||
        skip "tests/golden/$1 does not exist yet: make golden writes it"
    run "$ROOT/tests/golden/golden.sh" "$ALLOT" "$1"
    [ "$status" -eq 0 ] || fail "$1 comes to something else; if it should: make golden"
}

@test "all-at-once" { golden all-at-once; }
@test "as-decided" { golden as-decided; }
@test "bundles" { golden bundles; }
@test "capacity-slip" { golden capacity-slip; }
@test "catching-up" { golden catching-up; }
@test "centre-ledgers" { golden centre-ledgers; }
@test "claims-on-scarcity" { golden claims-on-scarcity; }
@test "deadline-crunch" { golden deadline-crunch; }
@test "failing-nodes" { golden failing-nodes; }
@test "helios-earth" { golden helios-earth; }
@test "hoarding-team" { golden hoarding-team; }
@test "lab-quotas" { golden lab-quotas; }
@test "layoffs" { golden layoffs; }
@test "lend-and-borrow" { golden lend-and-borrow; }
@test "llama-vs-opt" { golden llama-vs-opt; }
@test "lots-for-the-many" { golden lots-for-the-many; }
@test "merge-at-once" { golden merge-at-once; }
@test "one-team" { golden one-team; }
@test "quarterly-budgets" { golden quarterly-budgets; }
@test "talent-market" { golden talent-market; }
@test "two-gpu-types" { golden two-gpu-types; }
@test "own-rules" { golden own-rules; }
@test "smaller-model" { golden smaller-model; }
@test "soonest-first" { golden soonest-first; }
@test "superior-decides" { golden superior-decides; }
@test "two-sites" { golden two-sites; }
@test "two-teams-one-pool" { golden two-teams-one-pool; }
@test "who-decides" { golden who-decides; }

@test "every scenario has a test here, and every result that is kept a scenario" {
    local path name
    for path in "$SCENARIOS"/*.cfg; do
        name=$(basename "$path" .cfg)
        grep -qF "@test \"$name\" { golden $name; }" "$BATS_TEST_FILENAME" || fail "no $name"
    done
    for path in "$ROOT"/tests/golden/*/; do
        [ -d "$path" ] || continue
        name=$(basename "$path")
        [ -f "$SCENARIOS/$name.cfg" ] || fail "no scenario $name"
    done
}

@test "a difference is found" {
    [ -d "$ROOT/tests/golden/one-team" ] || skip "tests/golden/one-team does not exist yet"
    mkdir -p tests/golden scenarios
    cp "$ROOT/tests/golden/golden.sh" tests/golden
    cp -R "$ROOT/tests/golden/one-team" tests/golden
    sed 's/gpu_hours = [0-9.]*/gpu_hours = 1000.0/' "$SCENARIOS/one-team.cfg" >scenarios/one-team.cfg
    run tests/golden/golden.sh "$ALLOT" one-team
    [ "$status" -eq 1 ] || fail "status $status"
    [[ $output == *+++* ]] || fail "shows no difference"
}
