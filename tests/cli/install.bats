#!/usr/bin/env bats
# What make install puts where, and that it works from there.

setup() {
    load helper
    INSTALL=$ROOT/docs/install
}

@test "an installed tree works, may be moved, and goes away whole" {
    mkdir -p staging
    "$INSTALL/install.sh" "$ALLOT" "$PWD/staging/usr/local" >said
    grep -qF "allot is in $PWD/staging/usr/local/bin" said || fail "$(cat said)"
    mv staging/usr/local moved
    ALLOT=$PWD/moved/bin/allot
    cp moved/share/doc/allot/scenarios/centre-ledgers.cfg x.cfg
    allot 0 run x.cfg -a slurm -q --out r
    allot 0 chart r --only allocation
    [ -s r/charts/allocation.svg ] || fail "no chart"
    allot 0 list presets
    printed "slurm"
    allot 0 run moved/share/doc/allot/scenarios/own-rules.cfg -q --out s
    allot 0 report r -o r.html
    [ -s r.html ] || fail "no report"
    "$INSTALL/install.sh" --remove "$PWD/moved"
    [ -z "$(find moved -type f)" ] || fail "left: $(find moved -type f)"
}

@test "make install heeds PREFIX and DESTDIR" {
    make -C "$ROOT" -n install PREFIX=/opt/x DESTDIR=/tmp/y >said
    grep -qF '"/tmp/y/opt/x"' said || fail "$(cat said)"
    make -C "$ROOT" -n uninstall PREFIX=/opt/x DESTDIR=/tmp/y >said
    grep -qF -- '--remove "/tmp/y/opt/x"' said || fail "$(cat said)"
}

@test "the manual pages hold every command, option and setting" {
    "$INSTALL/man.sh" "$ALLOT" pages
    local page name
    if command -v man >/dev/null; then
        for page in pages/*; do
            man --warnings -E UTF-8 -l "$page" >text.txt 2>warnings
            [ ! -s warnings ] || fail "$page: $(cat warnings)"
        done
    fi
    sed 's/\\-/-/g; s/\\&//g; s/\\e/\\/g' pages/allot.1 >program.txt
    for name in $("$ALLOT" --help | awk '/^  [a-z]+ +[A-Z[]/ { print $1 }'); do
        "$ALLOT" "$name" --help | tail -n +2 | grep -v '^$' >help.txt
        grep -vxFf program.txt help.txt && fail "allot $name --help is not in the page"
    done
    sed 's/\\-/-/g; s/\\&//g; s/^\.B //' pages/allot-scenario.5 >scenario.txt
    "$ALLOT" list settings | grep -E '^[a-z_]+[a-zA-Z_.-]*$' >settings.txt
    [ "$(wc -l <settings.txt)" -gt 100 ] || fail "too few settings"
    ! grep -vxFf scenario.txt settings.txt || fail "settings that are not in the page"
}

@test "bash completes commands, options, kinds, settings" {
    "$INSTALL/completion.sh" "$ALLOT" made
    # What bash offers for a line, of which the last word is to be completed.
    offers() {
        bash --norc -c '
            compopt() { :; }
            source made/allot.bash
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            _allot
            printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
    }
    same <(offers allot sw) <(echo sweep)
    same <(offers allot run --repl) <(printf '%s\n' --replications --replication)
    same <(offers allot list fact) <(echo factors)
    same <(offers allot chart x --theme d) <(echo dark)
    same <(offers allot run x.cfg -s rule.div) <(echo rule.divide=)
    same <(offers allot divide talm) <(echo talmud)
    touch my.cfg
    same <(offers allot run my) <(echo my.cfg)
}

@test "zsh and fish take their completions" {
    "$INSTALL/completion.sh" "$ALLOT" made
    local shell
    grep -q "'sweep:" made/_allot
    grep -q "__fish_seen_subcommand_from sweep' -l dry-run" made/allot.fish
    for shell in "zsh made/_allot" "fish made/allot.fish"; do
        if command -v "${shell% *}" >/dev/null; then
            "${shell% *}" -n "${shell#* }" || fail "$shell"
        fi
    done
}
