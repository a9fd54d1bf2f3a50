#!/usr/bin/env bats
# What the documentation names is there: files, commands, options, settings.

setup() {
    load helper
    cd "$ROOT" || return 1
    pages=()
    local page
    for page in README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md docs/*.md; do
        [ ! -f "$page" ] || pages+=("$page")
    done
}

# What stands in backquotes within lines and, a line each, what stands in blocks; before it
# "PAGE:LINE:". A command that goes on after a backslash is one line.
code_of() {
    awk '
        FNR == 1 { in_block = 0 }
        /^[ \t]*```/ { in_block = !in_block; next }
        in_block {
            sub(/^[ \t]*\$ /, "")
            command = command $0
            if (sub(/\\$/, "", command)) next
            print FILENAME ":" FNR ":" command
            command = ""
            next
        }
        { n = split($0, span, "`")
          for (i = 2; i < n + (n % 2); i += 2) print FILENAME ":" FNR ":" span[i] }' "$@"
}

# Paths of this repository: in backquotes, blocks and plain text. A name in capitals, and X
# or NNNN, stand for something else; a star for any files.
paths_of() {
    awk '
        { line = $0
          while (match(line, /(^|[^A-Za-z0-9_.\/<-])(sim|include|tests|plots|scenarios|docs)\/[A-Za-z0-9_.\/*-]+/)) {
              path = substr(line, RSTART, RLENGTH)
              line = substr(line, RSTART + RLENGTH)
              sub(/^[^a-z]/, "", path); sub(/[.\/]+$/, "", path)
              if (path !~ /\/[A-Z]+(\/|\.|$)/ && path !~ /NNNN/ && substr(line, 1, 1) !~ /[<…{]/)
                  print FILENAME ":" FNR, path
          } }' "$@"
}

@test "every path exists" {
    [ ${#pages[@]} -ge 4 ] || fail "where is the documentation?"
    local at path n=0
    while read -r at path; do
        compgen -G "$path" >/dev/null || fail "$at: there is no $path"
        n=$((n + 1))
    done < <(paths_of "${pages[@]}")
    [ "$n" -gt 100 ] || fail "only $n paths found"
}

# The anchor that a heading has, as GitHub makes it.
anchors_of() {
    sed -n 's/^##* //p' "$1" | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

@test "every link leads to a page, and to a heading where it names one" {
    local page link file anchor n=0
    for page in "${pages[@]}"; do
        while IFS= read -r link; do
            file=${link%%#*} anchor=
            [[ $link != *#* ]] || anchor=${link#*#}
            [ -n "$file" ] || file=$(basename "$page")
            file=$(dirname "$page")/$file
            [ -e "$file" ] || fail "$page links to $link"
            [ -z "$anchor" ] || anchors_of "$file" | grep -qxF "$anchor" ||
                fail "$page links to $link, no such heading"
            n=$((n + 1))
        done < <(grep -oE '\]\([^)]+\)' "$page" | sed 's/^](//; s/)$//' | grep -vE '^[a-z]+:')
    done
    [ "$n" -gt 10 ] || fail "only $n links found"
}

# One line for each option that is shown with a command: "PAGE:LINE COMMAND OPTION".
options_of() {
    code_of "$@" | awk '
        { at = $0; sub(/:[^:]*$/, "", at); split($0, part, ":"); at = part[1] ":" part[2]
          text = substr($0, length(at) + 2)
          n = split(text, word, /[ \t]+/); command = ""; quote = ""
          for (i = 1; i <= n; i++) {
              if (quote != "") { if (index(word[i], quote)) quote = ""; continue }
              if (word[i] ~ /^([|;]|&&|\|\|)$/) command = ""
              if (word[i] ~ /(^|\/)allot$/ && word[i + 1] ~ /^[a-z]+$/) { command = word[++i]; continue }
              if (command == "") continue
              if (word[i] ~ /^--?[a-z][a-z-]*/) {
                  option = word[i]; sub(/[=,;.)].*$/, "", option)
                  print at, command, option
              }
              if (match(word[i], /["\047]/)) {
                  quote = substr(word[i], RSTART, 1)
                  if (index(substr(word[i], RSTART + 1), quote)) quote = ""
              }
              if (word[i] ~ /;$/) command = ""
          } }'
}

@test "every option that is shown is one of its command" {
    local at command option n=0 known=
    while read -r at command option; do
        [ "$known" = "$command" ] || help=$("$ALLOT" "$command" --help) ||
            fail "$at: there is no command allot $command"
        known=$command
        grep -qE -- "(^|[ ,])$option([ ,]|\$)" <<<"$help" ||
            fail "$at: allot $command has no $option"
        n=$((n + 1))
    done < <(options_of "${pages[@]}" | sort -t' ' -k2,2 -s)
    [ "$n" -gt 30 ] || fail "only $n options found"
}

@test "every command that is shown is one" {
    local at command n=0
    while read -r at command; do
        "$ALLOT" --help | grep -qE "^  $command " || fail "$at: there is no allot $command"
        n=$((n + 1))
    done < <(code_of "${pages[@]}" | grep -vF '…' | sed -nE \
        's/^([^:]+:[0-9]+):(\.\/)?allot ([a-z]+)( .*)?$/\1 \3/p')
    [ "$n" -gt 30 ] || fail "only $n commands found"
}

settings() {
    "$ALLOT" list settings | grep -E '^[a-z0-9_]+(\.[A-Za-z0-9_]+)*$' | sort -u
}

# In docs/model.md settings stand in backquotes, with their whole paths.
named_settings() {
    tr -d '\n' <docs/model.md | grep -oE 'Settings: [^.]*(\.[A-Za-z0-9_`, ][^.]*)*\.(Shown|#|$)' |
        grep -oE '`[A-Za-z0-9_.]+`' | tr -d '`' | grep -v '^scenarios/' | sort -u
}

@test "the model names settings that exist, and each that has a meaning of its own" {
    [ -f docs/model.md ] || fail "where is docs/model.md?"
    settings >"$BATS_TEST_TMPDIR/all"
    named_settings >"$BATS_TEST_TMPDIR/named"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/named")" -gt 150 ] || fail "few settings are named"
    run comm -13 "$BATS_TEST_TMPDIR/all" "$BATS_TEST_TMPDIR/named"
    [ -z "$output" ] || fail "there is no such setting"
    # Names and references, keys of happenings and the plan of a sweep are no submodel's;
    # what a group may have a team may too.
    sed 's/^groups\./teams./' "$BATS_TEST_TMPDIR/named" | sort -u >"$BATS_TEST_TMPDIR/known"
    run comm -13 "$BATS_TEST_TMPDIR/known" <(sed 's/^groups\./teams./' "$BATS_TEST_TMPDIR/all" |
        grep -vE '\.(name|pool|project|team|group|topic|person|months_back)$' |
        grep -vE '\.ratings\.SUBJECT\.kind$|^(sweep|alternatives)\.' |
        grep -vE '^happenings\.NAME\.(gpus|days|from|people|fraction|hours|step|path|value)$' |
        sort -u)
    [ -z "$output" ] || fail "docs/model.md does not name them"
}

@test "tables that the program can tell are up to date" {
    run "$ROOT/docs/update.sh" --check "$ALLOT"
    [ "$status" -eq 0 ] || fail "docs/update.sh has something to write: make docs"
}

@test "every list of the program has its place" {
    local file
    "$ALLOT" list columns | cut -d' ' -f1 | sort -u >"$BATS_TEST_TMPDIR/files"
    while read -r file; do
        grep -qxF "<!-- made by docs/update.sh: columns $file -->" docs/file-formats.md ||
            fail "docs/file-formats.md has no columns of $file"
    done <"$BATS_TEST_TMPDIR/files"
}

@test "the questions in SQL are answered" {
    command -v sqlite3 >/dev/null || skip "sqlite3 is not there"
    cd "$BATS_TEST_TMPDIR" || return 1
    allot 0 init my.cfg -q
    allot 0 sweep my.cfg -q -n 2 --vary rule.divide=weighted,max-min -o sweep
    awk '/^```/ { inside = /^```sql/; next } inside' "$ROOT/docs/file-formats.md" |
        awk '/^SELECT/ { on = 1 } on { text = text $0 " " } /;$/ && on { print text; text = ""; on = 0 }' >asked
    [ "$(wc -l <asked)" -ge 4 ] || fail "few questions"
    local question
    while IFS= read -r question; do
        run sqlite3 sweep/sweep.sqlite "$question"
        [ "$status" -eq 0 ] && [ -n "$output" ] || fail "no answer to: $question"
    done <asked
}
