#!/bin/bash
# unpack-deb.sh [--with REGEX | --source] SUITE DIR PACKAGE…: unpacks packages of a Debian suite below DIR, and prints the version of each.
#   --with REGEX  also all their dependencies with a matching name
#   --source      unpacks their upstream source instead
# It installs nothing, and apt uses its own lists, so those of the machine stay unchanged.
# env: MIRROR  a Debian mirror; default: the one in the settings of apt
set -euo pipefail
die() { echo "unpack-deb: $*" >&2; exit 1; }

with='' source=
case ${1-} in
  --with) with=$2; shift 2 ;;
  --source) source=1; shift ;;
esac
[ $# -ge 3 ] || die 'usage: unpack-deb.sh [--with REGEX | --source] SUITE DIR PACKAGE…'
suite=$1 dir=$(realpath -m "$2")
shift 2
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
for tool in apt-get dpkg; do command -v $tool >/dev/null || die "no $tool: this works only on Debian and its derivatives"; done
[ -r $keyring ] || die "no $keyring: apt-get install debian-archive-keyring"
MIRROR=${MIRROR:-$("${0%/*}/mirror.sh")}

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/new" "$dir"
: >"$work/status"
printf '%s [signed-by=%s] %s %s main\n' "deb${source:+-src}" $keyring "$MIRROR" "$suite" >"$work/sources.list"
apt() { # PROGRAM ARGUMENT…, as if nothing were installed
  "$1" -qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
    -o "Dir::State=$work/state" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work/cache" -o Acquire::Languages=none \
    -o "APT::Sandbox::User=$(id -un)" -o Acquire::Retries=3 "${@:2}"
}
apt apt-get update >&2 || die "cannot read the lists of $suite on $MIRROR"
cd "$work/new"

if [ -n "$source" ]; then
  apt apt-get source --download-only --tar-only "$@" >&2 || die "cannot fetch the source from $suite: $*"
  for file in *.orig.tar.*; do tar -xf "$file" -C "$dir" --strip-components=1; done
  for package; do apt apt-cache showsrc --only-source "$package" | sed -n 's/^Version: //p' | head -1; done
else
  needed=()
  [ -z "$with" ] || readarray -t needed < <(
    apt apt-get --simulate --no-install-recommends install "$@" | awk -v with="^($with)\$" '$1 == "Inst" && $2 ~ with { print $2 }'
  )
  apt apt-get download "$@" "${needed[@]}" >&2 || die "cannot fetch from $suite: $*"
  for file in *.deb; do dpkg -x "$file" "$dir"; done
  for package; do dpkg-deb -f "$package"_*.deb Version; done
fi
