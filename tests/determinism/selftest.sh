#!/bin/bash
# Shows that run.sh finds a difference: a program that is as the reference but for one byte
# of one file, in one kind of run, is told with scenario, file and line; nothing else is.
#
#   tests/determinism/selftest.sh PROGRAM
#
# A real difference is shown by `make determinism BUILDS="release fused"`: there products
# and sums are contracted to one rounding, which all our builds forbid.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# On three threads the last digit of the last line of months.csv becomes another.
mkdir "$work/other"
cat >"$work/other/allot" <<END
#!/bin/bash
case " \$* " in
*" -j 3 "*)
    (exec -a ./allot "$(realpath "$1")" "\$@") || exit
    sed -i '\$s/[0-9]\$/x/' out/months.csv
    ;;
*) exec -a ./allot "$(realpath "$1")" "\$@" ;;
esac
END
chmod +x "$work/other/allot"

status=0
ONLY=one-team THREADS="1 2 3" "$here/run.sh" "$1" "$work/other/allot" >"$work/said" || status=$?
if [ $status -ne 1 ] || [ "$(grep -c '^not ok' "$work/said")" -ne 1 ] ||
    ! grep -q '^not ok  other  *one-team  *run -n 16 -j 3$' "$work/said" ||
    ! grep -q '^    one-team: out/months.csv$' "$work/said" ||
    ! grep -q '^      line [0-9]*: .*x$' "$work/said" ||
    ! tail -n 1 "$work/said" | grep -q '^16 ok, 1 not ok$'; then
    cat "$work/said"
    echo "determinism: a byte that differs was not found, or more than that"
    exit 1
fi
grep -A 3 '^not ok' "$work/said"
echo "determinism: the byte that differs was found"
