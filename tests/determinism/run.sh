#!/bin/bash
# The same bytes from every build, on any number of threads, on a second run, after a
# resume: each scenario's results by each PROGRAM, against those of the first one.
#
#   tests/determinism/run.sh PROGRAM...
#
#   run                one replication, all files of the directory; what its report says
#                      and what explains its first month
#   run -n N           N replications (16) with all monthly files, on each of THREADS
#                      (1 to 8), against one thread
#   compare            the scenario and all its alternatives, N replications
#   sweep              every division that can stand in it: the store and its export
#   sweep, resumed     the same killed in the middle and started again
#   other libm         run, run -n N and compare by the reference, where the C library may
#                      use no fused multiply-add (glibc on x86; elsewhere nothing changes):
#                      its exp and pow then round a last digit otherwise, as those of another
#                      machine or library may. Numbers in the CSV files agree to TOLERANCE
#                      (1e-9) of the larger of the number and 1, all else is the same
#
# The first program is the reference and is also held against itself: its second run.
# ONLY="NAME..." takes these scenarios; JOBS=J works on J at once (2). A line a check; of a
# difference also scenario, file and the first line that differs; last "N ok, M not ok".
#
# What two equal runs may differ in, and nothing else is passed over:
#   run.json           the group `volatile`: host, end, seconds, threads, command line
#   sweep.sqlite       runs.seconds, how long a run took; and the file's layout, which
#                      follows the order in which runs ended (its contents are compared,
#                      table by table)
set -u

root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
self=$root/tests/determinism/run.sh
export LC_ALL=C.UTF-8 N=${N:-16} THREADS=${THREADS:-1 2 3 4 5 6 7 8}
export TOLERANCE=${TOLERANCE:-1e-9}

# Runs the program; its words and its status stand beside its results.
#   allot NAME ARGUMENT...
allot() {
    local name=$1 status=0
    shift
    ./allot "$@" >"$name.txt" 2>"$name.err" </dev/null || status=$?
    echo "status $status" >>"$name.err"
}

# Takes away what may differ (see above) from the directory `out`.
plain() {
    local table columns
    if [ -e out/run.json ]; then
        sed -i '/^  "volatile": {$/,/^  }/d' out/run.json
    fi
    if [ -e out/sweep.sqlite ]; then
        for table in $(sqlite3 out/sweep.sqlite \
            "SELECT name FROM sqlite_master WHERE type = 'table'"); do
            columns='*'
            [ "$table" != runs ] || columns='scenario, replication'
            sqlite3 -header out/sweep.sqlite "SELECT $columns FROM $table" >"out/$table.table"
        done
        rm -f out/sweep.sqlite*
    fi
}

# What a step has left becomes a directory of its own.
keep() {
    plain
    rm -rf "$1"
    mkdir "$1"
    mv out ./*.txt ./*.err "$1"
}

n_runs() {
    sqlite3 out/sweep.sqlite 'SELECT count(*) FROM runs' 2>/dev/null || echo 0
}

# A sweep is killed at moments spread over the time that it takes, until it has done some
# of its runs but not all. The time is measured anew where it ends before it is killed.
#   kill_sweep RUNS-IN-ALL MILLISECONDS COMMAND...
kill_sweep() {
    local n_all=$1 took_ms=$2 try n=0 pid alarm from
    shift 2
    for ((try = 1; try <= 60; try++)); do
        rm -rf out
        from=$(date +%s%N)
        ./allot "$@" >said 2>&1 </dev/null &
        pid=$!
        sleep "$(awk -v t="$took_ms" -v i=$try \
            'BEGIN { i *= 0.618; print (i - int(i)) * t / 1e3 }')" &
        alarm=$!
        wait -n $pid $alarm
        kill -0 $pid 2>/dev/null || took_ms=$((($(date +%s%N) - from) / 1000000))
        kill -KILL $pid $alarm 2>/dev/null
        wait $pid $alarm 2>/dev/null
        n=$(n_runs)
        if [ "$n" -gt 0 ] && [ "$n" -lt "$n_all" ]; then
            return
        fi
    done
    echo "never killed between its first run and its last" >killed.txt
}

run_step() {
    allot run run "$scenario" -q -o out
    allot report report out --format text -q
    allot explain explain "$scenario" --month "$month" -q
    keep "$1/run"
}
compare_step() {
    allot compare compare "$scenario" -n "$N" -j 2 -q -o out
    allot report report out --format text -q
    keep "$1/compare"
}
# On that many threads.
many_step() {
    allot run run "$scenario" -n "$N" --series -j "$2" -q -o out
    keep "$1/many"
}
# With a third argument it is killed on the way, and started again. A division that cannot
# stand in the scenario is a point that failed: status 1.
sweep_step() {
    local from sweep=(sweep "$scenario" -n 4 -j 2 -q --vary "rule.divide=$divisions" -o out)
    if [ "$2" = resumed ]; then
        kill_sweep "$n_swept" "$swept_ms" "${sweep[@]}"
    fi
    from=$(date +%s%N)
    allot sweep "${sweep[@]}"
    [ "$2" = resumed ] || swept_ms=$((($(date +%s%N) - from) / 1000000)) n_swept=$(n_runs)
    allot export export out -q
    keep "$1/$2"
}

# Shows the first line in which two files differ, from a little before the difference.
first_difference() {
    awk -v one="$1" -v two="$2" '
        function part(line) { return (at > 41 ? "..." : "") substr(line, at > 41 ? at - 40 : 1, 120) }
        BEGIN {
            for (n = 1; ; n++) {
                a = (getline line < one) > 0 ? line : "(its end)"
                b = (getline line < two) > 0 ? line : "(its end)"
                if (a != b || a == "(its end)") break
            }
            for (at = 1; at <= length(a) && substr(a, at, 1) == substr(b, at, 1); at++) continue
            printf "      line %d: %s\n      instead of: %s\n", n, part(b), part(a)
        }'
}

# Holds results against the reference's: a line, and what differs.
#   check WHAT REFERENCE RESULTS
check() {
    local file differing
    differing=$({ (cd "$2" && find . -type f) && (cd "$3" && find . -type f); } | sort -u |
        while IFS= read -r file; do
            cmp -s "$2/$file" "$3/$file" || echo "${file#./}"
        done)
    printf '%-7s %-14s %-21s %s\n' "${differing:+not }ok" "$label" "$name" "$1"
    [ -n "$differing" ] || return
    while IFS= read -r file; do
        echo "    $name: $file"
        if [ -e "$2/$file" ] && [ -e "$3/$file" ]; then
            first_difference "$2/$file" "$3/$file"
        else
            echo "      is in one of the two only"
        fi
    done <<<"$differing"
}

# Holds the numbers in the CSV files of results against those of the reference; a line
# that says how many differ, and by how much.
#   check_near WHAT REFERENCE RESULTS
check_near() {
    local file
    for file in "$2"/out/*.csv; do
        awk -v one="$file" -v two="$3/out/$(basename "$file")" -v tolerance="$TOLERANCE" \
            -v name="$(basename "$file")" '
            function is_number(s) { return s ~ /^-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?$/ }
            function size(x) { return x < 0 ? -x : x }
            function far(a, b, n_a, i, x, y, by, most) {
                n_a = split(a, x, ",")
                if (split(b, y, ",") != n_a) return 1
                for (i = 1; i <= n_a; i++) {
                    if (x[i] == y[i]) continue
                    if (!is_number(x[i]) || !is_number(y[i])) return 1
                    most = 1
                    if (size(x[i]) > most) most = size(x[i])
                    if (size(y[i]) > most) most = size(y[i])
                    by = size(x[i] - y[i]) / most
                    if (by > tolerance) return 1
                    n_differ++
                    if (by > worst) worst = by
                }
                return 0
            }
            BEGIN {
                for (n = 1; ; n++) {
                    more_a = (getline a < one) > 0
                    more_b = (getline b < two) > 0
                    if (!more_a && !more_b) break
                    if (more_a != more_b || (a != b && far(a, b))) {
                        printf "far %s:%d: %s\nfar   instead of: %s\n", name, n, \
                            more_b ? b : "(its end)", more_a ? a : "(its end)"
                        exit
                    }
                }
                print "near", n_differ + 0, worst + 0
            }'
    done | awk -v what="$1" -v label="$label" -v scenario="$name" '
        /^near / { n += $2; if ($3 > worst) worst = $3 }
        /^far / { far = far "    " substr($0, 5, 200) "\n" }
        END {
            if (NR == 0) far = "    no files to compare\n"
            printf "%-7s %-14s %-21s %s: ", far == "" ? "ok" : "not ok", label, scenario, what
            if (far == "") printf "%d numbers differ, by at most %.1g\n", n, worst
            else printf "too far\n%s", far
        }'
}

# Results that the others are held against have to be some.
reference_stands() {
    local step
    for step in run/run run/report many/run compare/compare compare/report sweep/export; do
        if [ "$(cat "reference/$step.err")" != "status 0" ]; then
            printf '%-7s %-14s %-21s %s\n' 'not ok' "$label" "$name" "reference: $step"
            sed 's/^/    /' "reference/$step.err"
        fi
    done
}

# All checks of one scenario, in a directory of its own.
#   one_scenario WORK NAME PROGRAM...
one_scenario() {
    local work=$1 name=$2 program threads label scenario month n_swept swept_ms
    shift 2
    mkdir "$work/$name" && cd "$work/$name" || exit 1
    ln -s "$root/scenarios" scenarios
    scenario=scenarios/$name.cfg
    month=$(sed -n 's/^start = "\([0-9]*-[0-9]*\).*/\1/p' "$scenario")
    mkdir reference this
    ln -s "$1" allot
    label=$(basename "$(dirname "$1")")
    run_step reference
    many_step reference 1
    compare_step reference
    sweep_step reference sweep
    reference_stands
    for program; do
        ln -sf "$program" allot
        label=$(basename "$(dirname "$program")")
        run_step this
        check run reference/run this/run
        for threads in $THREADS; do
            many_step this "$threads"
            check "run -n $N -j $threads" reference/many this/many
        done
        compare_step this
        check compare reference/compare this/compare
        sweep_step this sweep
        check sweep reference/sweep this/sweep
        sweep_step this resumed
        check "sweep, resumed" reference/sweep this/resumed
    done
    ln -sf "$1" allot
    label="other libm"
    export GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F
    run_step this
    check_near run reference/run this/run
    many_step this 2
    check_near "run -n $N" reference/many this/many
    compare_step this
    check_near compare reference/compare this/compare
}

# xargs starts this script again for each scenario.
if [ "${1-}" = --one ]; then
    shift
    one_scenario "$@" >"$1/$2.report"
    cat "$1/$2.report"
    exit 0
fi

if [ $# -lt 1 ]; then
    echo "usage: tests/determinism/run.sh PROGRAM..." >&2
    exit 64
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
programs=()
for program; do
    if [ ! -x "$program" ]; then
        echo "determinism: no program $program" >&2
        exit 66
    fi
    programs+=("$(realpath "$program")")
done
# All divisions but those that need a file; the list ends where a line is empty.
divisions=$("${programs[0]}" list divisions | awk '
    /^$/ { ended = 1 }
    NR > 1 && !ended && $1 != "fixed" && $1 != "script" { printf "%s%s", comma, $1; comma = "," }')
export divisions

for scenario in "$root"/scenarios/*.cfg; do
    name=$(basename "$scenario" .cfg)
    case " ${ONLY:-$name} " in
    *" $name "*) echo "$name" ;;
    esac
done | xargs -P "${JOBS:-2}" -I '{}' "$self" --one "$work" '{}' "${programs[@]}"

cat "$work"/*.report 2>/dev/null | awk '
    /^ok / { ok++ }
    /^not ok / { not_ok++ }
    END {
        printf "%d ok, %d not ok\n", ok, not_ok
        exit not_ok > 0 || ok == 0
    }'
