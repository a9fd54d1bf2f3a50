#!/usr/bin/env bats
# The command line itself: help, version, what is mistyped or missing.

setup() { load helper; }

commands="init run check divide explain chart report list sweep gather export"

@test "without arguments: help on stderr, exit status 64" {
    allot 64
    prints ""
    complained "usage: allot COMMAND [OPTIONS] [ARGUMENTS]"
}

@test "--help, -h and help list every command" {
    allot 0 --help
    complains ""
    printed "usage: allot COMMAND [OPTIONS] [ARGUMENTS]"
    printed "  init [FILE]        writes a commented scenario of two teams to start from"
    printed "  run SCENARIO       simulates a scenario, once or many times"
    printed "  check SCENARIO     finds every mistake in a scenario"
    printed "  chart RUN          draws the charts of a run with gnuplot"
    printed "  report RUN         writes a run's report: one page for people who decide"
    printed "  list KIND          what there is to choose from"
    printed "allot COMMAND --help tells more, with an example; allot --version. To begin:"
    printed "  allot init my.cfg && allot run my.cfg && allot chart out/my"
    local help=$output
    allot 0 -h
    prints "$help"
    allot 0 help
    prints "$help"
}

@test "every command has a help with an example, said in three ways" {
    local command help
    for command in $commands; do
        allot 0 "$command" --help
        complains ""
        printed "allot $command"
        printed $'\nExample:\n  allot '"$command "
        help=$output
        allot 0 "$command" -h
        prints "$help"
        allot 0 help "$command"
        prints "$help"
    done
}

@test "the options in the examples exist" {
    local command example words
    for command in $commands; do
        example=$("$ALLOT" "$command" --help | awk '/^Example:/ { getline; print }')
        read -ra words <<<"$example"
        [ "${words[0]} ${words[1]}" = "allot $command" ] || fail "$example"
        allot 0 "${words[@]:1}" --help
    done
}

@test "help names the options that the design names" {
    local option
    allot 0 run --help
    for option in '-o, --out PATH' '-s, --set PATH=VALUE' '-n, --replications N' \
        '--replication R' '--series' '--seed N' '-j, --jobs N' '-q, --quiet' '--json' \
        '--no-color' '-a, --alternative NAME' '--jail DIR' '-h, --help'; do
        printed "  $option "
    done
    allot 0 check --help
    for option in '--print' '-s, --set PATH=VALUE' '-a, --alternative NAME' '--jail DIR'; do
        printed "  $option "
    done
    allot 0 chart --help
    for option in '-o, --out PATH' '--only NAME' '--format FORMAT' '--theme THEME' \
        '--month YYYY-MM' '--series FILE:COLUMN'; do
        printed "  $option "
    done
}

@test "help fits a terminal of 80 columns" {
    local command
    for command in "" $commands; do
        # shellcheck disable=SC2086 # nothing, or a word
        allot 0 $command --help
        awk '$0 != "" && length > 80 { print; bad = 1 } END { exit bad }' <<<"$output" ||
            fail "too wide: allot $command --help"
    done
}

@test "--version: the program's and its libraries'" {
    allot 0 --version
    complains ""
    [[ ${lines[0]} =~ ^allot\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "${lines[0]}"
    local libraries='^GSL N, jansson N, libconfig N, Lua N, nettle N, SQLite N$'
    [[ ${lines[1]} =~ ${libraries//N/[0-9.]+} ]] || fail "${lines[1]}"
}

@test "an unknown command" {
    allot 64 rnu
    prints ""
    complains "allot: error: there is no command 'rnu'
    hint: did you mean 'allot run'?"
    allot 64 frobnicate
    complains "allot: error: there is no command 'frobnicate'
    hint: allot --help lists the commands"
    allot 64 help rnu
    complained "did you mean 'allot run'?"
}

@test "an unknown option" {
    allot 64 run x.cfg --replicatoins 5
    complained "allot: error: allot run has no option '--replicatoins'
    hint: did you mean '--replications'?"
    allot 64 run x.cfg -z
    complains "allot: error: allot run has no option '-z'
    hint: allot run --help lists them"
    allot 64 check x.cfg --seed=5
    complained "allot: error: allot check has no option '--seed'"
    allot 64 chart x --formt png
    complained "did you mean '--format'?"
}

@test "all mistakes of the command line at once" {
    allot 64 run x.cfg --sede 5 -n 0 --theme dark
    complained "no option '--sede'"
    complained "--replications is '0'"
    complained "no option '--theme'"
}

@test "what is missing, and what is too much" {
    allot 64 run
    complains "allot: error: allot run needs SCENARIO
    hint: for example: allot run scenarios/llama-vs-opt.cfg -n 200 -s rule.divide=max-min"
    allot 64 check
    complained "allot check needs SCENARIO"
    allot 64 chart
    complained "allot chart needs RUN"
    allot 64 list
    complained "allot list needs KIND"
    allot 64 run a.cfg b.cfg
    complained "allot run: 'b.cfg' is one too many"
    allot 64 run ''
    complained "allot run: an argument is empty"
    holds . ""
}

@test "an option without its value" {
    allot 64 run x.cfg --seed
    complains "allot: error: --seed needs a value: --seed N
    hint: seed of the random worlds (default: the scenario's)"
    allot 64 run x.cfg -o
    complained "-o needs a value: -o PATH"
    # What looks like an option is none's value.
    allot 64 run x.cfg --out -q
    complained "--out needs a value: --out PATH"
    allot 64 run x.cfg --out=
    complained "--out is empty, must be a PATH"
}

@test "a flag with a value" {
    allot 64 run x.cfg --json=yes
    complained "'--json=yes': --json takes no value"
    allot 64 run x.cfg -qq
    complained "'-qq': --quiet takes no value"
}

@test "counts that are none" {
    local value
    for value in 0 -3 1.5 many 1e3 '' ' ' 99999999999999999999; do
        allot 64 run x.cfg --replications="$value"
        complained "--replications is '$value', must be a whole number from 1 to 10000000"
    done
    allot 64 run x.cfg -j 0
    complained "--jobs is '0', must be a whole number from 1 to 1024"
    allot 64 run x.cfg --replication -1
    complained "--replication is '-1', must be a whole number from 0 to"
    allot 64 run x.cfg --seed nan
    complained "--seed is 'nan', must be a whole number from 0 to 9223372036854775807"
}

@test "--replication and --replications together" {
    base >x.cfg
    allot 64 run x.cfg --replication 3 -n 5
    complained "--replication and --replications exclude each other"
    holds . x.cfg
}

@test "a usage error is told before anything is read" {
    allot 64 run no-such-file.cfg --bogus
    not_complained "no-such-file"
}

@test "-- ends the options" {
    base >-x.cfg
    allot 64 check -x.cfg
    allot 0 check -- -x.cfg
    printed "-x.cfg: ok"
}

@test "options are written in four ways, before or after the argument" {
    base >x.cfg
    allot 0 run x.cfg -q -n 3 -o a
    allot 0 run -n3 -q x.cfg -oa2
    allot 0 run --replications=3 x.cfg --quiet --out=a3
    allot 0 run --replications 3 --out a4 -q x.cfg
    same_runs a a2
    same_runs a a3
    same_runs a a4
}

@test "-q: nothing on stderr, what is printed stays" {
    base >x.cfg
    allot 0 run x.cfg
    complained "wrote out/x; next: allot chart out/x"
    local result=$output
    allot 0 run x.cfg -q
    complains ""
    prints "$result"
    allot 0 check x.cfg -q
    complains ""
    prints "x.cfg: ok: 3 months, 1 pool, 1 team, 1 project, 0 dated changes, 0 alternatives"
    allot 0 init y.cfg -q
    complains ""
}

@test "-q silences warnings, not errors" {
    with '$a happenings = ( { at = "2031-01-01"; do = "cancel"; project = "Segment"; } );'
    allot 0 check x.cfg
    complained "x.cfg:11:23: warning: "
    allot 0 check x.cfg -q
    complains ""
    with 's/months = 3/months = 0/'
    allot 65 check x.cfg -q
    complained "x.cfg:3:10: error: months is 0"
}
