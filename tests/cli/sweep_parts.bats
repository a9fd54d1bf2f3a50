#!/usr/bin/env bats
# A sweep in parts on several machines, joined again: as if it had been one.

setup() {
    load helper
    base >x.cfg
}

what=(sweep x.cfg --vary "rule.divide=weighted,max-min" --vary "pools.h100.gpus=32:64:8" -n 3)

alone() {
    "$ALLOT" "${what[@]}" -q -o alone
    "$ALLOT" export alone >/dev/null
}
equals_alone() {
    "$ALLOT" export "$1" >/dev/null
    same alone/runs.csv "$1/runs.csv"
    same alone/points.csv "$1/points.csv"
}

@test "parts, one of them twice, gathered in any number" {
    alone
    local n k
    for n in 1 2 7; do
        for ((k = n; k >= 1; k--)); do
            allot 0 "${what[@]}" --shard $k/$n -o d$n -q
        done
        allot 0 "${what[@]}" --shard 1/$n -o d$n
        printed "0 done now"
        allot 0 gather d$n
        printed "$n parts, 30 of 30 runs"
        equals_alone d$n
    done
}

@test "a part that is missing is told, and may follow" {
    alone
    allot 0 "${what[@]}" --shard 1/3 -o d -q
    allot 0 "${what[@]}" --shard 3/3 -o d -q
    allot 1 gather d
    printed "2 parts, 20 of 30 runs"
    complained "allot: 10 runs are missing"
    allot 0 "${what[@]}" --shard 2/3 -o d -q
    allot 0 gather d
    equals_alone d
    # Or the rest is done without parts.
    allot 0 "${what[@]}" --shard 2/3 -o e -q
    allot 1 gather e
    allot 0 "${what[@]}" -o e
    printed "30 runs, 10 were stored, 20 done now"
    equals_alone e
}

@test "parts of different sweeps do not mix" {
    allot 0 "${what[@]}" --shard 1/2 -o d -q
    allot 0 "${what[@]}" -s months=2 --shard 2/2 -o d -q
    allot 65 gather d
    complained "d/shard-2-of-2.sqlite: error: is a part of another sweep"
    allot 0 "${what[@]}" --shard 1/2 -o e -q
    allot 0 "${what[@]}" -n 4 --shard 2/2 -o e -q
    allot 65 gather e
    mkdir f
    allot 66 gather f
    complained "f: error: holds no parts of a sweep"
    echo "this is no database, but long enough to be looked at" >f/shard-1-of-1.sqlite
    allot 65 gather f
}

@test "under GNU parallel" {
    command -v parallel >/dev/null || skip "GNU parallel is not installed"
    alone
    seq 4 | parallel --will-cite -j 2 "$ALLOT" "$(printf '%q ' "${what[@]}")" --shard {}/4 \
        -o d -q
    allot 0 gather d
    equals_alone d
}

@test "the job array: a script of two jobs, the options as they were" {
    allot 0 "${what[@]}" --where "pools.h100.gpus > 32" --emit slurm --shards 5 -j 7 \
        -o res --sbatch time=01:00:00 --sbatch --partition=big
    complains ""
    sh -n <<<"$output"
    printed "#SBATCH --array=1-5"
    printed "#SBATCH --requeue"
    printed "#SBATCH --time=01:00:00"
    printed "#SBATCH --partition=big"
    printed '--where '"'pools.h100.gpus > 32'"' --out res'
    printed '--shard "$SLURM_ARRAY_TASK_ID/5"'
    printed '--dependency="afterany:$array"'
    is_gone res
    allot 64 "${what[@]}" --emit pbs
    complained "--emit is 'pbs', must be slurm"
    allot 64 "${what[@]}" --emit slurm -o "a b"
    complained "'a b': a line #SBATCH cannot hold such a path"
}

@test "the job array with an sbatch of ours: each task and the gathering do their part" {
    alone
    mkdir bin
    cat >bin/sbatch <<'END'
#!/bin/sh
# Runs what it is given at once: an array's tasks one after the other.
cat >job.sh
tasks=$(sed -n 's/^#SBATCH --array=1-//p' job.sh)
for task in $(seq "${tasks:-1}"); do
    SLURM_ARRAY_TASK_ID=$task sh job.sh >>log 2>&1
done
echo "$@" >>submitted
echo 17
END
    chmod +x bin/sbatch
    allot 0 "${what[@]}" --emit slurm --shards 3 -o d
    PATH=$PWD/bin:$PATH sh <<<"$output" >told
    [ "$(cat told)" = "array 17, gathered by 17" ] || fail "$(cat told)"
    grep -q -- '--dependency=afterany:17' submitted
    equals_alone d
}
