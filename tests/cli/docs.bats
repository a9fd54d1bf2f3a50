#!/usr/bin/env bats
# docs/story.md: every setting, test and scenario that it names exists, and the scenario
# uses the setting.

setup() { load helper; }

# number|settings|tests|scenarios, each what stands in backquotes, with ; between.
rows() {
    awk -F ' *[|] *' '
        function spans(cell,   n, part, i, all) {
            n = split(cell, part, "`")
            for (i = 2; i < n + (n % 2); i += 2) all = all (i > 2 ? ";" : "") part[i]
            return all
        }
        /^[|] [0-9]+ [|]/ { print $2 "|" spans($4) "|" spans($5) "|" spans($6) }' \
        "$ROOT/docs/story.md"
}

# A scenario with the presets that it includes.
text_of() {
    local preset
    sed 's/#.*//' "$ROOT/$1"
    sed -n 's/.*@include "\([^"]*\)".*/\1/p' "$ROOT/$1" | while IFS= read -r preset; do
        sed 's/#.*//' "$ROOT/scenarios/$preset"
    done
}

@test "the story has 32 mechanisms, each with a setting, a test and a scenario" {
    rows >story
    [ "$(cut -d '|' -f 1 story | paste -sd ' ')" = "$(seq -s ' ' 32)" ] || fail "$(cut -d '|' -f 1 story)"
    ! grep -E '\|(\||$)' story || fail "something is missing"
}

@test "the settings that the story names are settings" {
    rows >story
    allot 0 list settings
    echo "$output" >settings
    allot 0 list happenings
    awk '{ print $1 }' <<<"$output" >happenings
    cut -d '|' -f 2 story | tr ';' '\n' | sort -u >named
    while IFS= read -r setting; do
        case $setting in
        'do = "'*) grep -qxF "$(cut -d '"' -f 2 <<<"$setting")" happenings ;;
        *) grep -qxF "$setting" settings ;;
        esac || fail "no setting $setting"
    done <named
}

@test "the tests that the story names are tests, and run" {
    rows >story
    cut -d '|' -f 3 story | tr ';' '\n' | paste -d ' ' - - | sort -u >named
    while read -r file name; do
        [ -f "$ROOT/$file" ] || fail "no $file"
        grep -qE "^static void $name\(void \*\*state\)" "$ROOT/$file" || fail "no $name in $file"
        grep -qE "cmocka_unit_test(_setup_teardown)?\(${name}[,)]" "$ROOT/$file" || fail "$name in $file does not run"
    done <named
}

@test "the scenarios that the story names use the settings" {
    rows >story
    while IFS='|' read -r number settings _ scenarios; do
        for scenario in ${scenarios//;/ }; do
            is_file "$ROOT/$scenario"
            text_of "$scenario" >text
            while IFS= read -r setting; do
                case $setting in
                'do = '*) grep -qF "$setting" text ;;
                *) grep -qE "(^|[ {(])${setting##*.} *=" text ;;
                esac || fail "mechanism $number: $scenario does not use $setting"
            done < <(tr ';' '\n' <<<"$settings")
        done
    done <story
}
