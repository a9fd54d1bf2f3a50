#!/usr/bin/env bats
# allot run: its files, its options, and that equal runs leave equal bytes.

setup() { load helper; }

single="claims.csv columns.csv events.csv factors.csv groups.csv months.csv outcomes.csv"
single+=" plan.csv pools.csv projects.csv run.json summary.json teams.csv"
many="bands.csv columns.csv outcomes.csv run.json summary.json"
series="bands.csv $single"

# The columns of a file as `allot list columns` has them, with commas.
listed_columns() {
    "$ALLOT" list columns | awk -v file="$1" '
        $1 == file { line = line (line == "" ? "" : ",") $2 }
        END { print line }'
}

@test "one run leaves these files, and says so" {
    base >x.cfg
    allot 0 run x.cfg
    holds out/x "$single"
    complains "wrote out/x; next: allot chart out/x"
    printed "Who gets it?
3 months from 2025-01-01, rule weighted

Project  Team    Target      Released"
}

@test "every file has the columns of 'allot list columns'" {
    base >x.cfg
    allot 0 run x.cfg -o one -q
    allot 0 run x.cfg -o many -n 2 --series -q
    local path file
    for path in one/*.csv; do
        file=${path##*/}
        [ "$(head -n 1 "$path")" = "$(listed_columns "$file")" ] || fail "$path"
    done
    for path in many/*.csv; do
        file=${path##*/}
        case $file in
        bands.csv | columns.csv | outcomes.csv)
            [ "$(head -n 1 "$path")" = "$(listed_columns "$file")" ] || fail "$path"
            ;;
        *)
            [ "$(head -n 1 "$path")" = "replication,$(listed_columns "$file")" ] ||
                fail "$path"
            ;;
        esac
    done
}

@test "the columns that the design names are there" {
    base >x.cfg
    allot 0 run x.cfg -n 2 -o many -q
    allot 0 run x.cfg -o one -q
    has() {
        local file=$1 column
        shift
        for column; do
            csv "$file" "$column" >cells || fail "$file: $(cat cells)"
        done
    }
    has one/pools.csv month pool capacity_gpus reserved_gpus failed_gpus requested_gpus \
        granted_gpus used_gpus idle_gpus price
    has one/groups.csv month group parent share floor_gpus ceiling_gpus \
        entitled_gpu_hours used_gpu_hours decayed_gpu_hours balance_gpu_hours credits
    has one/teams.csv month team group headcount needed_gpus requested_gpus granted_gpus \
        used_gpus fill_frac used_gpu_hours
    has one/projects.csv month project team state stage done_frac left_gpu_hours priority \
        granted_gpus used_gpu_hours
    has one/claims.csv month pool team project needed_gpus requested_gpus score \
        entitled_gpus granted_gpus
    has one/factors.csv month pool team project factor value weight contribution
    has one/months.csv month jain_fill gini_fill max_envy
    has one/plan.csv project team kind topic start target released value
    has one/events.csv at_s date event kind subject detail
    has one/outcomes.csv replication at metric kind subject value
    has many/bands.csv file kind subject column month n mean sd ci_low ci_high p025 p05 \
        p25 p50 p75 p95 p975
    has one/columns.csv file column unit meaning
}

@test "columns.csv is the table of 'allot list columns'" {
    base >x.cfg
    allot 0 run x.cfg -q
    csv out/x/columns.csv | awk -F'|' 'NR > 1 { print $1, $2 }' >written
    "$ALLOT" list columns | awk '{ print $1, $2 }' >listed
    same written listed
}

@test "every CSV file is one: RFC 4180, LF, no empty file" {
    base >x.cfg
    allot 0 run x.cfg -n 2 --series -q
    local file
    for file in out/x/*.csv; do
        csv "$file" >rows || fail "$file: $(tail -n 1 rows)"
        ! grep -q $'\r' "$file" || fail "$file has CR"
        [ "$(tail -c 1 "$file" | od -An -tx1 | tr -d ' ')" = 0a ] || fail "$file: no LF"
    done
}

@test "a row for each month, pool, team and project" {
    base >x.cfg
    allot 0 run x.cfg -q
    local months=$'2025-01\n2025-02\n2025-03'
    for file in pools teams groups projects months; do
        [ "$(csv out/x/$file.csv month)" = "$months" ] || fail "$file"
    done
}

@test "-n: bands and outcomes; the monthly files only with --series" {
    base >x.cfg
    allot 0 run x.cfg -n 3 -o a
    printed "3 months from 2025-01-01, rule weighted, means of 3 replications"
    printed "Median"
    printed "On time"
    holds a "$many"
    allot 0 run x.cfg -n 3 --series -o b -q
    holds b "$series"
    [ "$(csv b/teams.csv replication | uniq -c | awk '{ print $1 "*" $2 }' | xargs)" = \
        "3*0 3*1 3*2" ] || fail "replications of teams.csv"
    same a/outcomes.csv b/outcomes.csv
    same a/bands.csv b/bands.csv
    same a/summary.json b/summary.json
    # 0 where no replication has a value, such as a balance without a ledger.
    [ "$(csv a/bands.csv n | sort -u | xargs)" = "0 3" ] || fail "n"
    [ "$(csv a/bands.csv mean | grep -c NaN)" -eq "$(csv a/bands.csv n | grep -cx 0)" ] ||
        fail "means"
}

@test "-n 1 is one run" {
    base >x.cfg
    allot 0 run x.cfg -o a -q
    allot 0 run x.cfg -n 1 -o b -q
    same_runs a b
}

@test "replications meet different worlds, seeds too" {
    base >x.cfg
    allot 0 run x.cfg -n 4 --series -q
    [ "$(csv out/x/teams.csv needed_gpus | sort -u | wc -l)" -eq 12 ] || fail "the same"
    allot 0 run x.cfg --seed 2 -o b -q
    allot 0 run x.cfg --seed 1 -o c -q
    allot 0 run x.cfg -o d -q
    same_runs c d
    ! cmp -s b/teams.csv d/teams.csv || fail "seed 2 is seed 1"
    grep -q '^  "seed": 2,$' b/run.json || fail "seed"
    grep -q '^    "seed": 2,$' b/run.json || fail "seed among the settings"
}

@test "--seed says the same as the scenario's, up to the largest" {
    with 's/seed = 1;/seed = 9223372036854775807L;/'
    allot 0 run x.cfg -o a -q
    base >x.cfg
    allot 0 run x.cfg --seed 9223372036854775807 -o b -q
    same a/teams.csv b/teams.csv
}

@test "the same bytes on 1, 2 and 8 threads" {
    local j
    for j in 1 2 8; do
        allot 0 run "$SCENARIOS/llama-vs-opt.cfg" -n 20 --series -j $j -o j$j --json -q
        printf '%s\n' "$output" >json$j
    done
    same_runs j1 j2
    same_runs j1 j8
    same json1 json2
    same json1 json8
}

@test "replication 17 alone is replication 17 of a batch" {
    allot 0 run "$SCENARIOS/llama-vs-opt.cfg" -n 19 --series -o batch -q
    allot 0 run "$SCENARIOS/llama-vs-opt.cfg" --replication 17 -o alone -q
    printed "41 months from 2022-01-01, rule weighted, replication 17"
    local file
    for file in pools groups teams projects months claims factors plan events; do
        csv batch/$file.csv | sed -n '1p; /^17|/p' | sed 's/^[a-z0-9]*|//' >of_batch
        csv alone/$file.csv >of_alone
        same of_batch of_alone
    done
    csv batch/outcomes.csv | sed -n '1p; /^17|/p' >of_batch
    csv alone/outcomes.csv >of_alone
    same of_batch of_alone
    grep -q '^  "first_replication": 17,$' alone/run.json || fail "run.json"
}

@test "a longer batch begins with the shorter one" {
    base >x.cfg
    allot 0 run x.cfg -n 5 -o a -q
    allot 0 run x.cfg -n 9 -o b -q
    head -n "$(wc -l <a/outcomes.csv)" b/outcomes.csv >begin
    same a/outcomes.csv begin
}

@test "two runs leave the same, but for volatile in run.json" {
    allot 0 run "$SCENARIOS/two-sites.cfg" -o a
    sleep 1.1
    allot 0 run "$SCENARIOS/two-sites.cfg" -o b -j 1 -q
    same_runs a b
    ! cmp -s a/run.json b/run.json || fail "volatile is the same"
    local key
    for key in argv host finished seconds jobs; do
        sed -n '/^  "volatile": {$/,$p' a/run.json | grep -q "^    \"$key\": " ||
            fail "volatile has no $key"
    done
}

@test "the place, the locale and the time zone do not matter" {
    base >x.cfg
    allot 0 run x.cfg -o a -q
    mkdir sub
    cp x.cfg sub
    (cd sub && TZ=Asia/Tokyo LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 \
        allot 0 run x.cfg -o ../b -q)
    same_runs a b
}

@test "run.json names every file with its hash" {
    echo 'months = 3;' >months.inc
    base | sed 's/^months = 3;/@include "months.inc"/' >x.cfg
    allot 0 run x.cfg -q
    local file
    for file in x.cfg months.inc; do
        grep -q "\"path\": \"$file\"" out/x/run.json || fail "$file"
        grep -q "$(sha256sum "$file" | cut -d' ' -f1)" out/x/run.json || fail "hash of $file"
    done
    local key
    for key in allot scenario question alternative files seed first_replication \
        replications settings libraries volatile; do
        grep -q "^  \"$key\": " out/x/run.json || fail "no $key"
    done
}

@test "--json: the summary on stdout, and nothing else there" {
    base >x.cfg
    allot 0 run x.cfg -n 3 --json
    printf '%s\n' "$output" >json
    same json out/x/summary.json
    allot 0 run x.cfg --json
    printf '%s\n' "$output" >json
    same json out/x/summary.json
    [ "${output:0:1}" = "{" ] || fail "no object"
}

@test "every JSON file is JSON" {
    local reader
    if command -v jq >/dev/null; then
        reader="jq -e ."
    elif python3 -c '' 2>/dev/null; then
        reader="python3 -m json.tool"
    else
        skip "neither jq nor python3 is there"
    fi
    base >x.cfg
    allot 0 run x.cfg -n 2 --json -q
    printf '%s\n' "$output" >json
    local file
    for file in json out/x/*.json; do
        $reader <"$file" >/dev/null || fail "$file"
    done
}

@test "--set: settings by path, repeatable" {
    base >x.cfg
    allot 0 run x.cfg -s rule.divide=max-min -s pools.h100.gpus=128 -o a -q
    printed "rule max-min"
    [ "$(csv a/pools.csv capacity_gpus | sort -u)" = 128 ] || fail "gpus"
    base | sed 's/"weighted"/"max-min"/; s/gpus = 64/gpus = 128/' >y.cfg
    allot 0 run y.cfg -o b -q
    same a/teams.csv b/teams.csv
    same a/claims.csv b/claims.csv
    # The last one counts.
    allot 0 run x.cfg -s pools.h100.gpus=8 --set=pools.h100.gpus=128 \
        -s rule.divide=max-min -o c -q
    same a/teams.csv c/teams.csv
}

@test "-a: an alternative laid over the scenario" {
    base >x.cfg
    echo 'alternatives = ( { name = "more GPUs"; pools = ( { name = "h100"; gpus = 128; } ); } );' \
        >>x.cfg
    allot 0 run x.cfg -a "more GPUs" -o a -q
    printed "rule weighted, alternative more GPUs"
    grep -q '^  "alternative": "more GPUs",$' a/run.json || fail "run.json"
    allot 0 run x.cfg -s pools.h100.gpus=128 -o b -q
    same a/teams.csv b/teams.csv
    # What is set stands over the alternative.
    allot 0 run x.cfg -a "more GPUs" -s pools.h100.gpus=64 -o c -q
    allot 0 run x.cfg -o d -q
    same c/teams.csv d/teams.csv
}

@test "an alternative that is not there" {
    base >x.cfg
    echo 'alternatives = ( { name = "max-min"; rule = { divide = "max-min"; }; } );' >>x.cfg
    allot 64 run x.cfg -a maxmin
    complains "allot: error: no alternative 'maxmin'
    hint: did you mean 'max-min'?"
    holds . x.cfg
}

@test "marks: outcomes as of a date" {
    with 's/^seed/marks = ( "2025-02-28" ); seed/'
    allot 0 run x.cfg -q
    [ "$(csv out/x/outcomes.csv at | sort -u | xargs)" = "2025-02-28" ] || fail "marks"
    [ "$(csv out/x/outcomes.csv at | sort | uniq -c | wc -l)" -eq 2 ] || fail "and the end"
}

@test "the default directory is out/NAME, without folder and ending" {
    mkdir -p some/where
    base >some/where/my.first.cfg
    allot 0 run some/where/my.first.cfg -q
    is_file out/my.first/run.json
    holds out my.first
}

@test "the default directory of an alternative is another one" {
    base >x.cfg
    echo 'alternatives = ( { name = "../no, delivery"; months = 2; } );' >>x.cfg
    allot 0 run x.cfg -q
    allot 0 run x.cfg -a "../no, delivery" -q
    holds out "x x-..-no--delivery"
}

@test "worlds that do not differ are told of" {
    base | sed 's/ log_sd = 0.5;//' >x.cfg
    allot 0 run x.cfg -n 3
    complained "allot: all 3 replications came to the same: nothing that is random matters"
    allot 0 run x.cfg -n 3 -q
    complains ""
    base >x.cfg
    allot 0 run x.cfg -n 3
    not_complained "came to the same"
}

@test "-o makes the directories above it; a slash at its end is nothing" {
    base >x.cfg
    allot 0 run x.cfg -o a/b/c/
    complained "wrote a/b/c; next: allot chart a/b/c"
    is_file a/b/c/run.json
}

@test "what is to be pasted is quoted" {
    base >"it's \$x.cfg"
    allot 0 run "it's \$x.cfg"
    complained "next: allot chart 'out/it'\\''s \$x'"
    is_file "out/it's \$x/run.json"
}

@test "a directory that is not empty and holds no run is refused" {
    base >x.cfg
    mkdir mine
    echo precious >mine/teams.csv
    allot 73 run x.cfg -o mine
    complains "mine: error: is not empty and holds no run: nothing is overwritten
    hint: name another directory with --out"
    prints ""
    holds mine teams.csv
    [ "$(cat mine/teams.csv)" = precious ] || fail "overwritten"
    # Other programs have a run.json too.
    echo '{ "name": "mine" }' >mine/run.json
    allot 73 run x.cfg -o mine
    complained "holds no run"
    holds mine "run.json teams.csv"
}

@test "a file in the place of the directory" {
    base >x.cfg
    echo precious >mine
    allot 73 run x.cfg -o mine
    complained "mine: error: is not a directory"
    [ "$(cat mine)" = precious ] || fail "overwritten"
}

@test "an empty directory is taken" {
    base >x.cfg
    mkdir a
    allot 0 run x.cfg -o a -q
    holds a "$single"
}

@test "what a run that was killed has left is no hindrance" {
    base >x.cfg
    mkdir a
    # No process has this number, nor can have it.
    echo month >a/.pools.csv.99999999.tmp
    allot 0 run x.cfg -o a -q
    holds a "$single"
}

@test "a run's own directory is replaced, files of another kind of run too" {
    base >x.cfg
    allot 0 run x.cfg -n 3 --series -o a -q
    echo remember >a/notes.txt
    allot 0 run x.cfg -o a -q
    holds a "claims.csv columns.csv events.csv factors.csv groups.csv months.csv \
notes.txt outcomes.csv plan.csv pools.csv projects.csv run.json summary.json teams.csv"
    allot 0 run x.cfg -n 3 -o a -q
    holds a "bands.csv columns.csv notes.txt outcomes.csv run.json summary.json"
    allot 0 run x.cfg -n 3 -o b -q
    rm a/notes.txt
    same_runs a b
}

@test "a new run removes the charts of the old one" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    base >x.cfg
    allot 0 run x.cfg -o a -q
    allot 0 chart a -q
    echo mine >a/charts/mine.txt
    allot 0 run x.cfg -o a --seed 2 -q
    holds a/charts mine.txt
    rm a/charts/mine.txt
    allot 0 chart a -q
    allot 0 run x.cfg -o a -q
    is_gone a/charts
}

@test "no escape codes where there is no terminal" {
    base >x.cfg
    allot 0 run x.cfg -n 2000
    [[ $output$stderr != *$'\e'* ]] || fail "escape codes"
    [[ $output$stderr != *$'\r'* ]] || fail "a progress bar"
}

# Runs a command line of the shell on a terminal of its own.
on_terminal() {
    script -qec "$1" /dev/null </dev/null >screen 2>&1 || true
}
need_script() {
    script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "no script(1) of util-linux"
}

@test "on a terminal: colours, unless told not to" {
    need_script
    base >x.cfg
    on_terminal "'$ALLOT' run x.cfg"
    grep -q $'\e\\[1mProject' screen || fail "$(cat -v screen)"
    on_terminal "'$ALLOT' run none.cfg"
    grep -q $'\e\\[1;31merror' screen || fail "$(cat -v screen)"
    local quiet
    for quiet in "NO_COLOR=1 '$ALLOT' run x.cfg" "'$ALLOT' run x.cfg --no-color" \
        "TERM=dumb '$ALLOT' run x.cfg" "NO_COLOR=1 '$ALLOT' run none.cfg" \
        "'$ALLOT' run none.cfg --no-color" "'$ALLOT' rnu --no-color" \
        "'$ALLOT' run x.cfg >text; cat text"; do
        on_terminal "$quiet"
        [ -s screen ] || fail "nothing: $quiet"
        ! grep -q $'\e' screen || fail "$quiet" "$(cat -v screen)"
    done
    on_terminal "NO_COLOR= '$ALLOT' run none.cfg"
    grep -q $'\e' screen || fail "an empty NO_COLOR counts"
}

@test "on a terminal: a progress bar, which is wiped away; none with -q" {
    need_script
    # It comes when the work takes a while: more of it where the machine is fast.
    local n
    for n in 1000 5000 50000; do
        on_terminal "'$ALLOT' run '$SCENARIOS/llama-vs-opt.cfg' -n $n -j 1 -o a"
        ! grep -q "/$n " screen || break
    done
    grep -qE '\[[#.]{30}\] [0-9]+/'"$n"'  [0-9.]+/s  [0-9]+ (s|min|h) left' screen ||
        fail "$(cat -v screen)"
    grep -q $'\r\e\\[K' screen || fail "$(cat -v screen)"
    on_terminal "'$ALLOT' run '$SCENARIOS/one-team.cfg' -n 300 -q -o b"
    ! grep -q '/300' screen || fail "$(cat -v screen)"
}

@test "an empty pool and nobody in need: no nan on the screen" {
    with 's/gpus = 64/gpus = 0/; s/^projects = .*/projects = (); rule = { divide = "equal"; };/
        /^    stages/d; /^rule/d; s/gpus = 8.0; //'
    allot 0 run x.cfg
    printed "Used of what was there: -, idle 0 GPU-hours.
Jain's index of need met: -"
    [[ $output != *nan* ]] || fail "nan"
}
