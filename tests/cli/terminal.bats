# What `allot run` shows on a terminal: the table, the answer and a small chart, within 80
# columns, with colour; and that none of the last three goes anywhere else.
setup() {
    load helper
    command -v script >/dev/null || skip "script is not there"
}

# Runs allot on a terminal of its own; leaves its output, without the terminal's CRs.
on_terminal() {
    local words
    printf -v words '%q ' "$ALLOT" "$@"
    run script -qec "$words" /dev/null
    output=${output//$'\r'/}
    [ "$status" -eq 0 ] || fail "exit status $status: allot $*"
}

without_colour() {
    # shellcheck disable=SC2001 # ${output//} would need extglob
    sed $'s/\e\\[[0-9;]*m//g' <<<"$output"
}

widest() {
    without_colour | wc -L
}

@test "the table, the answer, a chart in colours" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    with 's/^seed = 1;/seed = 1; answer = "released:Segment";/'
    on_terminal run x.cfg
    printed $'\e[38;5;'
    output=$(without_colour)
    printed "Segment is released by the end of the run."
    printed "GPUs granted by team"
    printed "A Vision"
    holds out/x "claims.csv columns.csv events.csv factors.csv groups.csv months.csv outcomes.csv plan.csv pools.csv projects.csv run.json summary.json teams.csv"
}

@test "no colour where it is not wanted" {
    base >x.cfg
    for how in --no-color NO_COLOR=1 TERM=dumb; do
        case $how in
        --*) on_terminal run x.cfg "$how" ;;
        *) eval "export $how"; on_terminal run x.cfg; unset NO_COLOR; TERM=xterm ;;
        esac
        [[ $output != *$'\e'* ]] || fail "there should be no colour with $how"
        printed "Segment"
    done
}

@test "a pipe gets the table alone" {
    base >x.cfg
    allot 0 run x.cfg
    printed "Segment"
    [[ $output != *$'\e'* ]] || fail "there should be no colour"
    [[ $output != *"GPUs granted by team"* ]] || fail "there should be no chart"
}

@test "--json on a terminal is JSON alone" {
    base >x.cfg
    on_terminal run x.cfg --json -q
    [ "${output:0:1}" = "{" ] && [ "${output: -1}" = "}" ] || fail "this is no JSON"
}

@test "without gnuplot, or with one that fails: no chart, and no word" {
    base >x.cfg
    mkdir bin
    ln -s "$(command -v script)" "$(command -v sh)" bin
    PATH=$PWD/bin on_terminal run x.cfg -q
    printed "1 of 1 project is released"
    [[ $output != *"gnuplot"* ]] || fail "gnuplot should not be mentioned"
    [[ $output != *"GPUs granted by team"* ]] || fail "there should be no chart"
    printf '#!/bin/sh\necho nonsense >&2; exit 3\n' >bin/gnuplot
    chmod +x bin/gnuplot
    PATH=$PWD/bin on_terminal run x.cfg -q
    [[ $output != *"nonsense"* ]] || fail "gnuplot's complaint should not be shown"
    holds out/x "claims.csv columns.csv events.csv factors.csv groups.csv months.csv outcomes.csv plan.csv pools.csv projects.csv run.json summary.json teams.csv"
}

@test "every shipped scenario fits 80 columns, one run and an ensemble" {
    for scenario in "$SCENARIOS"/*.cfg; do
        on_terminal run "$scenario" -o out -q
        [ "$(widest)" -le 80 ] || fail "$scenario is $(widest) wide"
        on_terminal run "$scenario" -o out -q -n 3
        [ "$(widest)" -le 80 ] || fail "$scenario with -n is $(widest) wide"
    done
}
