#!/bin/sh
# Makes a Debian package of the program that was built: DIRECTORY/allot_VERSION_ARCH.deb.
# lintian, where it is installed, has to find nothing. DEBFULLNAME and DEBEMAIL name the
# maintainer.
#
#   docs/install/deb.sh PROGRAM DIRECTORY
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "$1")
out=$(realpath "$2")
for tool in dpkg-deb dpkg-shlibdeps; do
    if ! command -v $tool >/dev/null; then
        echo "deb: $tool is not there (packages dpkg and dpkg-dev)" >&2
        exit 69
    fi
done

version=$("$program" --version | sed -n '1s/allot //p')
architecture=$(dpkg --print-architecture)
# Of a package that nobody signs the address leads nowhere, and lintian need not say so.
unsigned=
if [ -z "${DEBEMAIL-}" ]; then
    DEBEMAIL=allot@$(hostname)
    unsigned=bogus-mail-host,bogus-mail-host-in-debian-changelog
fi
maintainer="${DEBFULLNAME:-The allot developers} <$DEBEMAIL>"
# The same package from the same source: times are of the commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null ||
    stat -c %Y "$root/Makefile")}
export SOURCE_DATE_EPOCH
date=$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
stage=$work/allot
doc=$stage/usr/share/doc/allot
"$root/docs/install/install.sh" "$program" "$stage/usr" >/dev/null
strip --strip-unneeded --remove-section=.comment --remove-section=.note \
    "$stage/usr/bin/allot"
gzip -9n "$stage"/usr/share/man/man*/*
mkdir "$stage/usr/share/zsh/vendor-completions"
mv "$stage/usr/share/zsh/site-functions/_allot" "$stage/usr/share/zsh/vendor-completions"
rmdir "$stage/usr/share/zsh/site-functions"

gzip -9n "$doc/CHANGELOG.md"
cat >"$work/changelog" <<EOF
allot ($version) unstable; urgency=medium

  * Made by "make deb"; what changed stands in CHANGELOG.md.gz.

 -- $maintainer  $date
EOF
gzip -9nc "$work/changelog" >"$doc/changelog.gz"
cat >"$doc/copyright" <<EOF
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: allot

Files: *
Copyright: $(date -u -d "@$SOURCE_DATE_EPOCH" +%Y) The allot developers
License: GPL-3
 On Debian systems the full text of the GNU General Public License
 version 3 is in /usr/share/common-licenses/GPL-3.
EOF

# dpkg-shlibdeps wants a source package around it.
mkdir "$work/debian"
printf 'Source: allot\nMaintainer: %s\n\nPackage: allot\nArchitecture: any\n' \
    "$maintainer" >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O "$stage/usr/bin/allot" 2>/dev/null |
    sed -n 's/^shlibs:Depends=//p')
mkdir "$stage/DEBIAN"
cat >"$stage/DEBIAN/control" <<EOF
Package: allot
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk "$stage/usr" | cut -f1)
Depends: $depends
Recommends: gnuplot-nox | gnuplot
Section: science
Priority: optional
Description: simulator of rules that divide GPUs among research teams
 Shows what a GPU-allocation rule does before it is changed for real: who
 gets how many GPUs month by month, which project ships when, how much
 compute lies idle, who leaves. Compares rules in the same random worlds,
 with intervals, and draws charts and a report.
EOF
(cd "$stage" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$stage/DEBIAN/md5sums"
find "$stage" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
package=$out/allot_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$stage" "$package" >/dev/null
if command -v lintian >/dev/null; then
    lintian --allow-root --fail-on error,warning ${unsigned:+--suppress-tags "$unsigned"} \
        "$package"
else
    echo "deb: not looked at by lintian, which is not installed" >&2
fi
echo "$package"
