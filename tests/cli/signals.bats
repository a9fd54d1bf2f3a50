#!/usr/bin/env bats
# Each signal, and a standard output that nobody reads, for each command that works long:
# an exit status, one line, nothing half; the same command then goes on, or starts again,
# and ends as an undisturbed one.
#
# More about each of them: io.bats, surroundings.bats, sweep_survives.bats.

setup() {
    load helper
    base | sed 's/^months = 3;/months = 240;/' >x.cfg
}

# The long work of each command, and what it does first; see `commands`.
long() {
    case $1 in
    run) echo run x.cfg -n "$2" ;;
    compare) echo compare x.cfg --alt "more:pools.h100.gpus=80" -m released:Segment -n "$2" ;;
    sweep) echo sweep x.cfg --vary pools.h100.gpus=32,64 -n "$2" ;;
    esac
}

# Starts COMMAND with far too much to do, waits until it is at work, sends it SIGNAL, and
# leaves its status and what it said.
#   signalled COMMAND SIGNAL
signalled() {
    local pid i
    # shellcheck disable=SC2046 # words
    "$ALLOT" $(long "$1" 100000) -j 2 -q --out out >text 2>errors 3>&- &
    pid=$!
    for ((i = 0; i < 400; i++)); do
        case $1 in
        run) [ ! -d out ] || break ;;
        compare) break ;; # its directory comes at the end
        sweep) [ "$(stat -c %s out/sweep.sqlite 2>/dev/null || echo 0)" -le 60000 ] || break ;;
        esac
        sleep 0.02
    done
    sleep 0.2
    kill -s "$2" $pid
    status=0
    wait $pid || status=$?
}

# Nothing of a run or a comparison without its seal; of a sweep, a store that can be read.
nothing_half() {
    local file
    if [ "$1" = sweep ]; then
        "$ALLOT" export out -q --out exported || fail "$1 $2: its store cannot be read"
        rm -r exported
        return
    fi
    [ ! -e out/run.json ] || return 0
    for file in out/*; do
        [ ! -e "$file" ] || fail "$1 $2: $file without a seal"
    done
}

# The same directory, a piece of work that ends: as if nothing had been there.
goes_on() {
    if [ "$1" = sweep ]; then
        rm -rf out_again
        cp -r out out_again
        # What is stored is kept, and counted.
        "$ALLOT" sweep x.cfg --vary pools.h100.gpus=32,64 -n 4 -q --out out_again ||
            fail "$1 $2: does not go on"
        "$ALLOT" export out_again -q -m fill_frac --out got
        "$ALLOT" export whole -q -m fill_frac --out wanted
        sort wanted/runs.csv >a
        sort got/runs.csv >b
        [ -z "$(comm -23 a b)" ] || fail "$1 $2: other runs" "$(comm -23 a b)"
        rm -r got wanted out_again
        return
    fi
    # shellcheck disable=SC2046 # words
    "$ALLOT" $(long "$1" 4) -q --out out || fail "$1 $2: does not start again"
    same_runs whole out
}

# SIGNAL, exit status, the line that is said (none where the kernel kills), a table for:
each_signal() {
    local signal expected said
    # shellcheck disable=SC2046 # words
    allot 0 $(long "$1" 4) -q --out whole
    while IFS='|' read -r signal expected said; do
        rm -rf out
        signalled "$1" "$signal"
        [ "$status" -eq "$expected" ] || fail "$1 $signal: status $status" "$(cat errors)"
        [ "$(wc -l <errors)" -eq "$([ -z "$said" ] && echo 0 || echo 1)" ] ||
            fail "$1 $signal: not one line" "$(cat errors)"
        grep -q "^$said" errors || [ -z "$said" ] || fail "$1 $signal: says $(cat errors)"
        nothing_half "$1" "$signal"
        goes_on "$1" "$signal"
    done <<'END'
INT|130|allot: interrupted
TERM|130|allot: interrupted
HUP|130|allot: interrupted
KILL|137|
USR2|140|
END
}

@test "signals: run" { each_signal run; }

@test "signals: compare" { each_signal compare; }

@test "signals: sweep" { each_signal sweep; }

@test "SIGHUP is ignored under nohup" {
    "$ALLOT" run x.cfg -n 4 -q --out whole
    # shellcheck disable=SC2016 # of the inner shell
    bash -c 'trap "" HUP; exec "$0" run x.cfg -n 20000 -q --out out' "$ALLOT" 2>errors 3>&- &
    local pid=$!
    while [ ! -d out ]; do sleep 0.02; done
    kill -HUP $pid
    sleep 0.3
    kill -0 $pid || fail "it has ended" "$(cat errors)"
    kill -INT $pid
    wait $pid || true
}

@test "a standard output that nobody reads, is closed or full: the results are whole" {
    local command how status
    for command in run compare sweep; do
        # shellcheck disable=SC2046 # words
        allot 0 $(long $command 4) -q --out whole
        for how in pipe closed full; do
            rm -rf out
            # shellcheck disable=SC2046 # words
            set -- "$ALLOT" $(long $command 4) -q --out out
            case $how in
            pipe) { sleep 0.1; "$@" 2>errors && echo 0 >status || echo $? >status; } | true ;;
            closed) "$@" >&- 2>errors && echo 0 >status || echo $? >status ;;
            full) "$@" >/dev/full 2>errors && echo 0 >status || echo $? >status ;;
            esac
            [ "$(cat status)" -eq 74 ] || fail "$command, $how: status $(cat status)" "$(cat errors)"
            [ "$(cat errors)" = "$(grep '^allot: error: standard output cannot be written' errors)" ] ||
                fail "$command, $how: says $(cat errors)"
            [ "$(wc -l <errors)" -eq 1 ] || fail "$command, $how: not one line" "$(cat errors)"
            if [ $command = sweep ]; then
                "$ALLOT" export out -q --out got && "$ALLOT" export whole -q --out wanted
                same got/runs.csv wanted/runs.csv
                rm -r got wanted
            else
                same_runs whole out
            fi
        done
        rm -r whole
    done
}
