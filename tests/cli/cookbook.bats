#!/usr/bin/env bats
# docs/cookbook.md: its commands print today what stands there.

setup() { load helper; }

@test "the commands of the cookbook print what it shows" {
    command -v gnuplot >/dev/null || skip "gnuplot is not there"
    "$ROOT/docs/cookbook.sh" "$ALLOT" >page
    run diff "$ROOT/docs/cookbook.md" page
    [ "$status" -eq 0 ] || fail "docs/cookbook.md is not up to date: make docs"
}

@test "each task of the cookbook has a command that prints something" {
    awk '
        /^## / { if (task != "" && !has_output) print task; task = $0; has_output = 0 }
        /^```console/ { inside = 1; next }
        /^```/ { inside = 0 }
        inside && !/^\$ / { has_output = 1 }
        END { if (!has_output) print task }' "$ROOT/docs/cookbook.md" >bare
    [ ! -s bare ] || fail "$(cat bare)"
    [ "$(grep -c '^## ' "$ROOT/docs/cookbook.md")" -ge 10 ] || fail "fewer than ten tasks"
}
