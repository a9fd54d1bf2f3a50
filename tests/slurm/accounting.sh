#!/bin/bash
# The five commands of docs/from-your-cluster.md on a real Slurm: a throw-away controller,
# two nodes with GPUs that are none, slurmdbd and its database, all on this machine. What is
# imported must be what sreport says, and a job that was requeued must be in it twice.
#
#   tests/slurm/accounting.sh ALLOT
#
# As root, on Linux, with what Debian calls slurm-wlm, slurm-wlm-basic-plugins, slurmdbd,
# slurm-wlm-mysql-plugin and mariadb-server, which it installs where apt-get is there. Where
# that cannot start it says why and is counted as skipped. Takes a minute; nothing stays.
set -u

allot=$(readlink -f "${1:?usage: tests/slurm/accounting.sh ALLOT}")
doc=$(cd "$(dirname "$0")/../.." && pwd)/docs/from-your-cluster.md
# shellcheck source=tests/slurm/cluster.sh
. "$(dirname "$0")/cluster.sh" "slurm accounting"

need slurmctld slurmd slurmdbd mariadbd -- slurm-wlm slurm-wlm-basic-plugins \
    slurm-wlm-mysql-plugin slurmdbd mariadb-server
mariadb-install-db --no-defaults --datadir="$dir/db" --user=root --skip-test-db >db.log 2>&1 ||
    skip "no database can be made"
mariadbd --no-defaults --datadir="$dir/db" --user=root --bind-address=127.0.0.1 --port=$((port + 4)) \
    --socket="$dir/db.sock" --pid-file="$dir/db.pid" --innodb-lock-wait-timeout=900 >>db.log 2>&1 &
pids+=($!)
sql() {
    mariadb --no-defaults --socket="$dir/db.sock" -u root -e "$1"
}
wait_for 30 sql "SELECT 1" || skip "the database does not start"
sql "CREATE USER 'slurm'@'%' IDENTIFIED BY 'slurm'; GRANT ALL ON *.* TO 'slurm'@'%'" ||
    skip "the database takes no user"

cat >slurmdbd.conf <<END
AuthType=auth/none
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=$((port + 3))
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=$((port + 4))
StorageUser=slurm
StoragePass=slurm
LogFile=$dir/slurmdbd.log
PidFile=$dir/slurmdbd.pid
END
chmod 600 slurmdbd.conf
configure "CPUs=4 Gres=gpu:h100:4" AccountingStorageType=accounting_storage/slurmdbd \
    AccountingStorageHost=127.0.0.1 "AccountingStoragePort=$((port + 3))" \
    AccountingStorageTRES=gres/gpu,gres/gpu:h100 GresTypes=gpu
touch gpu{0..3} # devices that are none
echo "NodeName=node[1-2] Name=gpu Type=h100 File=$dir/gpu[0-3]" >gres.conf
slurmdbd -D >slurmdbd.out.log 2>&1 &
pids+=($!)
wait_for 30 sacctmgr -n show cluster || skip "slurmdbd does not answer"
sacctmgr -i add cluster throwaway >sacctmgr.log 2>&1
start_nodes
for account in llm vision; do
    sacctmgr -i add account $account Fairshare=$((${#account} * 10)) >>sacctmgr.log 2>&1
    sacctmgr -i add user root Account=$account >>sacctmgr.log 2>&1
done

# ---- some jobs: one waits for the GPUs of others, one is requeued ----

submit() {
    sbatch --parsable -o /dev/null -A "$1" --gres="gpu:h100:$2" -J "$3" --wrap "sleep $4"
}
submit llm 4 'pre|train' 4 >/dev/null
submit vision 4 "det 'n'" 4 >/dev/null
submit vision 2 waits 2 >/dev/null
requeued=$(submit llm 1 again 3)
is_running() {
    [ "$(squeue -h -j "$requeued" -o %T)" = RUNNING ]
}
wait_for 60 is_running || fail "job $requeued does not run"
sleep 1
scontrol requeue "$requeued" || fail "it cannot be requeued"
sleep 3
scontrol update "JobId=$requeued" StartTime=now 2>/dev/null
are_done() {
    [ -z "$(squeue -h)" ]
}
wait_for 180 are_done || fail "jobs do not end: $(squeue)"
sleep 2

# ---- the commands of the page ----

awk '/^```sh$/ { on = 1; next } /^```/ { on = 0 } on' "$doc" >commands
[ "$(wc -l <commands)" -eq 5 ] || fail "the page has no five commands"
mkdir bin
ln -s "$allot" bin/allot
while IFS= read -r command; do
    PATH=$dir/bin:$PATH bash -c "$command" >>said 2>>told.log || fail "$command"
done <commands
[ -s out/ours/report.html ] || fail "there is no report"

# ---- against the database itself ----

sums() {
    awk -F'|' 'NR > 1 { n = $12; sub(/.*gres\/gpu=/, "", n); sub(/,.*/, "", n); sum[$3] += n * $10 }
        END { for (a in sum) print a, sum[a] }' sacct.txt | sort
}
imported=$(awk -F, 'NR > 1 { sum[$2] += $5 * 3600 } END { for (a in sum) printf "%s %.0f\n", a, sum[a] }' \
    ours/demand.csv | sort)
[ "$imported" = "$(sums)" ] || fail "imported: $imported" "sacct: $(sums)"
stored=$(sql "SELECT COUNT(*) FROM slurm_acct_db.throwaway_job_table" | tail -n 1)
read_=$(awk '$2 == "read" { print $1 }' said)
[ "$stored $read_" = "5 5" ] || fail "$stored runs are stored, $read_ were read: not 5"
grep -q REQUEUED sacct.txt || fail "the requeued run is not there"
grep -q '^note: no line is of a requeued run' told.log && fail "it is not seen"
sacctmgr show assoc -P format=Account,ParentName,User,Share,GrpTRES >accounts.txt
"$allot" import sacct sacct.txt --accounts accounts.txt --out tree -q >/dev/null || fail "--accounts"
grep -q '"vision"; share = 60' tree/scenario.cfg || fail "the share of vision is not 60"

echo "slurm accounting: $(slurmdbd -V): five commands, $imported GPU-seconds as sacct has them" | tr '\n' ' '
echo
echo "1 passed, 0 failed"
