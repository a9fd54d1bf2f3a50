#!/bin/sh
# Times what the project promises and prints a table: figure, value, unit, goal.
# Figures that compare are taken in one call; machines are noisy, so read ratios.
set -eu
build=$1
here=$(dirname "$0")
root=$here/../..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

row() {
    printf '%-52s %12s %-8s %s\n' "$1" "$2" "$3" "${4:-}"
}

# Seconds of processor time (user and system) and MiB of a command.
measure() {
    /usr/bin/env time -f '%U %S %M' -o "$work/time" "$@" >/dev/null
    cpu=$(awk '{ printf "%.4f", $1 + $2 }' "$work/time")
    memory=$(awk '{ printf "%.0f", $3 / 1024 }' "$work/time")
}

row figure value unit goal
for bench in "$build"/tests/bench/*; do
    if [ -x "$bench" ] && [ -f "$bench" ] && [ "${bench%.o}" = "$bench" ] && [ "${bench%.d}" = "$bench" ]; then
        "$bench" | while read -r name value unit; do row "$name" "$value" "$unit"; done
    fi
done

# The same work by others, where they are installed: apt-get install python3-simpy
if /usr/bin/python3 -c 'import SimPy.Simulation' 2>/dev/null; then
    /usr/bin/python3 "$here/simpy.py" | while read -r name value unit; do row "$name" "$value" "$unit"; done
fi

# Instructions a customer of M/M/1: what 100,000 more cost, so that starting up is left out.
if command -v valgrind >/dev/null; then
    instructions() {
        valgrind --tool=callgrind --callgrind-out-file=/dev/null \
            "$build/tests/bench/bench_model" mm1 "$1" 2>&1 |
            awk '/refs:/ { gsub(",", ""); print $NF }'
    }
    few=$(instructions 100000)
    more=$(instructions 200000)
    row "mm1, instructions a customer" "$(((more - few) / 100000))" "" "at most 450"
fi

# The clock's milliseconds of a command, the best of $1; $work/growth is new each time.
best_ms() {
    times=$1
    shift
    i=0
    while [ $i -lt "$times" ]; do
        rm -rf "$work/growth"
        begin=$(date +%s%N)
        "$@" >/dev/null
        echo $(($(date +%s%N) - begin))
        i=$((i + 1))
    done | sort -n | head -n 1 | awk '{ printf "%.1f", $1 / 1e6 }'
}
row "true: what the measuring of a start costs" "$(best_ms 20 /bin/true)" ms
row "allot run, the smallest scenario" \
    "$(best_ms 20 "$build/allot" run "$root/scenarios/catching-up.cfg" -q --out "$work/small")" ms "under 5"

# Growth: what ten times as much takes, as a multiple.
growth() {
    row "growth: $1 x 10" "$(echo "$2 $3" | awk '{ printf "%.1f", $2 / $1 }')" x "at most 11"
}
timed() {
    "$build/allot" run "$@" -q -j 1 --out "$work/growth"
}
awk -v n=100 -v n_teams=10 -v n_months=12 -f "$here/big.awk" >"$work/g0.cfg"
awk -v n=1000 -v n_teams=100 -v n_months=12 -f "$here/big.awk" >"$work/g1.cfg"
awk -v n=10000 -v n_teams=1000 -v n_months=12 -f "$here/big.awk" >"$work/g10.cfg"
awk -v n=1000 -v n_teams=100 -v n_months=120 -f "$here/big.awk" >"$work/gm.cfg"
one=$(best_ms 3 timed "$work/g1.cfg" -n 10)
ten_times=$(best_ms 3 timed "$work/g1.cfg" -n 100)
growth "100 projects" "$(best_ms 3 timed "$work/g0.cfg" -n 100)" "$ten_times"
growth "1,000 projects" "$one" "$(best_ms 3 timed "$work/g10.cfg" -n 10)"
growth months "$one" "$(best_ms 3 timed "$work/gm.cfg" -n 10)"
growth replications "$one" "$ten_times"

# The mean of twenty runs, for the clock of processor time ticks in hundredths.
cat >"$work/twenty.sh" <<EOF
i=0
while [ \$i -lt 20 ]; do
    "$build/allot" run "$root/scenarios/llama-vs-opt.cfg" -q --out "$work/one"
    i=\$((i + 1))
done
EOF
measure sh "$work/twenty.sh"
row "allot run llama-vs-opt, processor time" "$(echo "$cpu" | awk '{ printf "%.1f", $1 * 50 }')" ms "under 20"

# Milliseconds of the clock of a thousand replications on $1 threads: the best of five,
# each into a new directory.
thousand() {
    for _ in 1 2 3 4 5; do
        rm -rf "$work/many"
        begin=$(date +%s%N)
        "$build/allot" run "$root/scenarios/llama-vs-opt.cfg" -n 1000 -j "$1" -q --out "$work/many" >/dev/null
        echo $((($(date +%s%N) - begin) / 1000000))
    done | sort -n | head -n 1
}
one=$(thousand 1)
two=$(thousand 2)
row "llama-vs-opt, 1,000 replications on one thread" "$one" ms
row "the same on two threads" "$two" ms
row "two threads against one" "$(echo "$one $two" | awk '{ printf "%.2f", $1 / $2 }')" x "at least 1.9"

awk -v n=10000 -v n_teams=1000 -v n_months=120 -f "$here/big.awk" >"$work/big.cfg"
split=$(wc -c <"$work/big.cfg")
row "10,000 projects, 1,000 teams, 120 months: the file" "$split" bytes
measure "$build/allot" run "$work/big.cfg" -n 2 -q --out "$work/big"
row "  -n 2 without series files, processor time each" "$(echo "$cpu" | awk '{ printf "%.2f", $1 / 2 }')" s "under 3"
row "  memory" "$memory" MiB
measure "$build/allot" run "$work/big.cfg" -q --out "$work/big1"
row "  one replication with its series files" "$cpu" s "under 15"
row "  written" "$(du -sm "$work/big1" | cut -f1)" MiB

# Ten million lines of accounting: a million, ten times over. The seconds are the clock's.
awk -v n=1000000 -f "$here/sacct.awk" >"$work/jobs.txt"
cat >"$work/ten.sh" <<EOF
{
    cat "$work/jobs.txt"
    for _ in 2 3 4 5 6 7 8 9 10; do tail -n +2 "$work/jobs.txt"; done
} | "$build/allot" import sacct - --timezone Europe/Berlin -q --out "$work/imported"
EOF
begin=$(date +%s%N)
measure sh "$work/ten.sh"
row "allot import sacct, 10,000,000 lines" "$(echo "$begin $(date +%s%N)" | awk '{ printf "%.1f", ($2 - $1) / 1e9 }')" s "under 30"
row "  read" "$(($(wc -c <"$work/jobs.txt") * 10 / 1000000))" MB
row "  memory" "$memory" MiB "under 200"
