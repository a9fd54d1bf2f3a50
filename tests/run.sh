#!/bin/bash
# Runs the tests of a build and counts them.
#
#   tests/run.sh BUILD               unit programs, then the command line (bats)
#   tests/run.sh BUILD statistics    the slow tests against theory
#
# A line for each program: its name, tests passed, seconds; of one that fails, all that it
# said. A crash, a time-out, a sanitizer's report or a program without tests is a failure.
# The last line is "N passed, M failed" (", K skipped" where some were); the exit status is
# not 0 if anything failed or nothing ran. JOBS=N runs N programs at once.
set -u

root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
self=$root/tests/run.sh

seconds_since() {
    awk -v from="$1" -v to="$(date +%s.%N)" 'BEGIN { printf "%.1f", to - from }'
}

# Reports of sanitizers go to files of their own, because a test may swallow what a program
# prints; their exit status is one that allot does not use. (gcc's UBSan beside ASan heeds
# only the latter: its reports are looked for in the output.)
sanitizers_report_to() {
    local common="log_path=$1:exitcode=86"
    export ASAN_OPTIONS="$common:detect_leaks=${DETECT_LEAKS:-1}"
    export UBSAN_OPTIONS="$common:print_stacktrace=1"
    export TSAN_OPTIONS="$common:halt_on_error=1"
}

with_limit() {
    local limit=$1
    shift
    if command -v timeout >/dev/null 2>&1; then
        timeout -k 10 "$limit" "$@"
    else
        "$@"
    fi
}

# Runs one program, prints its line and leaves "passed failed skipped" in RESULTS/NAME.
#   run_one RESULTS SECONDS NAME COMMAND...
run_one() {
    local results=$1 limit=$2 name=$3 begin status=0 passed failed skipped planned why=
    shift 3
    local log=$results/${name//\//_}
    begin=$(date +%s.%N)
    sanitizers_report_to "$log.sanitizer"
    if [ -x "$1" ] || command -v "$1" >/dev/null 2>&1; then
        with_limit "$limit" "$@" >"$log.out" 2>&1 </dev/null || status=$?
    else
        status=127
        echo "$1 is not there: not built?" >"$log.out"
    fi
    # Both cmocka and bats speak TAP here; cmocka calls a skipped test "not ok # SKIP".
    read -r passed failed skipped planned <<<"$(awk '
        /^1\.\.[0-9]+/ { planned += substr($0, 4) }
        /^(not )?ok [0-9]+/ {
            if (tolower($0) ~ /# skip/) skipped++
            else if ($1 == "ok") passed++
            else failed++
        }
        END { print passed + 0, failed + 0, skipped + 0, planned + 0 }' "$log.out")"

    case $status in
    0) ;;
    124 | 137) why="stopped after $limit s" ;;
    *) why="exit status $status" ;;
    esac
    if [ -z "$why" ] && [ "$planned" -ne $((passed + failed + skipped)) ]; then
        why="$planned tests planned, $((passed + failed + skipped)) run"
    elif [ -z "$why" ] && [ "$planned" -eq 0 ]; then
        why="no tests in it"
    fi
    cat "$log".sanitizer.* >>"$log.out" 2>/dev/null
    if grep -qE '(ERROR|WARNING): [A-Za-z]+Sanitizer|: runtime error: ' "$log.out"; then
        why="a sanitizer's report"
    fi
    if [ -n "$why" ] && [ "$failed" -eq 0 ]; then
        failed=1
    fi

    if [ "$failed" -gt 0 ]; then
        printf 'FAIL  %-34s %4d passed, %d failed%s  %s s\n' "$name" "$passed" "$failed" \
            "${why:+ ($why)}" "$(seconds_since "$begin")"
        sed 's/^/      | /' "$log.out"
    else
        printf 'ok    %-34s %4d passed%s  %s s\n' "$name" "$passed" \
            "$([ "$skipped" -gt 0 ] && echo ", $skipped skipped")" \
            "$(seconds_since "$begin")"
    fi >"$log.report"
    echo "$passed $failed $skipped" >"$log.counts"
    cat "$log.report"
}

# One line of the list: "unit NAME" or "bats NAME"; called by xargs below.
run_listed() {
    local results=$1 build=$2 kind=$3 name=$4
    case $kind in
    bats)
        export ALLOT=$build/allot
        run_one "$results" "${LIMIT:-1800}" "cli/$name" \
            bats --tap "$root/tests/cli/$name.bats"
        ;;
    *)
        export CMOCKA_MESSAGE_OUTPUT=TAP
        local limit=600 # of one that hangs, also on a slow machine under a sanitizer
        [ "$kind" = statistics ] && limit=1800
        run_one "$results" "${LIMIT:-$limit}" "$kind/$name" "$build/tests/$kind/$name"
        ;;
    esac
}

# xargs starts this script again for each program.
if [ "${1-}" = --one ]; then
    shift
    run_listed "$@"
    exit 0
fi

if [ $# -lt 1 ] || { [ $# -gt 1 ] && [ "$2" != statistics ]; }; then
    echo "usage: tests/run.sh BUILD [statistics]" >&2
    exit 64
fi
build=$(cd "$1" 2>/dev/null && pwd) || {
    echo "tests/run.sh: no directory $1" >&2
    exit 66
}
kind=${2:-unit}
results=$(mktemp -d) || exit 1
trap 'rm -rf "$results"' EXIT

list() {
    local source
    for source in "$root/tests/$kind"/*.c; do
        [ -e "$source" ] && echo "$kind $(basename "$source" .c)"
    done
    if [ "$kind" = unit ]; then
        for source in "$root/tests/cli"/*.bats; do
            [ -e "$source" ] && echo "bats $(basename "$source" .bats)"
        done
    fi
}

cd "$root" || exit 1
list >"$results/list"
if [ -s "$results/list" ]; then
    xargs -n 2 -P "${JOBS:-2}" "$self" --one "$results" "$build" <"$results/list"
fi

# Nothing ran: there is no file to read, and the status says so.
cat "$results"/*.counts 2>/dev/null | awk '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        printf "%d passed, %d failed", passed, failed
        if (skipped) printf ", %d skipped", skipped
        printf "\n"
        exit failed > 0 || passed == 0
    }'
