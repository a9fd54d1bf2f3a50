#!/bin/bash
# Runs the commands of docs/cookbook.md in their order, in one empty directory beside the
# scenarios, and prints the page with what they print now. A command stands in a block
# "console" after "$ "; what follows up to the next one, or the end, is its output. A block
# after a line that ends in "as `FILE`:" is written to that file first.
#
#   docs/cookbook.sh PROGRAM          prints the page
#   docs/cookbook.sh --write PROGRAM  rewrites it
set -eu -o pipefail

write=
[ "${1-}" != --write ] || { write=1 && shift; }
program=$(realpath "${1:?which program?}")
page=$(cd "$(dirname "$0")" && pwd)/cookbook.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/here"
ln -s "$program" "$work/bin/allot"
ln -s "$(dirname "$page")/../scenarios" "$work/here/scenarios"
export PATH="$work/bin:$PATH" LC_ALL=C.UTF-8 NO_COLOR=1
unset COLUMNS

# Both streams, as a terminal shows them.
run_command() {
    (cd "$work/here" && bash -c "$1" 2>&1 </dev/null) || echo "exit status $?"
}

kind='' file=''
while IFS= read -r line; do
    case $kind in
    console)
        [[ $line == '$ '* || $line == '```' ]] || continue
        printf '%s\n' "$line"
        if [ "$line" = '```' ]; then
            kind=
            continue
        fi
        command=${line#'$ '}
        while [[ $command == *\\ ]]; do
            IFS= read -r line
            printf '%s\n' "$line"
            command=${command%\\}$line
        done
        run_command "$command"
        ;;
    written)
        printf '%s\n' "$line"
        if [ "$line" = '```' ]; then
            kind='' file=''
        else
            printf '%s\n' "$line" >>"$work/here/$file"
        fi
        ;;
    *)
        printf '%s\n' "$line"
        if [ "$line" = '```console' ]; then
            kind=console
        elif [[ $line == '```'* && -n $file ]]; then
            kind=written
            mkdir -p "$(dirname "$work/here/$file")"
            : >"$work/here/$file"
        elif [[ $line =~ as\ \`([A-Za-z0-9_./-]+)\`:$ ]]; then
            file=${BASH_REMATCH[1]}
        fi
        ;;
    esac
done <"$page" >"$work/page"

if [ -z "$write" ]; then
    cat "$work/page"
elif ! cmp -s "$work/page" "$page"; then
    cp "$work/page" "$page"
    echo "wrote docs/cookbook.md"
fi
