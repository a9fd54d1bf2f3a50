# What all tests of the command line share. A test runs in an empty directory of its own;
# ALLOT is the program. `load helper` in a file's setup() is enough.
#
# shellcheck disable=SC2034 # what is set here is read by the files that load it

bats_require_minimum_version 1.5.0

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
: "${ALLOT:=$ROOT/build/release/allot}"
SCENARIOS=$ROOT/scenarios

unset NO_COLOR ALLOT_PLOTS
export TERM=xterm LC_ALL=C.UTF-8
mkdir "$BATS_TEST_TMPDIR/here"
cd "$BATS_TEST_TMPDIR/here" || exit 1

# Why a test has failed; always false.
fail() {
    printf '%s\n' "$@"
    printf -- '--- stdout\n%s\n--- stderr\n%s\n---\n' "$(head -n 40 <<<"${output-}")" \
        "$(head -n 40 <<<"${stderr-}")"
    return 1
}

# The charts of a run, of an ensemble, and what is said of the others.
ONE_RUN=(allocation teams projects hours pools fairness score timeline)
ENSEMBLE=(allocation teams releases hours pools fairness fan)
NOT_ONE_RUN="no chart of releases: shown of many replications; run with -n
no chart of people: no team's headcount ever changes
no chart of fan: shown of an ensemble only; run one with -n"
NOT_ENSEMBLE="no chart of projects: shown of one run only; run one with --replication R
no chart of people: no team's headcount ever changes
no chart of score: shown of one run only; run one with --replication R
no chart of timeline: shown of one run only; run one with --replication R"

# Their paths, a line each, and their files in the order of `ls`.
#   pictures DIR ENDING CHART...      chart_files ENDING CHART...
pictures() {
    local dir=$1 ending=$2 chart
    shift 2
    for chart; do
        echo "$dir/$chart.$ending"
    done
}
chart_files() {
    local ending=$1 chart
    shift
    for chart; do
        echo "$chart.csv"
        [ "$ending" = csv ] || echo "$chart.$ending"
    done | sort | paste -sd' '
}

# Runs allot and looks at its exit status; leaves $output and $stderr.
#   allot STATUS [ARGUMENT...]
# shellcheck disable=SC2154 # status is what run leaves
allot() {
    local expected=$1
    shift
    run --separate-stderr "$ALLOT" "$@"
    [ "$status" -eq "$expected" ] ||
        fail "exit status $status, should be $expected: allot $*"
}

# What was printed, as a whole.
prints() {
    [ "$output" = "$1" ] || fail "stdout should be:" "$1"
}
complains() {
    [ "$stderr" = "$1" ] || fail "stderr should be:" "$1"
}

# A part of what was printed, literally; and none of it.
printed() {
    [[ $output == *"$1"* ]] || fail "stdout should hold: $1"
}
complained() {
    [[ $stderr == *"$1"* ]] || fail "stderr should hold: $1"
}
not_complained() {
    [[ $stderr != *"$1"* ]] || fail "stderr should not hold: $1"
}

is_file() {
    local file
    for file; do
        [ -s "$file" ] || fail "there should be a file $file"
    done
}
is_gone() {
    local path
    for path; do
        { [ ! -e "$path" ] && [ ! -L "$path" ]; } || fail "there should be no $path"
    done
}

# All names in a directory, hidden ones too, in one line.
names_in() {
    (
        cd "$1" || exit
        shopt -s dotglob nullglob
        names=(*)
        [ ${#names[@]} -eq 0 ] || printf '%s ' "${names[@]}"
    )
}
holds() {
    local found
    found=$(names_in "$1")
    [ "$found" = "${2:+$2 }" ] || fail "$1 holds: $found" "should hold: $2"
}

same() {
    cmp "$1" "$2" || fail "$1 and $2 differ"
}

# Two runs have left the same, but for what is volatile.
same_runs() {
    local file
    [ "$(names_in "$1")" = "$(names_in "$2")" ] ||
        fail "$1 holds: $(names_in "$1")" "$2 holds: $(names_in "$2")"
    for file in "$1"/*.*; do
        file=${file##*/}
        if [ "$file" = run.json ]; then
            same <(steady "$1/$file") <(steady "$2/$file")
        else
            same "$1/$file" "$2/$file"
        fi
    done
}
# run.json without its part `volatile`, the last.
steady() {
    sed '/^  "volatile": {$/,$d' "$1"
}

# The fields of a CSV file, "|" between them, one row a line: a | of a field stands as \x7c,
# its newline as \n, its backslash as \\. With a column's name, that column without header.
#   csv FILE [COLUMN]
csv() {
    awk -f "$BATS_TEST_DIRNAME/csv.awk" -v column="${2-}" "$1"
}

# All divisions as a message names them: "equal, weighted or quota".
every_division() {
    "$ALLOT" list divisions | awk '
        NR > 1 && NF == 0 { exit }
        NR > 1 { names[++n] = $1 }
        END { for (i = 1; i <= n; i++) printf "%s%s", names[i], i == n ? "" : i == n - 1 ? " or " : ", " }'
}

# A scenario of one team that is quick to run; see `with`.
base() {
    cat <<'EOF'
# Who gets it?
start = "2025-01-01";
months = 3;
seed = 1;
pools = ( { name = "h100"; gpus = 64; node_gpus = 8; } );
teams = ( { name = "Vision"; people = 2; share = 1.0;
    exploration = ( { gpus = 8.0; log_sd = 0.5; } ); } );
projects = ( { name = "Segment"; team = "Vision"; priority = 0.5; target = "2025-02-15";
    stages = ( { do = "train"; gpu_hours = 20000.0; min_gpus = 8; max_gpus = 32; } ); } );
rule = { divide = "weighted"; over = "projects"; };
EOF
}

# Writes the base scenario, changed by a script for sed, to x.cfg.
with() {
    base | sed -E "$1" >x.cfg
    ! cmp -s x.cfg <(base) || fail "nothing was changed by: $1"
}
