# shellcheck shell=bash
# A throw-away cluster of one controller and two nodes, all on this machine: for the tests
# of this folder, which source it with what messages call them. They run in a folder of
# their own, $dir, and nothing of it stays.

test=$1
dir=$(mktemp -d) || exit 1
pids=()

skip() {
    echo "$test: skipped: $*"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}
fail() {
    echo "$test: FAILED: $*"
    tail -n 15 "$dir"/*.log "$dir"/res/slurm-*.log 2>/dev/null
    echo "0 passed, 1 failed"
    exit 1
}
finish() {
    [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null
    wait 2>/dev/null
    rm -rf "$dir"
}
trap finish EXIT
cd "$dir" || exit 1

# wait_for SECONDS COMMAND...
wait_for() {
    local n
    for ((n = $1 * 2; n > 0; n--)); do
        "${@:2}" >/dev/null 2>&1 && return
        sleep 0.5
    done
    return 1
}

[ "$(uname)" = Linux ] || skip "not on Linux"
[ "$(id -u)" -eq 0 ] || skip "slurmd has to be started by root"
host=$(hostname -s)
port=$((20000 + RANDOM % 20000)) # and the few after it
export SLURM_CONF=$dir/slurm.conf

# need PROGRAM... -- PACKAGE...: has the packages installed where a program is not there.
need() {
    local programs=()
    while [ "$1" != -- ]; do
        programs+=("$1")
        shift
    done
    shift
    command -v "${programs[@]}" >/dev/null && return
    command -v apt-get >/dev/null || skip "there is no ${programs[*]}"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        >apt.log 2>&1 || skip "$* cannot be installed"
}

# configure NODE LINE...: slurm.conf; NODE is what both nodes have, LINEs are added.
configure() {
    cat >slurm.conf <<END
ClusterName=throwaway
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=2000
SlurmdParameters=config_overrides
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool-%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd-%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd-%n.log
KillWait=2
NodeName=node1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) $1
NodeName=node2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) $1
PartitionName=all Nodes=node1,node2 Default=YES MaxTime=10 State=UP
END
    printf '%s\n' "${@:2}" >>slurm.conf
    mkdir state
}

are_idle() {
    [ "$(sinfo -h -o %D -t idle)" = 2 ]
}
start_nodes() {
    local node
    slurmctld -D >slurmctld.out.log 2>&1 &
    pids+=($!)
    for node in node1 node2; do
        mkdir "spool-$node"
        slurmd -D -N "$node" >"slurmd-$node.out.log" 2>&1 &
        pids+=($!)
    done
    wait_for 30 are_idle ||
        skip "no cluster came up: $(grep -h 'error\|fatal' ./*.log | head -n 1)"
}
