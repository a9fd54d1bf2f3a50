#!/bin/sh
# Installs what make test-browser needs beyond make deps: Chromium, Node.js (18 or later)
# with npm, poppler's pdfinfo and pdftotext, a Japanese font, and, into BUILD, the packages
# that package-lock.json names. Does nothing where all is there already.
#   tests/browser/deps.sh BUILD          CHROMIUM names another browser
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=$1

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "deps: root rights are needed for: $*" >&2
        exit 1
    fi
}

# Node.js often comes from elsewhere than the distribution, with npm in its own package: so
# the commands are asked for, not the packages.
missing=
want() { # COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
if command -v apt-get >/dev/null 2>&1; then
    want "${CHROMIUM:-chromium}" chromium
    want node nodejs
    want npm npm
    want pdftotext poppler-utils
    if [ "$(dpkg-query -W -f='${db:Status-Status}' fonts-ipafont-gothic 2>/dev/null)" != installed ]; then
        missing="$missing fonts-ipafont-gothic"
    fi
    if [ -n "$missing" ]; then
        echo "deps: installing$missing"
        as_root apt-get update -qq
        # shellcheck disable=SC2086 # a list of package names
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
            install -y -qq --no-install-recommends $missing >/dev/null
    fi
elif command -v dnf >/dev/null 2>&1; then
    as_root dnf install -y -q chromium nodejs npm poppler-utils ipa-gothic-fonts
elif command -v brew >/dev/null 2>&1; then
    brew install -q node poppler
fi

# npm makes the directory anew; it is left alone while the lock file is the same.
mkdir -p "$build"
if ! cmp -s "$here/package-lock.json" "$build/installed.json"; then
    cp "$here/package.json" "$here/package-lock.json" "$build/"
    (cd "$build" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp "$here/package-lock.json" "$build/installed.json"
fi
echo "deps: all there"
