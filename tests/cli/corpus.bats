#!/usr/bin/env bats
# The kept inputs of the fuzzers (tests/fuzz/corpus), fed to each again: what was found
# once stays mended, with every compiler and under every sanitizer.

setup() { load helper; }

replay() {
    local program=${ALLOT%/*}/tests/fuzz/replay_$1
    [ -x "$program" ] || skip "not built: make test builds it"
    # What libconfig itself leaks on a syntax error is passed over by name, nothing else.
    export LSAN_OPTIONS="suppressions=$ROOT/tests/fuzz/lsan.supp:print_suppressions=0:${LSAN_OPTIONS-}"
    run --separate-stderr timeout -k 5 300 "$program" "$ROOT/tests/fuzz/corpus/$1"/*
    [ "$status" -eq 0 ] || fail "exit status $status at: $(tail -n 1 <<<"$output")"
    [ "$(wc -l <<<"$output")" -ge "$2" ] || fail "too few inputs"
}

@test "scenarios" { replay scenario 100; }
@test "settings of --set, --vary, --zip, --where" { replay settings 40; }
@test "tables of claims" { replay claims 20; }
@test "tables that a scenario names" { replay tables 20; }
@test "accounting and traces: sacct, swf, csv, itp, helios, accounts" { replay import 30; }
@test "rules in Lua" { replay script 20; }
@test "stores" { replay store 3; }
@test "CSV" { replay csv 10; }
@test "directories of results" { replay saved 20; }
