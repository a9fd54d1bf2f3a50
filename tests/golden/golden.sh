#!/bin/sh
# Runs every shipped scenario and compares what it comes to with what is kept here.
#   golden.sh ALLOT [NAME]       compares one scenario, or all
#   golden.sh ALLOT --write      rewrites what is kept; read the diff like code
set -eu
allot=$1
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
for scenario in "$here"/../../scenarios/*.cfg; do
    name=$(basename "$scenario" .cfg)
    if [ -n "${2:-}" ] && [ "$2" != --write ] && [ "$2" != "$name" ]; then
        continue
    fi
    "$allot" run "$scenario" --out "$work/$name" -q >"$work/$name.txt"
    for file in outcomes.csv plan.csv months.csv; do
        if [ "${2:-}" = --write ]; then
            mkdir -p "$here/$name"
            cp "$work/$name/$file" "$here/$name/$file"
        elif ! diff -u "$here/$name/$file" "$work/$name/$file"; then
            status=1
        fi
    done
    if [ "${2:-}" = --write ]; then
        cp "$work/$name.txt" "$here/$name/table.txt"
    elif ! diff -u "$here/$name/table.txt" "$work/$name.txt"; then
        status=1
    fi
done
exit $status
