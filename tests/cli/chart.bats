#!/usr/bin/env bats
# allot chart: from the directory of a run to tables and pictures.

setup() {
    load helper
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    base >x.cfg
    allot 0 run x.cfg -q
}

# The first bytes of a file, in hexadecimal.
begins() {
    [ "$(head -c $((${#2} / 2)) "$1" | od -An -tx1 | tr -d ' \n')" = "$2" ] ||
        fail "$1 does not begin with $2"
}

@test "svg is the default; tables stay beside the pictures; paths are printed" {
    allot 0 chart out/x
    prints "$(pictures out/x/charts svg "${ONE_RUN[@]}")"
    complains "$NOT_ONE_RUN"
    holds out/x/charts "$(chart_files svg "${ONE_RUN[@]}")"
    begins out/x/charts/allocation.svg "$(printf '<?xml' | od -An -tx1 | tr -d ' \n')"
    [[ $(tail -c 16 out/x/charts/allocation.svg) == *"</svg>" ]] || fail "not whole"
    csv out/x/charts/allocation.csv >/dev/null
    csv out/x/charts/projects.csv >/dev/null
}

@test "png, pdf and svg" {
    local format
    for format in png pdf svg; do
        allot 0 chart out/x --format "$format"
        prints "$(pictures out/x/charts "$format" "${ONE_RUN[@]}")"
    done
    begins out/x/charts/allocation.png 89504e470d0a1a0a
    begins out/x/charts/projects.pdf "$(printf '%%PDF-' | od -An -tx1 | tr -d ' \n')"
}

@test "dumb: on the terminal, of 80 columns" {
    allot 0 chart out/x --format dumb
    printed "GPUs granted by team"
    printed "Projects: stages and releases"
    [[ $output != *.txt* ]] || fail "a path"
    [[ $output != *$'\e'* ]] || fail "escape codes"
    # shellcheck disable=SC2001 # ${output//} would take the newlines too
    sed 's/[^ -~]/x/g' <<<"$output" | awk 'length > 80 { exit 1 }' || fail "too wide"
}

@test "--only" {
    allot 0 chart out/x --only projects
    prints "out/x/charts/projects.svg"
    holds out/x/charts "projects.csv projects.svg"
}

@test "--theme" {
    local theme
    for theme in light dark print; do
        allot 0 chart out/x --only allocation --theme $theme -o $theme
    done
    ! cmp -s light/allocation.svg dark/allocation.svg || fail "dark is light"
    ! cmp -s light/allocation.svg print/allocation.svg || fail "print is light"
    same light/allocation.csv dark/allocation.csv
    allot 0 chart out/x --only allocation -o default
    same light/allocation.svg default/allocation.svg
}

@test "--out: another directory, which must be new or hold charts alone" {
    allot 0 chart out/x -o pictures/of/x/
    prints "$(pictures pictures/of/x svg "${ONE_RUN[@]}")"
    is_gone out/x/charts
    allot 0 chart out/x -o pictures/of/x --format png
    mkdir mine
    echo precious >mine/allocation.txt.bak
    echo precious >mine/notes.txt
    allot 73 chart out/x --out mine
    complains "mine: error: holds other files than charts: nothing is overwritten
    hint: name another directory with --out"
    holds mine "allocation.txt.bak notes.txt"
    allot 73 chart out/x --out out/x
    allot 73 chart out/x --out x.cfg
    complained "x.cfg: error: is not a directory"
}

@test "the same bytes twice, and whatever the user's settings are" {
    allot 0 chart out/x
    cp -R out/x/charts first
    mkdir home
    echo 'set terminal dumb; set title "mine"; error' >home/.gnuplot
    HOME=$PWD/home GNUTERM=x11 GNUPLOT_LIB=/nowhere LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 \
        TZ=Asia/Tokyo allot 0 chart out/x
    local file
    for file in first/*; do
        same "$file" "out/x/charts/${file##*/}"
    done
}

@test "an ensemble: means; projects are shown of one run only" {
    allot 0 run x.cfg -n 3 -o many -q
    allot 0 chart many
    prints "$(pictures many/charts svg "${ENSEMBLE[@]}")"
    complains "$NOT_ENSEMBLE"
    grep -q "mean of 3 replications" many/charts/allocation.csv || fail "subtitle"
    allot 0 chart many -q
    complains ""
    allot 65 chart many --only projects
    complains "many: error: gives no chart of projects: shown of one run only; run one with \
--replication R"
    holds many/charts "$(chart_files svg "${ENSEMBLE[@]}")"
}

@test "a replication alone says which it is" {
    allot 0 run x.cfg --replication 2 -o two -q
    allot 0 chart two -q
    grep -qF 'one run\0054 seed 1\0054 replication 2' two/charts/allocation.csv || fail "subtitle"
}

@test "a scenario without projects" {
    base | sed '/^projects/,/^    stages/d' >y.cfg
    allot 0 run y.cfg -q
    allot 0 chart out/y
    printed "out/y/charts/allocation.svg"
    complained "no chart of projects: this scenario has none"
}

@test "what is no run" {
    allot 66 chart nowhere
    complains "nowhere: error: does not exist
    hint: name the directory that 'allot run' wrote"
    mkdir empty
    allot 66 chart empty
    complained "empty: error: holds no run: there is no run.json"
    holds empty ""
    allot 66 chart x.cfg
    complained "x.cfg: error: is not a directory"
    allot 66 chart out/x/run.json
    complained "out/x/run.json: error: is not a directory"
}

@test "a run.json that is none" {
    local text
    mkdir bad
    for text in '{}' '[]' '{ "settings": { "start": "2025-01-01", "months": 3 } }'; do
        echo "$text" >bad/run.json
        allot 65 chart bad
        complained "bad/run.json"
        complained "error: is no record of a run"
        not_complained ":-1"
    done
    printf '{\n  "allot": ,\n' >bad/run.json
    allot 65 chart bad
    complained "bad/run.json:2: error: is no JSON: "
    : >bad/run.json
    allot 65 chart bad
    holds bad run.json
}

@test "files of a run that are missing or spoilt" {
    spoilt() {
        rm -rf bad
        cp -R out/x bad
    }
    spoilt
    rm bad/teams.csv
    allot 66 chart bad
    complained "bad/teams.csv: error: cannot be read: No such file or directory"
    spoilt
    echo "month,team" >bad/teams.csv
    allot 65 chart bad
    complained "bad/teams.csv:1: error: has no column 'granted_gpus'"
    spoilt
    head -n 1 out/x/teams.csv >bad/teams.csv
    allot 65 chart bad
    complained "bad/teams.csv: error: holds no team in any month"
    spoilt
    sed 's/,64,/,many,/' out/x/pools.csv >bad/pools.csv
    allot 65 chart bad
    complained "bad/pools.csv:2:14: error: column 'capacity_gpus': 'many' is not a number"
    spoilt
    sed '2s/,/,"/' out/x/plan.csv >bad/plan.csv
    allot 65 chart bad
    complained "bad/plan.csv:2"
}

@test "a chart, a format, a theme that is not there" {
    allot 64 chart out/x --only alocation
    complains "allot: error: there is no chart 'alocation'
    hint: there are: allocation, teams, projects, releases, hours, pools, fairness, people, score, timeline, fan"
    allot 64 chart out/x --format jpg
    complained "there is no format 'jpg'"
    complained "svg, png, pdf, dumb"
    allot 64 chart out/x --theme blue
    complained "there is no theme 'blue'"
    complained "light, dark, print"
    is_gone out/x/charts
}

@test "without gnuplot: all tables, no picture, exit status 69" {
    mkdir none
    run --separate-stderr env PATH="$PWD/none" "$ALLOT" chart out/x
    [ "$status" -eq 69 ] || fail "exit status $status"
    complains "$NOT_ONE_RUN
allot: error: gnuplot is not installed
    hint: apt-get install gnuplot-nox"
    prints ""
    holds out/x/charts "$(chart_files csv "${ONE_RUN[@]}")"
}

@test "a gnuplot that fails, dies, or draws nothing: no half picture" {
    mkdir bin
    local script
    for script in 'echo "line 0: no such terminal" >&2; exit 1' 'kill -9 $$' 'exit 0' \
        'printf "<?xml half" >"$5"'; do
        printf '#!/bin/sh\n%s\n' "$script" >bin/gnuplot
        chmod +x bin/gnuplot
        PATH=$PWD/bin:$PATH allot 74 chart out/x
        prints ""
        complained "gnuplot"
        holds out/x/charts "$(chart_files csv "${ONE_RUN[@]}")"
    done
}

@test "the charts' scripts are found by ALLOT_PLOTS" {
    ALLOT_PLOTS=$PWD allot 66 chart out/x
    complained "holds no charts (theme.gp), though ALLOT_PLOTS says so"
    ALLOT_PLOTS=$ROOT/plots allot 0 chart out/x
}

@test "every scenario that is shipped can be drawn" {
    local scenario name
    for scenario in "$SCENARIOS"/*.cfg; do
        name=$(basename "$scenario" .cfg)
        allot 0 run "$scenario" -q
        allot 0 chart "out/$name" -q
        complains ""
        is_file "out/$name/charts/allocation.svg"
    done
}

@test "many teams are folded into others, many projects cut" {
    {
        echo 'start = "2025-01-01"; months = 2; pools = ( { name = "h100"; gpus = 640; } );'
        echo 'teams = ('
        local i comma=
        for i in {1..30}; do
            echo "$comma { name = \"Team $i\"; exploration = ( { gpus = $i; } ); }"
            comma=,
        done
        echo '); projects = ('
        comma=
        for i in {1..70}; do
            echo "$comma { name = \"P $i\"; team = \"Team $((i % 30 + 1))\"; stages = ( { do = \"train\"; gpu_hours = 900.0; } ); }"
            comma=,
        done
        echo ');'
    } >many.cfg
    allot 0 run many.cfg -q
    allot 0 chart out/many
    complains "$NOT_ONE_RUN"
    grep -q '"19 others"' out/many/charts/allocation.csv || fail "others"
    grep -q 'the first 60 of 70 projects' out/many/charts/projects.csv || fail "cut"
    is_file out/many/charts/{allocation,projects}.svg
}

@test "--month: the scores of another month" {
    allot 0 chart out/x --only score --month 2025-01
    grep -q 'Scores of the claims in Jan 2025' out/x/charts/score.csv || fail "title"
    allot 64 chart out/x --only score --month 2035-01
    complained "allot: error: no council met over claims in the month '2035-01'
    hint: there are: 2025-01"
}

@test "--series: the fan of another series" {
    allot 0 run x.cfg -n 3 -o many -q
    allot 0 chart many --only fan --series pools.csv:idle_gpus
    grep -q 'GPUs idle by pool' many/charts/fan.csv || fail "title"
    allot 64 chart many --only fan --series pools.csv:idle_gpu
    complained "--series:1:1: error: the run has no series 'pools.csv:idle_gpu'"
    complained "hint: did you mean 'pools.csv:idle_gpus'? there are: pools.csv:capacity_gpus, "
    allot 65 chart out/x --only fan --series pools.csv:idle_gpus
    complained "shown of an ensemble only; run one with -n"
}
