#!/bin/bash
# Runs each fuzzer for a time, from the kept corpus and from what stands in the tree.
#
#   tests/fuzz/run.sh BUILD SECONDS [NAME...]
#
# Findings stand in BUILD/found/NAME; a new corpus, of which what covers more may be kept
# (tests/fuzz/corpus), in BUILD/corpus/NAME. Speaks TAP.
set -u

build=$(realpath "$1")
seconds=$2
shift 2
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/fuzz
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export LSAN_OPTIONS=suppressions=$here/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS=print_stacktrace=1

# What there is to start from, a directory a fuzzer.
seeds() {
    local name=$1 into=$2 file
    mkdir -p "$into"
    case $name in
    scenario)
        cp "$root"/scenarios/*.cfg "$root"/tests/bad/*.cfg "$into"
        ;;
    settings)
        printf 'srule.divide=max-min\nsteams.N.people=7\nvpools.p.gpus=10,20\n' >"$into/a"
        printf 'vpools.p.gpus=10:50:10\nvrule.quota.k=uniform(0,1)\n' >"$into/b"
        printf 'vpools.p.gpus=1,2\nvteams.N.people=3,4\nzpools.p.gpus,teams.N.people\n' >"$into/c"
        printf 'vmonths=1,2,3\nwmonths + 1 <= 3\nsrule.score.formula="priority*2"\n' >"$into/d"
        printf 'spools."q r".gpus=9\nsprojects.A.priority[1].value=3.0\nsteams.S={ name="S"; people=3; }\n' >"$into/e"
        ;;
    claims)
        printf '\0name,request,weight\nA,80,2\nB,50,1\n' >"$into/a"
        printf '\1name,request,task:p,task:q,min\nA,8,1,2,\nB,5,3,1,2\n' >"$into/b"
        printf '\0name,request,floor,ceiling,class,usage,score,budget,credits,age_months\nA,80,2,50,1,0.5,2,10,3,4\n' >"$into/c"
        ;;
    import)
        printf '\0team,gpus,start,end\nA,8,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z\n' >"$into/csv"
        printf '\1JobID|Account|State|Submit|Start|End|AllocTRES\n1|a|COMPLETED|2025-01-01T00:00:00|2025-01-01T01:00:00|2025-01-01T02:00:00|cpu=1,gres/gpu=4,gres/gpu:a100=4\n' >"$into/sacct"
        printf '\2; UnixStartTime: 1735689600\n1 0 10 3600 4 -1 -1 4 -1 -1 1 1 1 -1 1 -1 -1 -1\n' >"$into/swf"
        ;;
    script)
        cp "$root"/scenarios/rules/*.lua "$into"
        ;;
    store)
        printf 'start = "2025-01"; months = 1;\npools = ( { name = "p"; gpus = 8; } );\nteams = ( { name = "N"; people = 5; } );\n' >"$into/x.cfg"
        "$build/allot" sweep "$into/x.cfg" --vary pools.p.gpus=8,16 -n 2 -q --out "$into/s" >/dev/null 2>&1
        mv "$into/s/sweep.sqlite" "$into/a"
        rm -rf "$into/s" "$into/x.cfg"
        ;;
    csv)
        for file in "$root"/tests/golden/one-team/*.csv; do
            head -n 5 "$file" >"$into/$(basename "$file")"
        done
        ;;
    esac
}

names=("$@")
[ ${#names[@]} -gt 0 ] || names=(scenario settings claims import script store csv)
n=0
n_bad=0
echo "1..${#names[@]}"
for name in "${names[@]}"; do
    n=$((n + 1))
    from=$build/seeds/$name
    corpus=$build/corpus/$name
    found=$build/found/$name
    rm -rf "$from"
    mkdir -p "$corpus" "$found" "$here/corpus/$name"
    seeds "$name" "$from"
    log=$build/$name.log
    if "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=4096 \
        -max_len=20000 -print_final_stats=1 -artifact_prefix="$found/" \
        "$corpus" "$here/corpus/$name" "$from" >"$log" 2>&1; then
        echo "ok $n - $name: $(awk '/number_of_executed_units/ { print $2 }' "$log") inputs"
    else
        n_bad=$((n_bad + 1))
        echo "not ok $n - $name: see $log"
        grep -E 'ERROR|SUMMARY|broken|CHECK|runtime error' "$log" | head -n 5 | sed 's/^/# /'
        find "$found" -type f | sed 's/^/# /'
    fi
    rm -rf /dev/shm/allot-fuzz-*
done
[ $n_bad -eq 0 ]
