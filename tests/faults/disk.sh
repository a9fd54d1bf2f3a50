#!/bin/bash
# A disk that fills at each write in turn: a file system in memory that is larger by a page
# each time, until the command succeeds. Root only; elsewhere the tests are skipped.
#
#   tests/faults/disk.sh PROGRAM [STEP]    STEP in KiB, 4 by default
#
# After each failure there is one line, with exit status 73 or 74, and nothing half of it;
# and after the disk was made larger the same command succeeds, with the same results.
# Speaks TAP.
set -u

program=$(realpath "$1")
small=$(cd "$(dirname "$0")/../support" && pwd)/small.cfg
step=${2:-4}
work=$(mktemp -d)
trap 'umount "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
export LC_ALL=C.UTF-8
mkdir disk
if ! mount -t tmpfs -o size=4k none disk 2>/dev/null; then
    echo "1..0 # SKIP a file system in memory cannot be mounted"
    exit 0
fi
umount disk

cp "$small" x.cfg
printf 'team,gpus,start,end\nA,8,2025-01-01T00:00:00Z,2025-02-02T00:00:00Z\n' >jobs.csv
n_tests=0
n_failed=0

# What was written, without what is volatile; a store as what it exports.
contents() {
    if [ -e "$1/sweep.sqlite" ]; then
        rm -rf exported
        "$program" export "$1" -q --out exported >/dev/null 2>&1
        cat exported/*.csv
        return
    fi
    find "$1" -type f ! -name run.json -print0 | sort -z |
        while IFS= read -r -d '' file; do
            echo "${file#"$1"}"
            sed '/^| gnuplot /d' "$file" | sha256sum
        done
}

complain() {
    echo "# $name, $size KiB: $*"
    head -n 3 errors | sed 's/^/#   /'
    is_bad=1
}

# A case: its name, a directory of results that the disk begins with ("" for none), and
# the command, which writes disk/out; what it prints goes to $stdout.
fill() {
    local name=$1 given=$2 stdout=${stdout-/dev/null} size=0 is_bad=0 n_full=0 status expected
    shift 2
    mkdir -p disk && mount -t tmpfs -o size=64m none disk
    [ -z "$given" ] || cp -r "$given" disk/out
    "$program" "$@" >"$stdout" 2>errors || complain "status $? on an empty disk"
    expected=$(contents disk/out)
    umount disk
    for ((size = step; size <= 4096; size += step)); do
        mount -t tmpfs -o size="${size}k" none disk
        if [ -n "$given" ] && ! cp -r "$given" disk/out 2>/dev/null; then
            umount disk
            continue
        fi
        status=0
        timeout -k 5 60 "$program" "$@" >"$stdout" 2>errors || status=$?
        if [ $status -ne 0 ]; then
            n_full=$((n_full + 1))
            [ $status -eq 73 ] || [ $status -eq 74 ] || complain "status $status"
            [ "$(grep -c 'error: ' errors)" -eq 1 ] || complain "not one error"
            [ -z "$(find disk -name '*.tmp*')" ] || complain "left: $(find disk -name '*.tmp*')"
            mount -o remount,size=64m disk
            timeout -k 5 60 "$program" "$@" >"$stdout" 2>errors || complain "again: status $?"
        fi
        [ "$(contents disk/out)" = "$expected" ] || complain "other results"
        umount disk
        [ $status -ne 0 ] || break
    done
    [ $n_full -gt 0 ] || complain "the disk was never full"
    n_tests=$((n_tests + 1))
    n_failed=$((n_failed + is_bad))
    [ $is_bad -eq 0 ] || printf 'not '
    echo "ok $n_tests - $name: $n_full disks too small"
}

"$program" run x.cfg -q --out a_run >/dev/null
fill run "" run x.cfg -q --out disk/out
fill ensemble "" run x.cfg -n 20 -q --series --out disk/out
fill compare "" compare x.cfg -n 4 -q --out disk/out
fill sweep "" sweep x.cfg --vary pools.p.gpus=50,100 -n 3 -q --out disk/out
vary=(--vary "pools.p.gpus=50,100" -n 3 -q --out)
"$program" sweep x.cfg "${vary[@]}" a_sweep >/dev/null
"$program" sweep x.cfg --shard 1/2 "${vary[@]}" shards >/dev/null 2>&1
"$program" sweep x.cfg --shard 2/2 "${vary[@]}" shards >/dev/null 2>&1
fill gather shards gather disk/out -q
fill export "" export a_sweep -q --out disk/out
fill import "" import csv jobs.csv --columns team=team,gpus=gpus,start=start,end=end -q --out disk/out
mkdir filled && head -c 4000 /dev/zero >filled/rest # init writes less than a page
fill init filled init disk/out/x.cfg
seq 1000 | sed '1i name,request' | sed '2,$s/.*/claim &,&/' >claims.csv
stdout=disk/out fill divide "" divide max-min claims.csv --capacity 20000 -q
if command -v gnuplot >/dev/null; then
    fill chart a_run chart disk/out --only allocation -q
    fill report a_run report disk/out --format md -q
fi
echo "1..$n_tests"
[ $n_failed -eq 0 ]
