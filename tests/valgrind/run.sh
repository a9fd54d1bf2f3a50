#!/bin/bash
# The unit programs and every command of allot under valgrind's memcheck, what runs on
# threads under helgrind and DRD too.
#
#   tests/valgrind/run.sh BUILD [NAME...]     all, or "unit/test_csv", "command/run" ...
#
# An access to what is not there or not set, a block definitely lost, a race or a lock
# misused is a failure. A line each; of a failure all that was said; last "N passed, M
# failed". JOBS=J works on J at once (2). What is passed over: leaks inside libconfig, by
# name (libconfig.supp); nothing of helgrind's and DRD's. Left out is no program: that
# valgrind computes long double with 64 bits is what tests/unit/test_fill.c can bear.
set -u

root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
self=$root/tests/valgrind/run.sh
export LC_ALL=C.UTF-8

# Child programs (gnuplot) are not ours; forks of ours are followed.
watched() {
    local tool=$1
    shift
    case $tool in
    memcheck)
        set -- --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
            --suppressions="$root/tests/valgrind/libconfig.supp" "$@"
        ;;
    esac
    timeout -k 10 1800 valgrind -q --tool="$tool" --error-exitcode=86 --num-callers=20 "$@"
}

# A command of allot under $tool and the status that it has to have.
#   allot STATUS ARGUMENT...
allot() {
    local expected=$1 status=0
    shift
    watched "$tool" "$build/allot" "$@" >said 2>&1 </dev/null || status=$?
    if [ $status -ne "$expected" ] || grep -q '^==[0-9]*==' said; then
        echo "allot $*: status $status, should be $expected"
        cat said
        is_bad=1
    fi
}
# The same unwatched, to have something to begin with.
plain() {
    "$build/allot" "$@" -q >said 2>&1 </dev/null || { cat said; is_bad=1; }
}

vary=(--vary "pools.p.gpus=50,100")

imports() {
    printf '%s\n' 'JobID|Account|State|Submit|Start|End|AllocTRES' \
        '1|a|COMPLETED|2025-01-01T00:00:00|2025-01-01T01:00:00|2025-02-01T02:00:00|cpu=1,gres/gpu=4' \
        '2|b|CANCELLED by 0|2025-01-01T00:00:00|Unknown|2025-01-01T02:00:00|' \
        '3|b|RUNNING|2025-13-01T00:00:00' >jobs.txt
    gzip -kn jobs.txt
    printf '%s\n' 'Account|User|Share|ParentName|GrpTRES' 'root||1||' 'a||3|root|gres/gpu=8' \
        'b||1|a|' >accounts.txt
    allot 0 import sacct jobs.txt.gz --accounts accounts.txt --out sacct
    allot 65 import sacct jobs.txt --strict --out strict
    allot 0 import sacct jobs.txt --fit --timezone Europe/Berlin --out fit
    printf '%s\n' '; UnixStartTime: 1735689600' \
        '1 0 10 3600 4 -1 -1 4 -1 -1 1 1 1 -1 1 -1 -1 -1' '2 0 10 3600' >log.swf
    allot 0 import swf log.swf --out swf
    printf '%s\n' team,gpus,submit,start,end \
        A,8,2025-01-01T00:00:00Z,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z >jobs.csv
    allot 0 import csv jobs.csv --columns team=team,gpus=gpus,submit=submit,start=start,end=end \
        --by day --out csv
    printf '%s\n' job_id,submission_time,duration,num_gpu 1,0,3600,4 2,-1,60,2 >itp.csv
    allot 0 import itp itp.csv --start 2025-01-01 --out itp
    printf '%s\n' time,total_gpu_num,running_gpu_num,pending_gpu_num \
        '2020-05-01 00:00:00,8,4,2' '2020-05-01 00:01:00,8,8,0' >vcA.csv
    allot 0 import helios-quota vcA.csv --out helios
    allot 0 run sacct/scenario.cfg -q --out run
}

# What is run of each command, by the name that `allot help` has for it; and of none.
command_case() {
    local scenario kind
    cp "$root/tests/support/small.cfg" .
    case $1 in
    none)
        allot 0 --version
        allot 0 help
        allot 0 help run
        allot 64 nonsense
        ;;
    init)
        allot 0 init my.cfg
        allot 0 check my.cfg
        ;;
    run)
        for scenario in "$root"/scenarios/*.cfg; do
            allot 0 run "$scenario" -q --out "$(basename "$scenario" .cfg)"
        done
        allot 0 run small.cfg -n 4 -j 2 --series --alternative half --out series
        allot 0 run small.cfg -n 40 --until 'released:A<=0.5' --require 'released:A>=0' --json
        allot 66 run nowhere.cfg
        allot 65 run small.cfg -s rule.divide=no
        ;;
    check)
        for scenario in "$root"/scenarios/*.cfg; do
            allot 0 check "$scenario" --print
        done
        ;;
    divide)
        allot 0 divide --all "$root/tests/faults/claims.csv" --capacity 100
        allot 0 divide weighted "$root/tests/faults/claims.csv" --capacity 100 --json
        ;;
    chart)
        plain run small.cfg --out one
        plain run small.cfg -n 4 --series --out many
        allot 0 chart one
        allot 0 chart many --format dumb
        ;;
    report)
        plain run small.cfg --out one
        plain run small.cfg -n 4 --out many
        plain compare small.cfg -n 4 --out comparison
        plain sweep small.cfg "${vary[@]}" -n 2 --out swept
        for kind in one many comparison swept; do
            allot 0 report $kind -o $kind.html
            allot 0 report $kind -o $kind.md --format md
            allot 0 report $kind --format text
        done
        ;;
    explain)
        allot 0 explain small.cfg --month 2025-01
        allot 0 explain small.cfg --month 2025-02 --project B --json
        allot 0 explain "$root/scenarios/two-sites.cfg" --month 2025-03
        ;;
    list)
        for kind in divisions factors ledgers presets claims happenings charts columns \
            settings events metrics; do
            allot 0 list $kind
        done
        ;;
    compare)
        allot 0 compare small.cfg -n 4 -j 2 --alt half --alt 'more:pools.p.gpus=150' --out c
        allot 0 compare small.cfg --best released:A --budget 40 --out best
        allot 0 chart c
        ;;
    sweep)
        allot 0 sweep small.cfg "${vary[@]}" -n 2 -j 2 --out s
        allot 0 sweep small.cfg "${vary[@]}" -n 4 -j 2 --out s # goes on
        allot 0 sweep small.cfg --vary pools.p.gpus=50:100 --design morris --points 2 -n 1 --out m
        allot 0 sweep small.cfg "${vary[@]}" --emit slurm
        allot 0 chart s
        ;;
    gather)
        allot 0 sweep small.cfg "${vary[@]}" -n 2 --shard 1/2 -q --out s
        allot 1 gather s
        plain sweep small.cfg "${vary[@]}" -n 2 --shard 2/2 --out s
        allot 0 gather s
        ;;
    export)
        plain sweep small.cfg "${vary[@]}" -n 2 --out s
        allot 0 export s --json
        plain sweep small.cfg --vary pools.p.gpus=50:100 --design saltelli --points 4 -n 1 --out a
        allot 0 export a --metric released:A
        ;;
    import) imports ;;
    *)
        echo "no case for allot $1"
        is_bad=1
        ;;
    esac
}

# Four threads; every scenario's series, then the others that run many.
threads_case() {
    local scenario
    cp "$root/tests/support/small.cfg" .
    for scenario in "$root"/scenarios/{two-sites,own-rules,failing-nodes,llama-vs-opt}.cfg; do
        allot 0 run "$scenario" -n 8 -j 4 --series -q --out "$(basename "$scenario" .cfg)"
    done
    allot 0 compare small.cfg -n 8 -j 4 -q --out c
    allot 0 compare small.cfg --best released:A --budget 40 -j 4 -q --out best
    allot 0 sweep small.cfg "${vary[@]}" -n 4 -j 4 -q --out s
}

# One line of the list, in a directory of its own.
#   one WORK NAME
one() {
    local name=$2 log=$1/${2//\//_} from=$SECONDS status=0 is_bad=0 tool=memcheck
    mkdir "$log" && cd "$log" || exit 1
    export TMPDIR=$log
    case $name in
    unit/*)
        (cd "$root" && CMOCKA_MESSAGE_OUTPUT=TAP \
            watched memcheck "$build/tests/$name") >"$log.out" 2>&1 </dev/null || status=$?
        if [ $status -ne 0 ] || ! grep -q '^ok ' "$log.out"; then
            is_bad=1
        fi
        ;;
    command/*) command_case "${name#*/}" >"$log.out" 2>&1 ;;
    *) tool=${name#*/} && threads_case >"$log.out" 2>&1 ;;
    esac
    if [ $is_bad -eq 0 ]; then
        printf 'ok    %-34s %5d s\n' "$name" $((SECONDS - from))
    else
        printf 'FAIL  %-34s %5d s%s\n' "$name" $((SECONDS - from)) \
            "$([ $status -eq 0 ] || echo "  (exit status $status)")"
        sed 's/^/      | /' "$log.out"
    fi >"$log.report"
    cat "$log.report"
}

# xargs starts this script again for each name.
if [ "${1-}" = --one ]; then
    build=$2
    one "$3" "$4"
    exit 0
fi

if [ $# -lt 1 ]; then
    echo "usage: tests/valgrind/run.sh BUILD [NAME...]" >&2
    exit 64
fi
build=$(realpath "$1")
shift
if ! command -v valgrind >/dev/null || [ ! -x "$build/allot" ]; then
    echo "valgrind: needs valgrind and $build/allot" >&2
    exit 66
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# What takes longest first.
list() {
    local test
    echo unit/test_invariants
    echo unit/test_parse_damage
    echo threads/helgrind
    echo threads/drd
    echo command/none
    "$build/allot" help | sed -n '/^$/,$s,^  \([a-z][a-z]*\) .*,command/\1,p' |
        grep -vx command/allot # its example
    for test in "$root"/tests/unit/test_*.c; do
        echo "unit/$(basename "$test" .c)"
    done | grep -vxE 'unit/test_(invariants|parse_damage)'
}

if [ $# -gt 0 ]; then printf '%s\n' "$@"; else list; fi |
    xargs -P "${JOBS:-2}" -I '{}' "$self" --one "$build" "$work" '{}'

cat "$work"/*.report 2>/dev/null | awk '
    /^ok / { passed++ }
    /^FAIL / { failed++ }
    END {
        printf "%d passed, %d failed\n", passed, failed
        exit failed > 0 || passed == 0
    }'
