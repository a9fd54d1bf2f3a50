#!/usr/bin/env bats
# A sweep that is killed, interrupted, out of disk or started twice ends as an undisturbed
# one: its export is byte-equal.

setup() {
    load helper
    base >x.cfg
    # Some milliseconds a run, so that there is a moment to be killed in.
    sed -i 's/months = 3/months = 240/' x.cfg
    "$ALLOT" sweep x.cfg "${what[@]}" -o undisturbed -q
    "$ALLOT" export undisturbed >/dev/null
}

# What a test leaves behind must not be a mount.
teardown() {
    umount small 2>/dev/null || true
}

what=(--vary "pools.h100.gpus=32:64:4" --vary "council.lag_days=0,5" -n 4)
n_runs=72

start() {
    "$ALLOT" sweep x.cfg "${what[@]}" -j 2 -q "$@"
}
# The same in the background; leaves $pid.
start_behind() {
    "$ALLOT" sweep x.cfg "${what[@]}" -j 2 -q "$@" 2>said 3>&- &
    pid=$!
}
n_stored() {
    sqlite3 "$1/sweep.sqlite" "SELECT count(*) FROM runs" 2>/dev/null || echo 0
}
equals_undisturbed() {
    "$ALLOT" export "$1" >/dev/null
    same undisturbed/runs.csv "$1/runs.csv"
    same undisturbed/points.csv "$1/points.csv"
}

@test "killed at 20 random moments and started again" {
    local n=0 tries=0 begin took stored
    begin=$(date +%s%N)
    start -o timed
    took=$((($(date +%s%N) - begin) / 1000000))
    RANDOM=1
    while [ $n -lt 20 ]; do
        tries=$((tries + 1))
        [ $tries -le 400 ] || fail "no moment between the first run and the last"
        rm -rf killed
        start_behind -o killed
        sleep "$(awk -v r=$RANDOM -v t=$took 'BEGIN { print r / 32768 * t / 1000 }')"
        kill -KILL $pid 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
        stored=$(n_stored killed)
        [ "$stored" -gt 0 ] && [ "$stored" -lt $n_runs ] || continue
        n=$((n + 1))
        start -o killed || fail "it does not go on after $stored runs"
        equals_undisturbed killed
    done
}

# Until the store holds some runs, or the sweep has ended.
wait_for_runs() {
    while kill -0 $pid 2>/dev/null; do
        [ "$(stat -c %s "$1/sweep.sqlite" 2>/dev/null || echo 0)" -le 100000 ] || break
        sleep 0.01
    done
}

@test "interrupted: what is in flight is stored, how to go on is said, status 130" {
    local n status
    what=(--vary "pools.h100.gpus=32:64:4" --vary "council.lag_days=0,5" -n 20)
    start -o undisturbed
    "$ALLOT" export undisturbed >/dev/null
    for ((n = 0; n < 20; n++)); do
        rm -rf stopped
        start_behind -o stopped
        status=0
        wait_for_runs stopped
        kill -INT $pid 2>/dev/null || true
        wait "$pid" || status=$?
        [ $status -ne 130 ] || break
    done
    [ $status -eq 130 ] || fail "status $status"
    grep -q "they are stored, and the same command goes on" said || fail "$(cat said)"
    [ "$(n_stored stopped)" = "$(sed -n 's/.*interrupted after \([0-9]*\) of.*/\1/p' said)" ]
    start -o stopped
    equals_undisturbed stopped
}

@test "SIGUSR1 prints one line" {
    local n
    what=(--vary "pools.h100.gpus=32:64:4" --vary "council.lag_days=0,5" -n 20)
    for ((n = 0; n < 20; n++)); do
        rm -rf asked
        start_behind -o asked
        wait_for_runs asked
        kill -USR1 $pid 2>/dev/null || true
        wait "$pid"
        grep -q "^allot: [1-9][0-9]* of 360 runs done, 0 failed, " said && break
    done
    [ "$(wc -l <said)" -eq 1 ] || fail "$(cat said)"
}

@test "the disk is full at a random write, and the sweep goes on once there is room" {
    local n status stored
    mkdir small
    mount -t tmpfs -o size=4m tmpfs small 2>/dev/null || skip "no rights to mount a tmpfs"
    RANDOM=2
    for ((n = 0; n < 12; n++)); do
        rm -rf small/*
        mkdir small/s
        # All but some blocks are taken.
        head -c $((4194304 - 8192 * (RANDOM % 60 + 2))) /dev/zero >small/ballast 2>/dev/null
        status=0
        start -o small/s 2>said || status=$?
        if [ $status -ne 0 ]; then
            [ $status -eq 74 ] || [ $status -eq 73 ] || fail "status $status" "$(cat said)"
            grep -q "error: \(the disk is full\|cannot\)" said || fail "$(cat said)"
            [ "$(grep -c 'error:' said)" -eq 1 ] || fail "$(cat said)"
            filled=1
        fi
        stored=$(n_stored small/s)
        rm small/ballast
        start -o small/s || fail "it does not go on after $stored runs"
        equals_undisturbed small/s
    done
    [ "${filled-0}" -eq 1 ] || fail "the disk was never full"
}

@test "of two processes on one store the second refuses, or waits as asked" {
    local n status
    for ((n = 0; n < 20; n++)); do
        rm -rf both
        what=(--vary "pools.h100.gpus=32:64:4" --vary "council.lag_days=0,5" -n 60)
        start_behind -o both
        sleep 0.3
        status=0
        start -o both --wait 0 2>refused || status=$?
        kill -0 $pid 2>/dev/null && break
        wait "$pid"
    done
    [ $status -eq 73 ] || fail "status $status" "$(cat refused)"
    grep -q "both/sweep.sqlite: error: another process is writing it" refused
    # Who reads is refused as clearly, unless it has ended meanwhile.
    if ! "$ALLOT" export both >refused 2>&1; then
        grep -q "it can be read when that has ended" refused || fail "$(cat refused)"
    fi
    start -o both --wait 600
    wait "$pid"
    "$ALLOT" export both -m fill_frac >/dev/null
    [ "$(wc -l <both/runs.csv)" -eq $((18 * 60 + 1)) ]
    start -o once
    "$ALLOT" export once -m fill_frac >/dev/null
    same once/runs.csv both/runs.csv
}
