#!/usr/bin/env bats
# What the machine around allot is like: its locale, environment, number of processors,
# and signals. Results are the same everywhere. (Disks and pipes: io.bats; calls of the
# system that fail: make faults; gnuplot: chart.bats and tests/unit/test_gnuplot.c.)

setup() { load helper; }

@test "a locale with decimal commas" {
    command -v localedef >/dev/null || skip "no localedef"
    mkdir locales
    localedef -i de_DE -f UTF-8 locales/de_DE.UTF-8 2>/dev/null || skip "no source of de_DE"
    # It does print commas.
    [ "$(LOCPATH=$PWD/locales LC_ALL=de_DE.UTF-8 awk 'BEGIN { printf "%.1f", 1.5 }')" = 1,5 ] ||
        [ "$(LOCPATH=$PWD/locales LC_ALL=de_DE.UTF-8 /usr/bin/printf '%.1f' 1,5)" = 1,5 ] ||
        skip "the locale does not take effect here"
    base >x.cfg
    allot 0 run x.cfg -n 3 --series -q --out plain
    allot 0 sweep x.cfg --vary pools.h100.gpus=32,64 -n 2 -q --out plain_sweep
    allot 0 export plain_sweep -q --out plain_export
    export LOCPATH=$PWD/locales LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8
    allot 0 run x.cfg -n 3 --series -q --out comma -s "teams.Vision.exploration.h100.log_sd=0.5"
    same plain/outcomes.csv comma/outcomes.csv
    same plain/pools.csv comma/pools.csv
    same plain/bands.csv comma/bands.csv
    same plain/summary.json comma/summary.json
    allot 0 sweep x.cfg --vary pools.h100.gpus=32,64 -n 2 -q --out comma_sweep
    allot 0 export comma_sweep -q --out comma_export
    same plain_export/runs.csv comma_export/runs.csv
    allot 0 chart plain --only allocation
    mv plain/charts here
    LC_ALL=C.UTF-8 allot 0 chart plain --only allocation
    same here/allocation.svg plain/charts/allocation.svg
}

@test "without HOME, without an environment" {
    base >x.cfg
    allot 0 run x.cfg -q --out a
    run --separate-stderr env -i PATH="$PATH" "$ALLOT" run x.cfg -q --out b
    [ "$status" -eq 0 ] || fail "status $status"
    same_runs a b
    run --separate-stderr env -i PATH="$PATH" "$ALLOT" chart b --only allocation
    [ "$status" -eq 0 ] || fail "status $status"
    is_file b/charts/allocation.svg
    run --separate-stderr env -i "$ALLOT" chart b --only allocation
    [ "$status" -eq 69 ] || [ "$status" -eq 0 ] || fail "without PATH: status $status"
}

@test "without a directory for temporary files" {
    base >x.cfg
    allot 0 run x.cfg -q
    TMPDIR=$PWD/nowhere allot 73 report out/x
    complained "nowhere"
    [ "$(grep -c 'error:' <<<"$stderr")" -eq 1 ] || fail "one error"
    is_gone out/x/report.html
}

@test "64 threads on few processors" {
    base >x.cfg
    allot 0 run x.cfg -n 100 -j 1 --series -q --out one
    allot 0 run x.cfg -n 100 -j 64 --series -q --out many
    same_runs one many
}

# Starts a long batch into out/x and sends it a signal; leaves its status.
#   signalled SIGNAL
signalled() {
    "$ALLOT" run x.cfg -n 1000000 -q --out out/x >/dev/null 2>&1 &
    local pid=$!
    while [ ! -d out/x ]; do sleep 0.05; done
    sleep 0.3
    kill -s "$1" $pid
    status=0
    wait $pid || status=$?
}

@test "SIGTERM is an interrupt: what was finished is written" {
    base >x.cfg
    signalled TERM
    [ "$status" -eq 130 ] || fail "status $status"
    is_file out/x/run.json out/x/outcomes.csv
}

@test "a signal that kills leaves nothing half, and the next run is not hindered" {
    base >x.cfg
    allot 0 run x.cfg -n 20 -q --out whole
    signalled USR2
    [ "$status" -eq 140 ] || fail "status $status"
    is_gone out/x/run.json out/x/outcomes.csv
    allot 0 run x.cfg -n 20 -q --out out/x
    same_runs whole out/x
}
