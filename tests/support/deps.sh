#!/bin/sh
# Installs what building and testing need: apt (Debian, Ubuntu), dnf (Fedora) or brew.
# Does nothing, and asks for no rights, where all is there already.
set -eu

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

if command -v apt-get >/dev/null 2>&1; then
    missing=
    for package in gcc make pkg-config libgsl-dev libconfig-dev librandom123-dev \
        libjansson-dev nettle-dev liblua5.4-dev libsqlite3-dev sqlite3 zlib1g-dev tzdata gnuplot-nox \
        fonts-liberation libcmocka-dev parallel python3 \
        bats clang-format shellcheck; do
        if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            missing="$missing $package"
        fi
    done
    if [ -n "$missing" ]; then
        echo "deps: installing$missing"
        as_root apt-get update -qq
        # shellcheck disable=SC2086 # a list of package names
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
            --no-install-recommends $missing >/dev/null
    fi
elif command -v dnf >/dev/null 2>&1; then
    as_root dnf install -y -q gcc make pkgconf-pkg-config gsl-devel libconfig-devel \
        Random123-devel jansson-devel nettle-devel lua-devel sqlite-devel sqlite zlib-devel tzdata parallel \
        python3 gnuplot-minimal \
        liberation-sans-fonts libcmocka-devel bats clang-tools-extra ShellCheck
elif command -v brew >/dev/null 2>&1; then
    brew install -q pkg-config gsl libconfig random123 jansson nettle lua sqlite zlib parallel gnuplot cmocka \
        bats-core clang-format shellcheck
else
    echo "deps: no apt-get, dnf or brew here; README.md lists what is needed" >&2
    exit 1
fi
echo "deps: all there"
