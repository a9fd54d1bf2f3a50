#!/usr/bin/env bats
# allot init: a scenario to start from, and the way from there to a chart.

setup() { load helper; }

@test "init writes scenario.cfg, or the file that is named" {
    allot 0 init
    complains "wrote scenario.cfg; next: allot run scenario.cfg"
    prints ""
    allot 0 init my.cfg
    complains "wrote my.cfg; next: allot run my.cfg"
    same scenario.cfg my.cfg
    holds . "my.cfg scenario.cfg"
}

@test "init, run, chart, as the help says" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    allot 0 init my.cfg
    allot 0 check my.cfg
    not_complained "warning"
    allot 0 run my.cfg
    not_complained "warning"
    printed "Who ships when, if two teams share one pool by priority and closeness to
release?"
    allot 0 chart out/my
    complains "$NOT_ONE_RUN"
    prints "$(pictures out/my/charts svg "${ONE_RUN[@]}")"
    is_file out/my/charts/{allocation,projects}.{csv,svg}
}

@test "what its comments promise works" {
    allot 0 init my.cfg
    allot 0 run my.cfg -s rule.divide=max-min -q
    allot 0 run my.cfg -a max-min -q
    allot 0 run my.cfg -a "no delivery" -q
    allot 0 list settings
    allot 0 list divisions
    allot 0 list happenings
}

@test "its lines fit a terminal of 90 columns" {
    allot 0 init my.cfg
    awk 'length > 90 { print; bad = 1 } END { exit bad }' my.cfg || fail "too wide"
}

@test "nothing is overwritten" {
    echo precious >my.cfg
    allot 73 init my.cfg
    complains "my.cfg: error: exists already: nothing is overwritten
    hint: allot init ANOTHER-NAME.cfg"
    [ "$(cat my.cfg)" = precious ] || fail "overwritten"
    mkdir dir
    allot 73 init dir
    ln -s nowhere link
    allot 73 init link
    is_gone nowhere
    holds . "dir link my.cfg"
}

@test "a directory that is not there" {
    allot 73 init no/where/my.cfg
    complained "no/where/my.cfg: error: cannot be created: No such file or directory"
    holds . ""
}
