#!/bin/bash
# A sweep as a job array of a real Slurm: a throw-away controller and two nodes, all on
# this machine, run what `allot sweep --emit slurm` prints; one task is requeued in flight;
# what is gathered must be byte-equal to the same sweep on threads.
#
#   tests/slurm/run.sh ALLOT
#
# As root, on Linux, with slurmctld and slurmd (Debian: slurm-wlm, slurm-wlm-basic-plugins,
# which it installs where apt-get is there). Where Slurm cannot start it says why and is
# counted as skipped. Takes half a minute; nothing of it stays.
set -u

allot=$(readlink -f "${1:?usage: tests/slurm/run.sh ALLOT}")
# shellcheck source=tests/slurm/cluster.sh
. "$(dirname "$0")/cluster.sh" "slurm"

need slurmctld slurmd sbatch -- slurm-wlm slurm-wlm-basic-plugins
configure CPUs=2 AccountingStorageType=accounting_storage/none
start_nodes

# ---- the sweep ----

cat >x.cfg <<'END'
# Who gets it?
start = "2025-01-01";
months = 600;
pools = ( { name = "h100"; gpus = 64; } );
teams = ( { name = "Vision"; people = 2; exploration = ( { gpus = 8.0; log_sd = 0.5; } ); },
          { name = "Robots"; people = 3; exploration = ( { gpus = 9.0; log_sd = 0.9; } ); } );
projects = ( { name = "Segment"; team = "Vision";
    stages = ( { do = "train"; gpu_hours = 20000.0; min_gpus = 8; max_gpus = 32; } ); } );
rule = { divide = "weighted"; };
END
sweep=("$allot" sweep x.cfg --vary "rule.divide=weighted,max-min,proportional"
    --vary pools.h100.gpus=32:128:32 -n 60)
"${sweep[@]}" -q -o threads || fail "the sweep on threads"
"$allot" export threads >/dev/null || fail "its export"

"${sweep[@]}" --emit slurm --shards 4 -o res --sbatch time=5 >job.sh || fail "--emit slurm"
sh job.sh >submitted 2>submit.log || fail "it cannot be submitted"
read -r array gather < <(sed 's/array \([0-9]*\), gathered by \([0-9]*\)/\1 \2/' submitted)

# One task is requeued while it is in flight: it has stored something, and not all.
task=
for ((n = 0; n < 200 && ${#task} == 0; n++)); do
    running=$(squeue -h -r -t R -j "$array" -o %K | head -n 1)
    if [ -n "$running" ] && [ "$(stat -c %s "res/shard-$running-of-4.sqlite" 2>/dev/null || echo 0)" -gt 100000 ]; then
        scontrol requeue "${array}_$running" && task=$running && requeued=$SECONDS
    fi
    sleep 0.1
done
[ -n "$task" ] || fail "no task was found in flight"

# sbatch --wait polls slowly; the queue tells at once.
for ((n = 0; n < 1200; n++)); do
    [ -z "$(squeue -h -j "$array,$gather" 2>/dev/null)" ] && break
    # Slurm holds a requeued job back for two minutes, so that no node takes it for the one
    # that it has just killed; some seconds do here.
    [ $((SECONDS - requeued)) -lt 5 ] || [ "$(squeue -h -r -t PD -j "${array}_$task" -o %r 2>/dev/null)" != BeginTime ] ||
        scontrol update "JobId=${array}_$task" StartTime=now 2>/dev/null
    sleep 0.25
done
[ -z "$(squeue -h -j "$array,$gather" 2>/dev/null)" ] || fail "it does not end: $(squeue)"

grep -q '^4 parts, 720 of 720 runs$' res/slurm-gather-*.log || fail "not all is gathered"
# It had stored something when it was requeued, and not all.
grep -q '^180 runs of part [1-4] of 4, [1-9][0-9]* were stored, [1-9][0-9]* done now$' \
    "res/slurm-sweep-$task.log" || fail "task $task was not requeued in flight"
"$allot" export res >/dev/null || fail "the export of what was gathered"
cmp threads/runs.csv res/runs.csv || fail "runs.csv differs"
cmp threads/points.csv res/points.csv || fail "points.csv differs"

echo "slurm: $(slurmctld -V): an array of 4 tasks, task $task requeued, equals the threads"
echo "1 passed, 0 failed"
