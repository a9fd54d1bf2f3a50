#!/bin/sh
# Puts the program and what comes with it under a prefix, or takes it away again.
#
#   docs/install/install.sh PROGRAM PREFIX
#   docs/install/install.sh --remove PREFIX
#
# PREFIX/bin/allot                         the program
# PREFIX/share/allot/                      plots, presets and example rules, which it reads
# PREFIX/share/doc/allot/                  README, the docs, the scenarios
# PREFIX/share/man/                        allot(1), allot-scenario(5)
# PREFIX/share/bash-completion, zsh, fish  completions
#
# The program finds its files from where it stands: the tree may be moved.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
program=$1
prefix=$2

remove() {
    rm -f "$prefix/bin/allot" "$prefix/share/man/man1/allot.1" \
        "$prefix/share/man/man5/allot-scenario.5" \
        "$prefix/share/bash-completion/completions/allot" \
        "$prefix/share/zsh/site-functions/_allot" \
        "$prefix/share/fish/vendor_completions.d/allot.fish"
    rm -rf "$prefix/share/allot" "$prefix/share/doc/allot"
}

# Copies files, readable by all.  put DIRECTORY FILE...
put() {
    directory=$prefix/$1
    shift
    install -d "$directory"
    install -m 644 "$@" "$directory"
}

if [ "$program" = --remove ]; then
    remove
    exit 0
fi

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$root/docs/install/man.sh" "$program" "$made"
"$root/docs/install/completion.sh" "$program" "$made"
mv "$made/allot.bash" "$made/allot"

install -d "$prefix/bin"
install -m 755 "$program" "$prefix/bin/allot"
put share/allot/plots "$root"/plots/*.gp "$root/plots/report.css"
put share/allot/presets "$root"/scenarios/presets/*.cfg
put share/allot/rules "$root"/scenarios/rules/*.lua
put share/man/man1 "$made/allot.1"
put share/man/man5 "$made/allot-scenario.5"
put share/bash-completion/completions "$made/allot"
put share/zsh/site-functions "$made/_allot"
put share/fish/vendor_completions.d "$made/allot.fish"
put share/doc/allot "$root/README.md" "$root/CHANGELOG.md" "$root"/docs/*.md
find "$root/scenarios" -maxdepth 1 -type f ! -name '*.sh' ! -name '*.md' >"$made/scenarios"
# shellcheck disable=SC2046 # our own names, without blanks
put share/doc/allot/scenarios $(cat "$made/scenarios")
put share/doc/allot/scenarios/rules "$root"/scenarios/rules/*.lua
put share/doc/allot/scenarios/helios-earth "$root"/scenarios/helios-earth/*.csv
put share/doc/allot/scenarios/helios-venus "$root"/scenarios/helios-venus/*.csv
echo "allot is in $prefix/bin; an example: $prefix/share/doc/allot/scenarios/llama-vs-opt.cfg"
