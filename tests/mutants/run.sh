#!/bin/bash
# Changes one token of the program at a time and looks whether the fast tests notice.
#
#   tests/mutants/run.sh BUILD N SEED [MAKE'S SETTINGS...]
#
# N tokens of sim/rule, sim/des, sim/world and sim/run are drawn by the seed (sites.awk),
# each with one of the changes that fit it; one that does not compile and link, or whose
# object is the same but for debugging, is drawn again. A mutant is killed by the first test
# that fails, or that takes ten times as long as it should (20 s at least): tests of its
# area, the other unit programs, golden results, the rest of the command line. One that
# cannot be built after all (a full disk) is neither killed nor alive. Prints a line a
# mutant, "N mutants, K killed, S survived" last; exit status 1 if fewer than nine in ten
# were killed.
#
# All is done in copies of tree and build; BUILD has to be up to date. JOBS=J works on J
# mutants at once (2); ONLY="3 7" on these of the N (1 is the first drawn); QUICK=1 leaves
# out the command line but for golden results: who survives that may yet be killed by it.
set -u

if [ $# -lt 3 ]; then
    echo "usage: tests/mutants/run.sh BUILD N SEED [SETTING=VALUE...]" >&2
    exit 64
fi
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
build=$1 n=$2 seed=$3
shift 3
settings=("$@")
jobs=${JOBS:-2}
only=${ONLY:-$(seq "$n")}
unset MAKEFLAGS MFLAGS MAKELEVEL ALLOT JOBS
work=$(mktemp -d) || exit 1
mkdir "$work/mutants"
trap 'rm -rf "$work"' EXIT
# Tests stand in process groups of their own, so each child is looked for.
kill_tree() {
    local child
    kill -STOP "$1" 2>/dev/null
    for child in $(pgrep -P "$1"); do
        kill_tree "$child"
    done
    kill -KILL "$1" 2>/dev/null
}
stop() {
    local job
    for job in $(jobs -p); do
        kill_tree "$job"
    done
    exit 130
}
trap stop INT TERM

# A mutant that runs wild takes no more than this of memory and of disk (KiB).
ulimit -v 8000000 2>/dev/null
ulimit -f 4000000

tell() {
    printf 'mutants: %s\n' "$*" >&2
}

copy_tree() {
    mkdir -p "$1/$(dirname "$build")"
    (cd "$root" && tar -cf - --exclude=./build --exclude=./.git --exclude=./out .) |
        tar -xf - -C "$1"
    cp -a "$root/$build" "$1/$build"
}

# In the directory that it runs in; what the compiler says is of no interest.
remake() {
    make -s "${settings[@]}" "$@" >/dev/null 2>&1
}

# Runs a test ("unit NAME" or "bats NAME") of the tree that it runs in, with a limit in
# seconds; leaves the report that tests/run.sh prints of it in RESULTS/report.
run_test() {
    local results=$1 limit=$2
    shift 2
    rm -rf "$results"
    mkdir "$results"
    LIMIT=$limit tests/run.sh --one "$results" "$PWD/$build" "$@" >"$results/report"
    ! grep -q '^FAIL' "$results/report"
}

# What a report of a failure comes to: the test, in which program.
killer() {
    local results=$1 name=$2 case
    case=$(sed -n 's/^ *| not ok [0-9]* - //p' "$results/report" | grep -viE '# skip' | head -n 1)
    if grep -q '(stopped after' "$results/report"; then
        case=$(sed -n 's/.*(\(stopped after [^)]*\)).*/\1/p;q' "$results/report")
    elif [ -z "$case" ]; then
        case=$(sed -n 's/.*failed (\(.*\))  .*/\1/p;q' "$results/report")
    fi
    echo "$name${case:+: $case}"
}

list_tests() {
    (cd "$work/tree1/tests" && ls unit/*.c && if [ "${QUICK:-0}" = 1 ]; then
        ls cli/golden.bats
    else
        ls cli/*.bats
    fi) | sed -E 's,^unit/(.*)\.c$,unit \1,; s,^cli/(.*)\.bats$,bats \1,'
}

# The unmutated tree: all tests have to pass. Leaves "KIND NAME SECONDS LIMIT".
run_unmutated() {
    cd "$1" || exit
    local kind name from
    while read -r kind name; do
        from=$SECONDS
        run_test "$1.results" 900 "$kind" "$name" </dev/null || {
            cat "$1.results/report" >&2
            return 1
        }
        awk -v k="$kind" -v n="$name" -v s=$((SECONDS - from + 1)) \
            'BEGIN { print k, n, s, (s < 2 ? 20 : 10 * s) }'
    done
}

# The tests in the order in which they are likely to kill a mutant of a file: programs
# that include its header or share a word of its name, the other unit programs, golden
# results, the rest of the command line; of equal ones the quickest first.
in_order() {
    local file=$1
    while read -r kind name seconds limit; do
        if [ "$kind" = unit ]; then
            awk -v kind="$kind" -v name="$name" -v seconds="$seconds" -v limit="$limit" \
                -v file="${file#sim/}" '
                BEGIN {
                    layer = header = file
                    sub(/\/.*/, "", layer); sub(/\.c$/, ".h", header)
                    sub(/.*\//, "", file); sub(/\.c$/, "", file)
                    n = split(file, part, "_")
                    for (i = 1; i <= n; i++)
                        rank -= 2 * (index("_" name "_", "_" part[i]) > 0)
                }
                index($0, "#include \"" header "\"") { rank -= 4 }
                !of_layer && index($0, "#include \"" layer "/") { rank--; of_layer = 1 }
                END { print rank, seconds, kind, name, limit }' "tests/unit/$name.c"
        else
            echo "$([ "$name" = golden ] && echo 1 || echo 2) $seconds $kind $name $limit"
        fi
    done <"$work/tests" | sort -k1,1n -k2,2n -k4,4
}

# Draws N mutants into WORK/mutants/1..N: their place, the file, and its lines before and
# after; in the tree that it runs in.
draw() {
    local drawn=0 tried=0 file line column before after object
    LC_ALL=C awk -v seed="$seed" -f tests/mutants/sites.awk sim/{rule,des,world,run}/*.c |
        sort -n >"$work/sites"
    while [ "$drawn" -lt "$n" ] && IFS=$(printf '\t') read -r _ file line column before after; do
        tried=$((tried + 1))
        object=$build/${file#sim/}
        object=${object%.c}.o
        cp "$object" "$work/object.o"
        cp "$file" "$work/original.c"
        strip -g -o "$work/before.o" "$work/object.o"
        LC_ALL=C awk -v line="$line" -v column="$column" -v length_="${#before}" \
            -v after="$after" 'NR == line {
                $0 = substr($0, 1, column - 1) after substr($0, column + length_)
            } { print }' "$work/original.c" >"$file"
        if remake "$object" && strip -g -o "$work/after.o" "$object" &&
            ! cmp -s "$work/before.o" "$work/after.o" && remake "$build/allot"; then
            drawn=$((drawn + 1))
            mkdir -p "$work/mutants/$drawn"
            cp "$file" "$work/mutants/$drawn/source.c"
            cp "$work/original.c" "$work/mutants/$drawn/original.c"
            echo "$file" >"$work/mutants/$drawn/file"
            echo "$file:$line:$column: '$before' -> '$after'" >"$work/mutants/$drawn/what"
            printf '    -%s\n    +%s\n' "$(sed -n "${line}p" "$work/original.c")" \
                "$(sed -n "${line}p" "$file")" >"$work/mutants/$drawn/diff"
        fi
        cp "$work/original.c" "$file"
        cp "$work/object.o" "$object"
        touch "$object"
    done <"$work/sites"
    tell "$drawn mutants drawn, $((tried - drawn)) of $tried were equal or no C"
    remake "$build/allot" && [ "$drawn" -eq "$n" ]
}

# Looks for a test that kills mutant I; prints its line.
judge() {
    local i=$1 tree=$2 mutant=$work/mutants/$1 file what by="" unbuilt="" kind name limit
    file=$(cat "$mutant/file")
    what=$(cat "$mutant/what")
    cp "$mutant/source.c" "$file"
    remake "$build/allot" || unbuilt=$build/allot
    in_order "$file" >"$tree.order"
    while [ -z "$unbuilt" ] && read -r _ _ kind name limit; do
        if [ "$kind" = unit ] && ! remake "$build/tests/unit/$name"; then
            unbuilt=$name
            break
        fi
        run_test "$tree.results" "$limit" "$kind" "$name" </dev/null || {
            by=$(killer "$tree.results" "${kind/bats/cli}/$name")
            break
        }
    done <"$tree.order"
    cp "$mutant/original.c" "$file"
    # Only whole lines are printed, although others print theirs.
    if [ -n "$unbuilt" ]; then
        printf '%3d  %s  NOT JUDGED: %s cannot be built\n' "$i" "$what" "$unbuilt"
    elif [ -n "$by" ]; then
        echo killed >"$mutant/end"
        printf '%3d  %s  killed by %s\n' "$i" "$what" "$by"
    else
        echo survived >"$mutant/end"
        printf '%3d  %s  SURVIVED\n%s\n' "$i" "$what" "$(cat "$mutant/diff")"
    fi
}

# Takes one mutant after the other that nobody has taken.
work_in() {
    cd "$1" || exit
    local i
    for i in $only; do
        mkdir "$work/mutants/$i/taken" 2>/dev/null || continue
        judge "$i" "$1"
    done
}

tell "copies the tree $jobs times"
for j in $(seq "$jobs"); do
    copy_tree "$work/tree$j"
done
(cd "$work/tree1" && draw) || exit 1

tell "runs all tests on the unmutated tree"
list_tests >"$work/list"
for j in $(seq "$jobs"); do
    awk -v j="$j" -v jobs="$jobs" 'NR % jobs == j % jobs' "$work/list" |
        run_unmutated "$work/tree$j" >"$work/tests$j" || touch "$work/red" &
done
wait
if [ -e "$work/red" ]; then
    tell "there is nothing to see before the tests pass"
    exit 1
fi
cat "$work"/tests[0-9]* >"$work/tests"
tell "$(wc -l <"$work/tests") programs pass; now the mutants"

for j in $(seq "$jobs"); do
    work_in "$work/tree$j" &
done
wait

n_asked=$(wc -w <<<"$only")
find "$work/mutants" -name end -exec cat {} + | awk -v asked="$n_asked" '
    { n++; killed += $1 == "killed" }
    END {
        printf "%d mutants, %d killed, %d survived", n, killed, n - killed
        printf n < asked ? ", %d not judged\n" : "\n", asked - n
        exit n < asked || killed * 10 < n * 9
    }'
