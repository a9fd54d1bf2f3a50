# shellcheck shell=bash
# For the tests of lint and of the analysers, which source it: a folder of their own, $work,
# and a count of checks.

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
n_passed=0
n_failed=0

# check NAME STATUS: whether it is 0; if not, what stands in $work/out is shown.
check() {
    if [ "$2" = 0 ]; then
        n_passed=$((n_passed + 1))
        echo "ok    $1"
    else
        n_failed=$((n_failed + 1))
        echo "FAIL  $1"
        sed 's/^/      | /' "$work/out"
    fi
}

# The count, as the last line and the exit status.
checks_end() {
    echo "$n_passed passed, $n_failed failed"
    [ "$n_failed" -eq 0 ]
}
