#!/bin/bash
# Shows that analyse.sh finds what it is there for: a tiny tree without a fault passes, and
# a fault put into it is found by its tool and on its line. A tool that is missing is
# passed over.
#
# shellcheck disable=SC2016 # what is put into files stands in single quotes
set -u

lint=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/lint/checks.sh
. "$(dirname "$0")/checks.sh"
export FLAGS="-std=c11 -D_GNU_SOURCE -Iinclude"
unset PROGRAM

tiny_tree() {
    rm -rf "$work/sim" "$work/tests"
    mkdir -p "$work"/{.ci,docs,include/base,scenarios,sim/base,tests/lint}
    cp "$lint"/analyse.sh "$lint"/accepted.awk "$lint"/clang-tidy.yaml "$lint"/cppcheck.xml \
        "$work/tests/lint"
    echo '# none' >"$work/tests/lint/accepted.txt"
    printf '#!/bin/sh\necho "$1"\n' >"$work/tests/good.sh"
    printf 'int house(void);\n\nint house(void)\n{\n    return 1;\n}\n' >"$work/sim/base/house.c"
}

# Runs a tool on the tree as it is, which has to find just this; nothing if it is "".
#   expect NAME TOOL "FILE:LINE: ...CHECK]"
expect() {
    local status
    "$work/tests/lint/analyse.sh" "$2" >"$work/out" 2>&1
    status=$?
    if [ -z "$3" ]; then
        [ "$status" -eq 0 ] && [ "$(wc -l <"$work/out")" -eq 1 ]
    else
        [ "$status" -eq 1 ] && [[ $(<"$work/out") == ${3%% *}*"${3#* }"$'\n'"analyse: "*", 1 findings" ]]
    fi
    check "$1" "$?"
}

# A fault is found, found again in what is kept, and may be accepted; a row that fits
# nothing, or is none, is a finding.
#   fault TOOL FILE LINE CHECK, and the file from standard input
fault() {
    local row="$1 | $4 | ${2%/*}/*.${2##*.}"
    tiny_tree
    expect "$1: a tree without a fault passes" "$1" ""
    cat >"$work/$2"
    expect "$1: $4 is found" "$1" "$2:$3: $4]"
    expect "$1: and the second time" "$1" "$2:$3: $4]"
    echo "$row | - | a reason" >"$work/tests/lint/accepted.txt"
    expect "$1: it is accepted" "$1" ""
    echo "$row | not there | a reason" >"$work/tests/lint/accepted.txt"
    "$work/tests/lint/analyse.sh" "$1" >"$work/out"
    [ "$(grep -c "^$2:$3: .*$4\]\$\|^tests/lint/accepted.txt:1: .*\[accepted\]\$" "$work/out")" -eq 2 ]
    check "$1: on another line it is not, and the row is a finding" "$?"
}

is_there() {
    command -v "$1" >/dev/null 2>&1 || {
        echo "analyse_selftest: $1 is not there, it is not tested" >&2
        return 1
    }
}

if is_there shellcheck; then
    fault shell tests/bad.sh 2 SC2086 <<'END'
#!/bin/sh
echo $1
END
    tiny_tree
    printf '#!/usr/bin/env bats\n@test "x" {\n    rm $a\n}\n' >"$work/tests/bad.bats"
    echo 'shell | SC2154 | tests/*.bats | - | a reason' >"$work/tests/lint/accepted.txt"
    expect "shell: a test of bats" shell "tests/bad.bats:3: SC2086]"
    tiny_tree
    echo 'shell | SC2086 | tests/*.sh | - | ' >"$work/tests/lint/accepted.txt"
    expect "a row without a reason" shell "tests/lint/accepted.txt:1: accepted]"
fi
fault gcc sim/base/bad.c 10 analyzer-null-dereference <<'END'
int *none(int n);
int bad(int n);

int *none(int n)
{
    return n > 0 ? &(int){n} : 0;
}
int bad(int n)
{
    return *(n > 3 ? (int *)0 : &n);
}
END
tiny_tree
echo 'int bad(void) { return }' >"$work/sim/base/bad.c"
expect "gcc: a file that cannot be read" gcc "sim/base/bad.c:1: unread]"
if is_there cppcheck; then
    fault cppcheck sim/base/bad.c 6 arrayIndexOutOfBounds <<'END'
int bad(void);

int bad(void)
{
    const int list[2] = {1, 2};
    return list[2];
}
END
fi
if is_there clang-tidy; then
    fault tidy sim/base/bad.c 5 bugprone-integer-division <<'END'
double bad(int n);

double bad(int n)
{
    return n / 2;
}
END
fi

checks_end
