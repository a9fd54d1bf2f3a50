#!/usr/bin/env bats
# When the world fails: full disks, closed pipes, places that cannot be written, signals.
# Files appear whole or not at all, and the exit status says what happened.

setup() { load helper; }

teardown() {
    if mountpoint -q "$BATS_TEST_TMPDIR/here/disk" 2>/dev/null; then
        cd / && umount "$BATS_TEST_TMPDIR/here/disk"
    fi
}

# A disk of that size in ./disk, or the test is skipped.
disk() {
    mkdir disk
    mount -t tmpfs -o "size=$1" none disk 2>/dev/null || skip "only root can mount a small disk"
}

# ---- full disks ----

@test "a full disk: exit status 74, no file, no directory" {
    disk 64k
    allot 74 run "$SCENARIOS/llama-vs-opt.cfg" -o disk/a
    complained "error: cannot be written: No space left on device"
    prints ""
    holds disk ""
    allot 74 run "$SCENARIOS/llama-vs-opt.cfg" -n 50 -o disk/a
    complained "No space left on device"
    prints ""
    holds disk ""
    allot 74 run "$SCENARIOS/llama-vs-opt.cfg" -n 50 --series -o disk/a --json
    prints ""
    holds disk ""
}

@test "a full disk: the old result stays, whole" {
    disk 100k
    base >x.cfg
    allot 0 run x.cfg -o disk/a -q
    cp -R disk/a before
    head -c 100000 /dev/zero >disk/rest 2>/dev/null || true
    allot 74 run x.cfg --seed 2 -o disk/a
    complained "No space left on device"
    same_runs before disk/a
    same before/run.json disk/a/run.json
}

@test "a full disk: no half chart" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    disk 1m
    base >x.cfg
    allot 0 run x.cfg -o disk/a -q
    local format kilobytes file
    for format in svg png pdf dumb; do
        for kilobytes in 4 16; do
            head -c 1000000 /dev/zero >disk/rest 2>/dev/null || true
            truncate -s "-$((kilobytes * 1024))" disk/rest
            run --separate-stderr "$ALLOT" chart disk/a --format $format
            [ "$status" -eq 74 ] || [ "$status" -eq 0 ] || fail "status $status"
            [ "$status" -eq 0 ] || [ -n "$stderr" ] || fail "says nothing"
            for file in disk/a/charts/* disk/a/charts/.[!.]*; do
                case $file in
                *.csv) csv "$file" >/dev/null || fail "half of $file" ;;
                *.svg) tail -c 16 "$file" | grep -q '</svg>' || fail "half of $file" ;;
                *.png) tail -c 16 "$file" | grep -aq IEND || fail "half of $file" ;;
                *.pdf) tail -c 16 "$file" | grep -aq '%%EOF' || fail "half of $file" ;;
                */\* | */.\[!.\]\* | *.txt) ;;
                *) fail "left: $file" ;;
                esac
            done
            rm -rf disk/a/charts disk/rest
        done
    done
}

@test "a full disk: init leaves nothing" {
    disk 16k
    head -c 16384 /dev/zero >disk/rest 2>/dev/null || true
    allot 74 init disk/x.cfg
    complained "disk/x.cfg: error: cannot be written: No space left on device"
    holds disk rest
}

@test "a limit on the size of files is a full disk, not a death" {
    ! grep -q __tsan_init "$ALLOT" || skip "the thread sanitizer needs larger files itself"
    # shellcheck disable=SC2016 # for the inner shell
    run --separate-stderr bash -c 'ulimit -f 2; exec "$0" run "$1" -n 50 --series -o a' \
        "$ALLOT" "$SCENARIOS/llama-vs-opt.cfg"
    [ "$status" -eq 74 ] || fail "exit status $status"
    complained "error: cannot be written: File too large"
    is_gone a
}

@test "stdout on a full disk: exit status 74, and the files are whole" {
    [ -w /dev/full ] || skip "there is no /dev/full"
    base >x.cfg
    local command
    for command in "--help" "--version" "list settings" "check x.cfg" "check x.cfg --print" \
        "run --help"; do
        # shellcheck disable=SC2016,SC2086 # the program of the inner shell; a list of words
        run --separate-stderr bash -c 'exec "$@" >/dev/full' - "$ALLOT" $command
        [ "$status" -eq 74 ] || fail "exit status $status: $command"
        complained "allot: error: standard output cannot be written"
    done
    # shellcheck disable=SC2016
    run --separate-stderr bash -c 'exec "$@" >/dev/full' - "$ALLOT" run x.cfg -o a
    [ "$status" -eq 74 ] || fail "exit status $status"
    allot 0 run x.cfg -o b -q
    same_runs a b
    # shellcheck disable=SC2016
    run --separate-stderr bash -c 'exec "$@" >/dev/full' - "$ALLOT" run x.cfg -n 3 --json -o a
    [ "$status" -eq 74 ] || fail "exit status $status"
}

# ---- pipes and closed streams ----

@test "a closed pipe: exit status 74" {
    base >x.cfg
    local command
    for command in "list settings" "check x.cfg --print" "run x.cfg -n 3 --json -q -o a" \
        "run x.cfg -q -o a"; do
        # The reader has gone before anything is written.
        # shellcheck disable=SC2086 # words
        { sleep 0.1; "$ALLOT" $command 2>errors && echo 0 >status || echo $? >status; } | true
        [ "$(cat status)" -eq 74 ] || fail "exit status $(cat status): $command" "$(cat errors)"
        grep -q "allot: error: standard output cannot be written" errors || fail "$(cat errors)"
    done
    is_file a/run.json
}

@test "closed streams: no result goes into a file that took their number" {
    base >x.cfg
    allot 0 run x.cfg -o good -q
    "$ALLOT" run x.cfg -o a -q >&- 2>errors && fail "stdout is closed, and all is well"
    [ "$("$ALLOT" list charts >&- 2>/dev/null; echo $?)" -eq 74 ] || fail "not 74"
    same_runs good a
    "$ALLOT" run x.cfg -o b >text 2>&- || fail "stderr may be closed"
    same_runs good b
    "$ALLOT" run x.cfg -o c >text <&- 2>errors || fail "stdin may be closed"
    same_runs good c
    "$ALLOT" run x.cfg -o d <&- >&- 2>&- && fail "stdout is closed, and all is well"
    same_runs good d
    if command -v gnuplot >/dev/null; then
        "$ALLOT" chart a <&- >&- 2>&- && fail "stdout is closed, and all is well"
        "$ALLOT" chart b >text 2>errors || fail "chart"
        same a/charts/allocation.svg b/charts/allocation.svg
    fi
}

# ---- places ----

@test "a place under a file: exit status 73" {
    base >x.cfg
    allot 73 run x.cfg -o x.cfg/a
    complained "x.cfg/a: error: cannot be created: Not a directory"
    prints ""
    allot 73 run x.cfg -o x.cfg/a -n 3
    allot 73 init x.cfg/y.cfg
    complained "x.cfg/y.cfg: error: cannot be created: Not a directory"
    holds . x.cfg
}

@test "a directory without the right to write: exit status 73" {
    base >x.cfg
    mkdir locked
    chmod 555 locked
    # Root may write everywhere, but not on a file system that is read-only.
    if touch locked/probe 2>/dev/null; then
        rm -f locked/probe
        mount -t tmpfs -o ro none locked 2>/dev/null || skip "root may write everywhere"
    fi
    run --separate-stderr "$ALLOT" run x.cfg -o locked/a
    local found=$status
    run --separate-stderr "$ALLOT" init locked/y.cfg
    umount locked 2>/dev/null || true
    [ "$found" -eq 73 ] || fail "run: exit status $found"
    [ "$status" -eq 73 ] || fail "init: exit status $status"
    complained "locked/y.cfg: error: cannot be created: "
}

@test "a file without the right to read: exit status 66" {
    base >x.cfg
    chmod 000 x.cfg
    [ ! -r x.cfg ] || skip "root may read everything"
    allot 66 run x.cfg
    complained "x.cfg: error: cannot be read: Permission denied"
}

@test "a path that is too long" {
    base >x.cfg
    allot 73 run x.cfg -o "$(printf 'x%.0s' {1..300})"
    complained "cannot be created: File name too long"
    allot 66 run "$(printf 'x%.0s' {1..300})"
    complained "cannot be read: File name too long"
}

@test "a link that leads nowhere is no directory" {
    base >x.cfg
    ln -s nowhere a
    allot 73 run x.cfg -o a
    holds . "a x.cfg"
}

@test "results are written through a link to a directory" {
    base >x.cfg
    mkdir real
    ln -s real a
    allot 0 run x.cfg -o a -q
    is_file real/run.json
}

# ---- signals ----

# Starts a batch that is far too long in the background and waits until it has begun.
#   start_batch OPTION...
start_batch() {
    "$ALLOT" run "$SCENARIOS/two-sites.cfg" -n 100000 -j 2 -o a "$@" >text 2>errors 3>&- &
    batch=$!
    for _ in {1..200}; do
        compgen -G 'a/.outcomes.csv.*.tmp' >/dev/null && break
        sleep 0.05
    done
    sleep 0.3
}
wait_for_batch() {
    local status=0
    wait "$batch" || status=$?
    [ "$status" -eq "$1" ] || fail "exit status $status, should be $1" "$(cat errors)"
}

@test "an interrupt: exit status 130; what was finished is written, whole" {
    local signal n
    for signal in INT TERM; do
        start_batch
        kill -$signal "$batch"
        wait_for_batch 130
        grep -qE 'allot: interrupted after [0-9]+ of 100000 replications' errors ||
            fail "$(cat errors)"
        holds a "bands.csv columns.csv outcomes.csv run.json summary.json"
        n=$(sed -n 's/^  "replications": \([0-9]*\),$/\1/p' a/run.json)
        [ "$(csv a/outcomes.csv replication | sort -u | wc -l)" -eq "$n" ] ||
            fail "not the $n replications that run.json names"
        [ "$(csv a/bands.csv n | sort -un | tail -n 1)" -eq "$n" ] || fail "bands"
        rm -r a
    done
}

@test "an interrupted batch is a batch of what was finished" {
    start_batch
    kill -INT "$batch"
    wait_for_batch 130
    local n
    n=$(sed -n 's/^  "replications": \([0-9]*\),$/\1/p' a/run.json)
    [ "$n" -gt 1 ] || skip "too slow here: nothing but the first one was finished"
    allot 0 run "$SCENARIOS/two-sites.cfg" -n "$n" -o b -q
    same_runs a b
}

@test "an interrupt with --json: one whole object" {
    start_batch --json -q
    kill -INT "$batch"
    wait_for_batch 130
    same text a/summary.json
}

@test "a second interrupt ends it at once; the next run is not hindered" {
    # It does not wait for its threads; that is no leak.
    export TSAN_OPTIONS=${TSAN_OPTIONS-}:report_thread_leaks=0
    start_batch
    kill -INT "$batch"
    kill -INT "$batch" 2>/dev/null || true
    sleep 0.05
    kill -INT "$batch" 2>/dev/null || true
    wait_for_batch 130
    is_gone a/pools.csv
    allot 0 run "$SCENARIOS/one-team.cfg" -o a -q
    [ "$(names_in a)" = "$(allot 0 run "$SCENARIOS/one-team.cfg" -o b -q; names_in b)" ] ||
        fail "left: $(names_in a)"
}

@test "a batch that is killed leaves no result, and does not hinder the next" {
    start_batch
    kill -KILL "$batch"
    wait_for_batch 137
    is_gone a/run.json a/outcomes.csv
    allot 0 run "$SCENARIOS/one-team.cfg" -n 2 -o a -q
    holds a "bands.csv columns.csv outcomes.csv run.json summary.json"
}

@test "what a program that died while it renamed has left is no result, and no hindrance" {
    base >x.cfg
    allot 0 run x.cfg -q
    cp -r out/x whole
    mv out/x/run.json out/x/.run.json.999999999.tmp
    rm out/x/claims.csv
    allot 66 chart out/x
    allot 0 run x.cfg -q
    diff -r -x run.json whole out/x || fail "other results"
    # Without that trace it may be somebody's own.
    rm out/x/run.json
    allot 73 run x.cfg -q
    complained "is not empty and holds no run: nothing is overwritten"
}

@test "what cannot be removed of an old result is told, not mixed with the new one" {
    base >x.cfg
    allot 0 run x.cfg -q --out a
    cp -r a whole
    mkdir -p a/charts/fan.svg
    allot 74 run x.cfg -n 2 -q --out a
    complains "a/charts: error: 'fan.svg' in it cannot be removed: Is a directory"
    rm -r a/charts
    same_runs whole a
    mkdir a/bands.csv
    allot 74 run x.cfg -n 2 -q --out a
    complains "a/bands.csv: error: cannot be removed: Is a directory"
    is_gone a/run.json
    rmdir a/bands.csv
    allot 0 run x.cfg -q --out a
    same_runs whole a
}

# libconfig 1.5 does not look whether it got memory; the room is asked for before.
@test "too little memory for a large scenario is one line" {
    case $ALLOT in */release*) ;; *) skip "a sanitizer takes memory of its own" ;; esac
    awk -v n=10000 -v n_teams=1000 -v n_months=12 -f "$ROOT/tests/bench/big.awk" >big.cfg
    local limit
    for limit in 40000 60000 80000 100000 120000; do
        run --separate-stderr bash -c "ulimit -v $limit; exec \"$ALLOT\" check big.cfg -q"
        case $status in
        0) ;;
        74) [[ $stderr == "allot: error: out of memory"* && ${#stderr_lines[@]} -eq 1 ]] || fail "what?" ;;
        *) fail "$limit kB: exit status $status" ;;
        esac
    done
}
