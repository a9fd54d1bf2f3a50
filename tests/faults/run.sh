#!/bin/bash
# Makes calls of the system fail, one in each run (shim.c): allocations, opens, reads,
# writes, closes, syncs, renames, removals, directories, maps, threads, children.
#
#   tests/faults/run.sh PROGRAM SHIM [N]   N faults of each kind in each case, spread over
#                                          its calls (60); "all" for every one
#
# KINDS="unlink close" and CASES="run export" choose among them.
#
# After each fault, either nothing is wrong (status 0 and the same results), or there is
# one line that says what failed, with an exit status for it; no file in its place is half
# written; and the same command again, undisturbed, ends with the results that it gives
# alone. A signal, a time-out or an internal error is a failure. Speaks TAP.
set -u

program=$(realpath "$1")
shim=$(realpath "$2")
most=${3:-60}
wanted_kinds=${KINDS-}
wanted_cases=${CASES-}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export TMPDIR=$work/tmp LC_ALL=C.UTF-8
mkdir tmp
n_tests=0
n_failed=0

cp "$root/tests/support/small.cfg" .

# Files that hold no time, process or argument; what they hold, in order. A store is what
# it exports: those runs that it has.
contents() {
    [ -d "$1" ] || return 0
    if [ -e "$1/sweep.sqlite" ]; then
        rm -rf exported
        "$program" export "$1" -q --out exported >/dev/null 2>&1
        sha256sum <exported/runs.csv
        return
    fi
    # A report may leave out what gnuplot says of its version.
    (cd "$1" && find . -type f ! -name 'run.json' ! -name '*.tmp' ! -name '.*' -print0 |
        sort -z | while IFS= read -r -d '' file; do
        printf '%s  %s\n' "$(sed '/^| gnuplot /d' "$file" | sha256sum | cut -c1-64)" "$file"
    done)
}

# The numbers of the calls to fail of a kind with N calls.
numbers() {
    awk -v n="$1" -v most="$2" 'BEGIN {
        if (most == "all" || n <= most) { for (i = 1; i <= n; i++) print i; exit }
        for (i = 0; i < most; i++) print 1 + int(i * (n - 1) / (most - 1))
    }'
}

complain() {
    echo "# $name, $fault: $*"
    sed 's/^/#   /' stderr | head -n 5
    is_bad=1
}

# Whether what is in out/ is whole: each file as without the fault, or each as it was
# before. The others are left in `half`.
is_whole() {
    contents out | grep -vxF -- "$expected" >half || return 0
    [ -n "$given" ] || return 1
    ! contents out | grep -vxF -- "$(contents "$given")" >half
}

# What out/ is to begin with.
begin() {
    rm -rf out
    [ -z "$given" ] || cp -r "$given" out
}

# One fault: the case's command, then the same again without it.
one_fault() {
    local status=0 errors
    rm -rf tmp/*
    begin
    ALLOT_FAULT=$fault LD_PRELOAD=$shim timeout -k 5 60 "$program" "$@" >stdout 2>stderr ||
        status=$?
    # A run of a sweep that fails is told, and the others go on.
    errors=$(grep -cE 'error: |^allot: failed: |cannot be run: ' stderr)
    case $status in
    0)
        [ "$errors" -eq 0 ] || complain "status 0, but an error"
        [ "$(contents out)" = "$expected" ] || complain "status 0, other results"
        ;;
    1 | 65 | 66 | 69 | 73 | 74)
        [ "$errors" -ge 1 ] || complain "status $status and no error"
        [ "$errors" -le 1 ] || complain "status $status and $errors errors"
        # What is there is whole: as without the fault.
        [[ $name == sweep || $name == gather ]] || is_whole ||
            complain "half written: $(cut -c67- half | xargs)"
        ;;
    *) complain "exit status $status" ;;
    esac
    # What cannot be removed is left.
    case ${fault%%:*} in
    alloc | unlink) ;;
    *)
        [ -z "$(find out tmp -mindepth 1 -name '*.tmp' 2>/dev/null)" ] ||
            complain "left: $(find out tmp -mindepth 1 -name '*.tmp')"
        ;;
    esac
    rm -rf tmp/*
    # These write over nothing that they have finished.
    [[ $name != init && $name != import ]] || [ "$(contents out)" != "$expected" ] || begin
    status=0
    timeout -k 5 60 "$program" "$@" >stdout 2>stderr || status=$?
    [ "$status" -eq 0 ] || complain "the second run ends with $status"
    [ "$(contents out)" = "$expected" ] || complain "the second run has other results"
}

# A case: its name, a directory to start from ("" for none), and the command, whose
# results are in out/.
faults_in() {
    local name=$1 given=$2 kind n fault number
    shift 2
    [[ -z $wanted_cases || " $wanted_cases " == *" $name "* ]] || return 0
    rm -f counts
    begin
    ALLOT_FAULT_COUNTS=counts LD_PRELOAD=$shim "$program" "$@" >stdout 2>stderr || {
        echo "Bail out! $name does not run: $(cat stderr)"
        exit 1
    }
    expected=$(contents out)
    while read -r kind n; do
        [[ $n -gt 0 && (-z $wanted_kinds || " $wanted_kinds " == *" $kind "*) ]] || continue
        local is_bad=0 n_faults=0
        for number in $(numbers "$n" "$most"); do
            fault=$kind:$number
            one_fault "$@"
            n_faults=$((n_faults + 1))
        done
        # A disk that stays full, a directory that has become read-only.
        if [ "$kind" = write ] || [ "$kind" = unlink ]; then
            for number in $(numbers "$n" 10); do
                fault=$kind:$number+
                one_fault "$@"
                n_faults=$((n_faults + 1))
            done
        fi
        n_tests=$((n_tests + 1))
        [ $is_bad -eq 0 ] || n_failed=$((n_failed + 1))
        [ $is_bad -eq 0 ] || printf 'not '
        echo "ok $n_tests - $name: $n_faults faults in $n calls of $kind"
    done <counts
}

# A command whose results are in out/, under a clock that jumps.
jumping() {
    local name="clock jumps: $1" is_bad=0 fault=clock expected
    [[ -z $wanted_cases || " $wanted_cases " == *" clock "* ]] || return 0
    rm -rf out
    "$program" "$@" >plain 2>stderr || complain "status $?"
    expected=$(contents out)
    rm -rf out
    ALLOT_CLOCK=jumps LD_PRELOAD=$shim timeout -k 5 60 "$program" "$@" >stdout 2>stderr ||
        complain "status $?"
    [ "$(contents out)" = "$expected" ] || complain "other results"
    cmp -s plain stdout || complain "other words"
    n_tests=$((n_tests + 1))
    n_failed=$((n_failed + is_bad))
    [ $is_bad -eq 0 ] || printf 'not '
    echo "ok $n_tests - $name"
}

"$program" run small.cfg -q --out a_run >/dev/null
"$program" run small.cfg -n 4 -q --out many >/dev/null
sweep=(small.cfg --vary "pools.p.gpus=50,100" -n 3)
"$program" sweep "${sweep[@]}" -q --out a_sweep >/dev/null
"$program" sweep "${sweep[@]}" --shard 1/2 -q --out parts >/dev/null 2>&1
"$program" sweep "${sweep[@]}" --shard 2/2 -q --out parts >/dev/null 2>&1
printf 'team,gpus,start,end\nA,8,2025-01-01T00:00:00Z,2025-02-02T00:00:00Z\n' | gzip >jobs.csv.gz
mkdir empty
if command -v gnuplot >/dev/null; then
    "$program" chart many --only allocation -q
    "$program" report many --format md -q
fi >/dev/null

faults_in check "" check small.cfg -q
faults_in jail "" check small.cfg --jail . -q
faults_in run "" run small.cfg -q --out out
faults_in ensemble "" run small.cfg -n 6 -j 2 -q --series --out out
faults_in flagship "" run "$root/scenarios/llama-vs-opt.cfg" -q --out out
faults_in explain "" explain small.cfg --month 2025-02 -q
faults_in divide "" divide --all "$root/tests/faults/claims.csv" --capacity 100 -q
faults_in compare "" compare small.cfg -n 4 -j 2 -q --out out
faults_in replace many run small.cfg -q --out out
faults_in sweep "" sweep "${sweep[@]}" -j 2 -q --out out
faults_in gather parts gather out -q
faults_in export "" export a_sweep -q --out out
faults_in import "" import csv jobs.csv.gz --columns team=team,gpus=gpus,start=start,end=end -q --out out
faults_in init empty init out/x.cfg
jumping run small.cfg -n 50 -j 2 -q --series --out out
jumping sweep "${sweep[@]}" -j 2 -q --out out
jumping compare small.cfg -n 20 -j 2 -q --out out
if command -v gnuplot >/dev/null; then
    faults_in chart a_run chart out --only allocation -q
    faults_in report many report out -o out/report.md --format md -q
fi
echo "1..$n_tests"
[ $n_failed -eq 0 ]
