#!/bin/bash
# Runs each fuzzer for a time, from the kept corpus and from what stands in the tree.
#
#   tests/fuzz/run.sh BUILD SECONDS [NAME...]
#
#   tests/fuzz/run.sh BUILD keep [NAME...]
#
# Findings stand in BUILD/found/NAME, what covers more than the kept corpus
# (tests/fuzz/corpus/NAME) in BUILD/corpus/NAME. `keep` writes the kept corpus anew: the
# fewest files of both, and of the seeds, that reach every line. Speaks TAP.
set -u

build=$(realpath "$1")
seconds=$2
shift 2
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/fuzz
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export LSAN_OPTIONS=suppressions=$here/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS=print_stacktrace=1

# What there is to start from, a directory a fuzzer; fails where it cannot be made.
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
        printf '\0name,request,class\nA,1,8e89\n' >"$into/d"
        ;;
    import)
        # The first character is the importer's place in the registry; see fuzz_import.c.
        printf '0@JobID|Account|State|Submit|Start|End|AllocTRES\n1|a|COMPLETED|2025-01-01T00:00:00|2025-01-01T01:00:00|2025-01-01T02:00:00|cpu=1,gres/gpu=4,gres/gpu:a100=4\n' >"$into/sacct"
        printf '0cJobIDRaw|User|Group|State|Submit|Eligible|Start|Elapsed|ReqTRES|AllocTRES\n7_1|u|g|CANCELLED by 0|1735689600|1735689600|Unknown|00:00:00|gres/gpu:h100=2|\n8|u|g|RUNNING|2025-03-30T01:59:00+01:00|2025-03-30 03:00:00|2025-03-30T03:30:00|1-02:00:00|gres/gpu=2|gres/gpu=2\n' >"$into/sacct-options"
        printf '1@; UnixStartTime: 1735689600\n; TimeZoneString: Europe/Berlin\n1 0 10 3600 4 -1 -1 4 -1 -1 1 1 1 -1 1 -1 -1 -1\n' >"$into/swf"
        printf '2@team,gpus,submit,start,end\nA,8,2025-01-01T00:00:00Z,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z\n' >"$into/csv"
        printf '2Tteam,pool,month,used,waiting\nA,x,2025-01,80,7\nA,x,2025-02,90,0\n' >"$into/csv-months"
        printf '3@job_id,submission_time,duration,num_gpu\n1,0,3600,4\n2,600,60,2\n' >"$into/itp"
        printf '4@time,total_gpu_num,running_gpu_num,pending_gpu_num\n2020-05-01 00:00:00,8,4,2\n2020-05-01 00:01:00,8,8,0\n' >"$into/helios"
        printf '4Bdate,vcA,vcB,total\n2020-04-01,8,16,24\n2020-04-02,8,8,16\n' >"$into/helios-quotas"
        printf '5@Account|User|Share|ParentName|GrpTRES\nroot||1||\na||3|root|gres/gpu=8\nb||1|a|\n' >"$into/accounts"
        printf '5@Account|User|RawShares\nroot||\n a||3\n  a|u|1\n  b||1\n' >"$into/sshare"
        printf '0@JobID|Account|State|Submit|Start|End|AllocTRES\n1|a|COMPLETED|2025-01-01T00:00:00|2025-01-01T01:00:00|2025-01-01T02:00:00|gres/gpu=4\n' |
            tail -c +3 | gzip -nc >"$into/packed"
        { printf '0@'; cat "$into/packed"; } >"$into/sacct.gz"
        rm "$into/packed"
        ;;
    saved)
        # The first byte is the file's place in the list of fuzz_saved.c.
        local i=0 dir name
        sed -n '/^static const char base/,/;$/{s/^ *"//;s/\(\\n\)*";*$//;s/\\"/"/g;p}' \
            "$here/fuzz_saved.c" | sed 1d >"$into/x.cfg"
        (cd "$into" && "$build/allot" run x.cfg -q --out one &&
            "$build/allot" run x.cfg -n 3 -q --out many &&
            "$build/allot" compare x.cfg -n 3 -q --out compared) >/dev/null || return 1
        grep -oE '\{"(one|many|compared)", +"[a-z.]+"' "$here/fuzz_saved.c" | tr -d '{",' |
            while read -r dir name; do
                { printf '%b' "\\x$(printf %x $i)"; head -c 18000 "$into/$dir/$name"; } >"$into/$i"
                i=$((i + 1))
            done
        rm -rf "$into/one" "$into/many" "$into/compared" "$into/x.cfg"
        ;;
    tables)
        printf '0month,team,pool,gpus\n2025-01,N,p,8\n2025-02,N,p,7.5\n' >"$into/use"
        printf '1team,from,gpus,pool\nN,2025-01-01,8,p\nS,2025-01-01,2,q\nN,2025-02-01,4,p\n' >"$into/fixed"
        printf '2pools.p.gpus,rule.divide\n10,max-min\n20,weighted\n' >"$into/points"
        ;;
    script)
        cp "$root"/scenarios/rules/*.lua "$into"
        ;;
    store)
        printf 'start = "2025-01"; months = 1;\npools = ( { name = "p"; gpus = 8; } );\nteams = ( { name = "N"; people = 5; } );\n' >"$into/x.cfg"
        "$build/allot" sweep "$into/x.cfg" --vary pools.p.gpus=8,16 -n 2 -q --out "$into/s" >/dev/null ||
            return 1
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
[ ${#names[@]} -gt 0 ] || names=(scenario settings claims tables import script store csv saved)
# The kept corpus of a fuzzer, anew.
keep() {
    local name=$1 whole=$build/kept/$1
    rm -rf "$whole" "$build/seeds/$name"
    mkdir -p "$whole" "$build/corpus/$name" "$here/corpus/$name"
    seeds "$name" "$build/seeds/$name" || return 1
    "$build/tests/fuzz/fuzz_$name" -merge=1 -set_cover_merge=1 -use_counters=0 -timeout=60 \
        -rss_limit_mb=4096 -max_len=19000 -artifact_prefix="$build/found/$name/" \
        "$whole" "$build/seeds/$name" "$here/corpus/$name" "$build/corpus/$name" \
        >"$build/keep-$name.log" 2>&1 || return 1
    rm -rf "${here:?}/corpus/$name"
    cp -r "$whole" "$here/corpus/$name"
    echo "# $name: $(find "$whole" -type f | wc -l) files"
}

n=0
n_bad=0
echo "1..${#names[@]}"
if [ "$seconds" = keep ]; then
    for name in "${names[@]}"; do
        n=$((n + 1))
        keep "$name" && echo "ok $n - $name" && continue
        echo "not ok $n - $name: see $build/keep-$name.log"
        n_bad=$((n_bad + 1))
    done
    exit $((n_bad > 0))
fi
for name in "${names[@]}"; do
    n=$((n + 1))
    from=$build/seeds/$name
    corpus=$build/corpus/$name
    found=$build/found/$name
    kept=()
    [ ! -d "$here/corpus/$name" ] || kept=("$here/corpus/$name")
    rm -rf "$from"
    mkdir -p "$corpus" "$found"
    log=$build/$name.log
    if ! seeds "$name" "$from"; then
        n_bad=$((n_bad + 1))
        echo "not ok $n - $name: its seeds could not be made"
        continue
    fi
    # What is new goes into the first directory; the others are read only.
    if "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=4096 \
        -max_len=20000 -print_final_stats=1 -artifact_prefix="$found/" \
        "$corpus" "${kept[@]}" "$from" >"$log" 2>&1; then
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
