#!/usr/bin/env bats
# The commands of README.md work, in their order: those that begin with ./allot or allot,
# or with printf or sqlite3, in blocks for the shell and in the text; and those in Python.

setup() {
    load helper
    [ -f "$ROOT/README.md" ] || skip "there is no README.md yet"
    ln -s "$ALLOT" allot
    ln -s "$SCENARIOS" scenarios
    ln -s "$ROOT/docs" docs
    PATH=$PWD:$PATH
}

# What stands in the blocks, a command a line.
commands_in_blocks() {
    awk '
        /^[ \t]*```/ { inside = !inside && /```(sh|bash|console|shell)?[ \t]*$/; next }
        inside { sub(/^[ \t]*\$ /, ""); if (/^(\.\/)?allot / || /^(printf|sqlite3) /) print }' "$ROOT/README.md"
}

# What stands in backquotes within a line of text, begins with ./ as a command to be typed
# does, and has no place for something else.
commands_in_text() {
    awk '
        /^[ \t]*```/ { inside = !inside; next }
        !inside {
            n = split($0, span, "`")
            for (i = 2; i < n + (n % 2); i += 2)
                if (span[i] ~ /^\.\/allot [a-z]/ && span[i] !~ /[A-Z][A-Z]|…|\.\.\./)
                    print span[i]
        }' "$ROOT/README.md"
}

@test "the commands in blocks" {
    commands_in_blocks >commands
    [ -s commands ] || fail "README.md shows no command"
    local command needs_gnuplot=0
    while IFS= read -r command; do
        if [[ $command == *"allot chart"* ]] && ! command -v gnuplot >/dev/null; then
            needs_gnuplot=1
            continue
        fi
        # -q does not change what they do.
        run --separate-stderr bash -c "$command"
        [ "$status" -eq 0 ] || fail "exit status $status: $command"
    done <commands
    awk '/^```/ { inside = /^```python/; next } inside' "$ROOT/README.md" >shown.py
    if command -v python3 >/dev/null; then
        python3 shown.py >printed || fail "README.md's Python does not run"
        [ "$(grep -o "max-min" printed | wc -l)" -eq 20 ] || fail "$(cat printed)"
    fi
    [ $needs_gnuplot -eq 0 ] || skip "gnuplot is not there: the charts were left out"
}

@test "the commands in the text" {
    allot 0 init my.cfg -q
    commands_in_text >commands
    local command
    while read -r command; do
        run --separate-stderr bash -c "$command"
        [ "$status" -eq 0 ] || fail "exit status $status: $command"
    done <commands
}

@test "the scenario that it shows is one" {
    awk '
        /^[ \t]*```/ { if (inside && is_scenario) exit; inside = !inside; is_scenario = 0; text = ""; next }
        inside { text = text $0 "\n"; if (/^start = /) is_scenario = 1 }
        END { printf "%s", text }' "$ROOT/README.md" >shown.cfg
    [ -s shown.cfg ] || skip "README.md shows no scenario"
    allot 0 run shown.cfg
    not_complained warning
}

@test "the files that it names are there" {
    local path
    while read -r path; do
        [ -e "$ROOT/${path%.}" ] || fail "no $path"
    done < <(grep -oE '(scenarios|docs|tests|plots|sim|include)/[A-Za-z0-9_./-]+' \
        "$ROOT/README.md" | sort -u)
    # And it names every scenario.
    for path in "$SCENARIOS"/*.cfg; do
        grep -qF "scenarios/$(basename "$path")" "$ROOT/README.md" || fail "does not name $path"
    done
}

@test "the exit statuses that it names are those of the design" {
    local status
    for status in 64 65 66 69 73 74 130; do
        grep -qwE "$status" "$ROOT/README.md" || fail "no $status"
    done
}

# The page of scenarios is made by `make gallery`; its numbers are those of that day's worlds.
@test "the page of scenarios holds every question and every chart" {
    page=$SCENARIOS/README.md
    for scenario in "$SCENARIOS"/*.cfg; do
        name=$(basename "$scenario" .cfg)
        question=$(sed -n '1s/^# *//p' "$scenario")
        grep -qxF "## $name" "$page" || fail "$name is not on it: make gallery"
        grep -qxF "**$question**" "$page" || fail "the question of $name is not: make gallery"
        is_file "$SCENARIOS/charts/$name.svg"
    done
    while IFS= read -r chart; do
        is_file "$SCENARIOS/$chart"
    done < <(sed -n 's/^!\[.*\](\(.*\))$/\1/p' "$page")
}
