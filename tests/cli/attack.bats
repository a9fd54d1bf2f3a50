#!/usr/bin/env bats
# Attacks by what somebody else wrote, a test each. More of them stand elsewhere:
#
#   names, in every file, chart and page      names.bats
#   scripts in Lua, formulas                  script.bats, tests/unit/test_sandbox.c
#   scenarios: FIFOs, devices, includes       bad_input.bats
#   accounting: packed bombs, long lines      import.bats
#   --jail: includes, tables, scripts, links  check.bats, script.bats, and here
#   files in place of ours, links             io.bats, and here
#   a gnuplot that hangs or writes nonsense   chart.bats, tests/unit/test_gnuplot.c

setup() { load helper; }

# Results of a run, a comparison and a sweep, which a stranger then changes.
results() {
    base >x.cfg
    allot 0 run x.cfg -q --out run
    allot 0 compare x.cfg --alt 'more:pools.h100.gpus=80' --metric released:Segment -n 2 -q --out compared
    allot 0 sweep x.cfg --vary pools.h100.gpus=32,64 -n 2 -q --out swept
}

# Ends with this status within seconds, and says this.
#   ends STATUS MESSAGE ARGUMENT...
ends() {
    local expected=$1 message=$2
    shift 2
    run --separate-stderr timeout -k 1 20 "$ALLOT" "$@"
    [ "$status" -eq "$expected" ] || fail "exit status $status, should be $expected: allot $*"
    complained "$message"
    [ "$(grep -c 'error:' <<<"$stderr")" -eq 1 ] || fail "one error: allot $*"
}

# A change of a store's rows or tables, with its checks off.
sql() {
    python3 -c '' 2>/dev/null || skip "python3 is not there"
    python3 - "$1" "$2" <<'END'
import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
base.executescript(sys.argv[2])
base.commit()
END
}

# ---- a directory of results ----

@test "results: a FIFO or a device in place of a file does not hang or fill the memory" {
    results
    local file
    for file in run/run.json run/outcomes.csv compared/run.json compared/comparison.csv; do
        cp -r "${file%/*}" h
        rm "h/${file#*/}"
        mkfifo "h/${file#*/}"
        ends 66 "h/${file#*/}: error: cannot be read: it is no regular file" report h --format text
        rm "h/${file#*/}"
        ln -s /dev/zero "h/${file#*/}"
        ends 66 "h/${file#*/}: error: cannot be read: it is no regular file" report h --format text
        rm -r h
    done
    # Where a run is to go, that is no run.
    cp -r run h
    rm h/run.json
    mkfifo h/run.json
    ends 73 "holds no run: nothing is overwritten" run x.cfg -q --out h
}

@test "results: numbers in run.json ask for no memory" {
    results
    local change
    while IFS='|' read -r change message; do
        cp -r run h
        sed -E "$change" run/run.json >h/run.json
        ! cmp -s run/run.json h/run.json || fail "nothing changed: $change"
        ends 65 "$message" report h --format text
        rm -r h
    done <<'END'
s/"months": 3/"months": 1000000000000/|h/run.json: error: has more than 1200 months
s/"months": 3/"months": -3/|h/run.json: error: has more than 1200 months
s/"months": 3/"months": 99999999999999999999999/|h/run.json:
s/"replications": 1,/"replications": 1000000000000,/|h/run.json: error: has more than 10000000 replications
s/"replications": 1,/"replications": -1,/|h/run.json: error: has more than 10000000 replications
s/"replications": 1,/"replications": 10000000,/|h/outcomes.csv: error: has room for more than 67108864 values
s/"replications": 1,/"replications": 0,/|h/run.json: error: is no record of a run
END
    cp -r run h
    awk 'BEGIN { for (i = 0; i < 100000; i++) printf "["; print "" }' >h/run.json
    ends 65 "h/run.json:1: error: is no JSON: " report h --format text
}

@test "results: a yes or no that is another number" {
    results
    local value
    base | sed 's/^months = 3;/months = 12;/' >x.cfg
    allot 0 run x.cfg -n 3 -q --out run
    grep -q '^1,,released,project,Segment,1$' run/outcomes.csv || fail "not as it was"
    for value in -1 5 1e308 0.5; do
        rm -rf h
        cp -r run h
        sed -i "s/^1,,released,project,Segment,1$/1,,released,project,Segment,$value/" h/outcomes.csv
        run --separate-stderr "$ALLOT" report h --format text
        [ "$status" -eq 0 ] || [ "$status" -eq 65 ] || fail "$value: exit status $status"
    done
}

@test "results: nothing is written through a link in place of charts, or removed" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    results
    mkdir victim
    echo precious | tee victim/allocation.csv victim/allocation.svg >victim/pools.csv
    ln -s ../victim run/charts
    ends 73 "run/charts: error: is a link: nothing is written through it" chart run
    ln -s ../victim run/report-files
    ends 73 "run/report-files: error: is a link: nothing is written through it" \
        report run --format md
    rm -r run/report-files
    ln -s ../victim run/report-files
    allot 0 run x.cfg -q --out run
    ln -s ../victim/pools.csv run/report.html
    allot 0 report run -q
    [ "$(sort -u victim/*)" = precious ] && holds victim "allocation.csv allocation.svg pools.csv"
}

@test "results: texts in them do not reach the terminal, a page or a chart as code" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    results
    local evil='\\u001b]0;title\\u0007\\u202e\\u009b31m<script>`touch ran`$(touch ran)@x{/Bold y}' format
    sed -E 's~"(question|rule|scenario|division)": "[^"]*"~"\1": "EVIL"~' run/run.json |
        awk -v evil="$evil" '{ i = index($0, "EVIL"); print i ? substr($0, 1, i - 1) evil substr($0, i + 4) : $0 }' >new
    ! cmp -s new run/run.json || fail "nothing changed"
    mv new run/run.json
    sed -i "s~Vision~=cmd|' \`touch ran\`<script>~; s~Segment~$(printf '\033[31m\302\233')<script>~" run/*.csv
    for format in text html md; do
        run --separate-stderr "$ALLOT" report run --format $format
        [[ $output$stderr != *$'\e'* && $output$stderr != *$'\u202e'* && $output$stderr != *$'\u009b'* ]] ||
            fail "$format: raw"
    done
    run --separate-stderr "$ALLOT" chart run
    [[ $output$stderr != *$'\e'* ]] || fail "chart: raw"
    ! grep -l '<script' run/report.html run/charts/*.svg || fail "markup"
    ! grep -l $'[\e\a]\|\u202e' run/report.* run/charts/*.svg || fail "control characters"
    is_gone ran run/ran run/charts/ran
}

# ---- a store ----

@test "store: a FIFO, a device, a link in its place or beside it" {
    results
    cp -r swept h
    rm h/sweep.sqlite
    mkfifo h/sweep.sqlite
    ends 66 "cannot be opened: it is no regular file" report h --format text
    ends 73 "cannot be opened: it is no regular file" sweep x.cfg --vary pools.h100.gpus=32,64 -q --out h
    rm h/sweep.sqlite
    ln -s /dev/zero h/sweep.sqlite
    ends 66 "cannot be opened: it is no regular file" export h -q --out e
    rm h/sweep.sqlite
    ln -s ../swept/sweep.sqlite h/sweep.sqlite
    ends 73 "is a link: nothing is written through it" \
        sweep x.cfg --vary pools.h100.gpus=32,64 -q --fresh --out h
    rm h/sweep.sqlite
    local beside
    for beside in -journal -wal -shm; do
        cp swept/sweep.sqlite h
        mkfifo h/sweep.sqlite$beside
        ends 66 "cannot be opened: $beside beside it is none" report h --format text
        rm h/sweep.sqlite$beside
        ln -s "$PWD/x.cfg" h/sweep.sqlite$beside
        ends 66 "cannot be opened: $beside beside it is none" report h --format text
        rm h/sweep.sqlite$beside
    done
}

# SQLite removes the file that a left journal names as that of a transaction over several.
@test "store: a journal that has a file of the user's removed" {
    python3 -c '' 2>/dev/null || skip "python3 is not there"
    results
    echo precious >precious
    python3 - swept/sweep.sqlite "$PWD/precious" <<'END'
import os, struct, sys
path, victim = sys.argv[1], sys.argv[2].encode()
size = struct.unpack(">H", open(path, "rb").read()[16:18])[0]
magic = bytes.fromhex("d9d505f920a163d7")
n_pages = os.path.getsize(path) // size
head = (magic + struct.pack(">IIIII", 0, 0, n_pages, 512, size)).ljust(512, b"\0")
total = sum(b if b < 128 else b - 256 for b in victim) & 0xFFFFFFFF
tail = struct.pack(">I", 0x40000000 // size + 1) + victim
tail += struct.pack(">II", len(victim), total) + magic
open(path + "-journal", "wb").write(head + tail)
END
    ends 65 "has a journal that names other files, which is not ours" report swept --format text
    mkdir g
    cp swept/sweep.sqlite g/shard-1.sqlite
    cp swept/sweep.sqlite-journal g/shard-1.sqlite-journal
    ends 65 "has a journal that names other files, which is not ours" gather g
    ends 65 "has a journal that names other files, which is not ours" \
        sweep x.cfg --vary pools.h100.gpus=32,64 -n 2 -q --out swept
    [ "$(cat precious)" = precious ] || fail "it is gone"
}

@test "store: triggers, views, indices and tables of somebody else's" {
    results
    local change
    while read -r change; do
        cp -r swept h
        sql h/sweep.sqlite "$change"
        ends 65 "h/sweep.sqlite: error: holds other tables than those of a sweep's store" \
            report h --format text
        ends 65 "holds other tables" sweep x.cfg --vary pools.h100.gpus=32,64 -n 3 -q --out h
        mkdir g
        cp swept/sweep.sqlite g/shard-1.sqlite
        cp h/sweep.sqlite g/shard-2.sqlite # that is attached
        ends 65 "g/shard-2.sqlite: error: holds other tables" gather g
        rm -r h g
    done <<'END'
CREATE TRIGGER t AFTER INSERT ON results BEGIN DELETE FROM results; END;
CREATE INDEX i ON results(abs(value));
CREATE TABLE more(x);
DROP VIEW outcomes; CREATE VIEW outcomes AS SELECT 1;
DROP TABLE paths; CREATE VIEW paths AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i AS setting, 'x' AS path FROM n;
CREATE VIRTUAL TABLE v USING fts4(x);
END
}

@test "store: numbers that point outside of arrays, texts that are none" {
    results
    local change message
    while IFS='|' read -r change message; do
        cp -r swept h
        sql h/sweep.sqlite "$change"
        ends 65 "h/sweep.sqlite: error: is no whole store: $message" report h --format text
        rm -r h
    done <<'END'
UPDATE names SET outcome = -1 WHERE outcome = 1|it numbers an outcome
UPDATE names SET outcome = 1000000000000000 WHERE outcome = 1|it numbers an outcome
UPDATE design SET point = 77|its design names a point that is not there
DELETE FROM points|its design names a point that is not there
END
    cp -r swept h
    sql h/sweep.sqlite "UPDATE words SET value = '99999999999999999999' WHERE key = 'replications'; UPDATE words SET value = x'00ff' WHERE key = 'question'"
    run --separate-stderr timeout 20 "$ALLOT" report h --format text
    [ "$status" -le 74 ] || fail "exit status $status"
}

@test "store: cells of the wrong type, none, huge or negative, in every column" {
    python3 -c '' 2>/dev/null || skip "python3 is not there"
    results
    run --separate-stderr python3 "$ROOT/tests/support/bad_stores.py" "$ALLOT" swept
    [ "$status" -eq 0 ] || fail "not all end well"
}

@test "store: names in it become no formulas and no escape codes" {
    results
    sql swept/sweep.sqlite "UPDATE names SET subject = '=cmd|'' /C calc''!A0' WHERE kind = 'team'; UPDATE points SET message = char(27) || '[31m'; UPDATE words SET value = char(27) || ']0;x' WHERE key IN ('scenario', 'question')"
    allot 0 export swept -q --out e
    ! grep -E '(^|,)"?[=@]' e/*.csv || fail "a formula"
    grep -q "\"'=cmd|' /C calc'!A0\"" e/points.csv || fail "not told"
    run --separate-stderr "$ALLOT" report swept --format text
    [[ $output$stderr != *$'\e'* ]] || fail "raw"
}

# ---- a jail ----

@test "jail: a sweep's list of points outside is not read, by name or by link" {
    mkdir in
    printf 'pools.h100.gpus\nsecret\n' >secret.csv
    { base; echo 'sweep = { design = "list"; file = "../secret.csv"; };'; } >in/x.cfg
    ends 66 "cannot be read: it is missing or lies outside 'in'" sweep in/x.cfg -q --jail in --out s
    not_complained "secret'"
    ln -s ../secret.csv in/link.csv
    ends 66 "lies outside 'in'" sweep in/x.cfg -q --jail in --points-file link.csv --out s
    printf 'pools.h100.gpus\n32\n' >in/points.csv
    sed -i 's|../secret.csv|points.csv|' in/x.cfg
    allot 0 sweep in/x.cfg -n 1 -q --jail in --out s
}

@test "jail: a file that is swapped for a link all the time is never followed out" {
    mkdir in
    base >in/x.cfg
    echo 'secret = "hunter2";' >secret.cfg
    echo 'months = 3;' >in/inside.cfg
    sed -i 's/^months = 3;/@include "part.cfg"/' in/x.cfg
    (
        for _ in {1..300}; do
            ln -sf inside.cfg in/new && mv -T in/new in/part.cfg
            ln -sf ../secret.cfg in/new && mv -T in/new in/part.cfg
        done
    ) &
    local swapper=$!
    for _ in {1..60}; do
        run --separate-stderr "$ALLOT" check in/x.cfg --jail in
        [[ $output$stderr != *hunter2* && $stderr != *"'secret'"* ]] || fail "read"
    done
    wait $swapper
}

# ---- files that never end ----

@test "endless: a device in place of any file that a command reads" {
    base >x.cfg
    local what
    while read -r what; do
        # shellcheck disable=SC2086 # words
        ends 66 "/dev/zero: error: " $what
        complained "it is n"
    done <<'END'
check /dev/zero
run /dev/zero -q
compare /dev/zero -q
sweep /dev/zero -q
sweep x.cfg -q --points-file /dev/zero
explain /dev/zero --month 2025-01
divide max-min /dev/zero --capacity 10
import sacct /dev/zero --out o
import swf /dev/zero --out o
import itp /dev/zero --out o
import helios-quota /dev/zero --out o
import csv /dev/zero --columns team=a,gpus=b,start=c,end=d --out o
import sacct x.cfg --accounts /dev/zero --out o
END
    is_gone o
}

@test "endless: a pipe that never ends in a line" {
    local kind
    for kind in sacct swf itp helios-quota "csv --columns team=a,gpus=b,start=c,end=d"; do
        # shellcheck disable=SC2086 # words
        ends 65 "the line does not end within 268435456 bytes: this is no text" \
            import $kind - --out o </dev/zero
    done
    mkfifo pipe
    cat /dev/zero >pipe 2>/dev/null &
    ends 65 "pipe:1: error: the line does not end within" import swf pipe --out o
    ends 65 "standard input: error: is too large: at most 268435456 bytes are read" \
        divide max-min - --capacity 10 </dev/zero
    is_gone o
}

# ---- limits, each with its message ----

@test "limits: months, replications, claims, values of a scenario, points of a sweep" {
    base >x.cfg
    ends 65 "months is 1201, must be 1 to 1200" check x.cfg -s months=1201
    ends 64 "must be a whole number from 1 to 10000000" run x.cfg -n 10000001
    {
        echo name,request
        awk 'BEGIN { for (i = 0; i <= 1000000; i++) print "c" i ",1" }'
    } >claims.csv
    ends 65 "1000000" divide max-min claims.csv --capacity 10
    awk 'BEGIN { print "start = \"2025-01\"; months = 1; teams = ["
        for (i = 0; i < 200001; i++) printf "%s1", i ? "," : ""
        print "];" }' >y.cfg
    ends 65 "200000" check y.cfg
    ends 64 "too many to hold" sweep x.cfg --vary months=1:1200:1 \
        --vary pools.h100.gpus=1:10000:1 -n 1 -q --out s
}
