#!/bin/bash
# Sums what the programs of a build with V=cov have reached since its counts were deleted.
#
#   tests/support/coverage.sh BUILD
#
# Prints a row for each directory of sim/ and one for all: lines reached, branches taken
# (each outcome of a condition is one, as gcov counts them; that a CHECK fails is one, too).
# What was not reached stands in BUILD/unreached, as in a compiler's messages.
set -u

cd "$(dirname "$0")/../.." || exit 1
build=$1
printf '%-12s %25s  %25s\n' "" "lines reached" "branches taken"
find "$build" -name '*.o' -not -path "$build/tests/*" | sort |
    xargs gcov -b -c -t 2>/dev/null | LC_ALL=C awk -v unreached="$build/unreached" '
    function tell(what) {
        print file ":" line ": " what ": " code >unreached
    }
    # "branch  1 taken 7", "branch  1 never executed"; the same in calls is of no interest.
    is_ours && /^branch/ {
        branches[dir]++
        if ($3 == "taken" && $4 > 0) taken[dir]++
        else if (is_reached) tell("branch " $2 " not taken")
    }
    /^ *[-#=0-9*]+: *[0-9]+:/ {
        count = $0; sub(/^ */, "", count); sub(/:.*/, "", count)
        line = $0; sub(/^ *[^:]*: */, "", line); sub(/:.*/, "", line)
        code = $0; sub(/^ *[^:]*: *[0-9]+:[ \t]*/, "", code)
        if (line == 0 && code ~ /^Source:/) {
            file = substr(code, 8); split(file, part, "/")
            is_ours = file ~ /^sim\//; dir = part[1] "/" part[2]
        }
        if (!is_ours || count == "-") next
        lines[dir]++
        is_reached = count !~ /[#=]/
        if (is_reached) reached[dir]++
        else tell("not reached")
    }
    function row(name, n, of, m, all) {
        printf "%-12s %6d of %6d %6.1f %%  %6d of %6d %6.1f %%\n", name, n, of,
            of ? 100 * n / of : 0, m, all, all ? 100 * m / all : 0 | "sort"
    }
    END {
        for (dir in lines) {
            row(dir, reached[dir], lines[dir], taken[dir], branches[dir])
            n += reached[dir]; of += lines[dir]; m += taken[dir]; all += branches[dir]
        }
        close("sort")
        row("sim", n, of, m, all)
    }'
