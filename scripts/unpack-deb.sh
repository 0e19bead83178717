#!/bin/bash
# unpack-deb.sh SUITE PACKAGE DIR: unpacks a package of a Debian suite under DIR, and prints its version. Nothing is installed:
# apt runs with lists of its own, so the host's apt state is untouched.
# env: MIRROR (a Debian mirror; the one that apt uses)
set -Eeuo pipefail
trap 'echo "unpack-deb: line $LINENO failed: $BASH_COMMAND" >&2' ERR
suite=$1 package=$2 dir=$3
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r $keyring ] || { echo "unpack-deb: no $keyring (apt-get install debian-archive-keyring)" >&2; exit 1; }
MIRROR=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n1)}
[ -n "$MIRROR" ] || { echo "unpack-deb: apt has no lists: run apt-get update" >&2; exit 1; }
work=$(mktemp -d); trap 'rm -rf --one-file-system "$work"' EXIT

mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$dir"; : >"$work/status"
printf 'deb [signed-by=%s] %s %s main\n' $keyring "$MIRROR" "$suite" >"$work/sources.list"
apt=(apt-get -qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State=$work/state"
  -o Dir::Etc::PreferencesParts=/dev/null -o "Dir::State::status=$work/status" -o "Dir::Cache=$work/cache"
  -o APT::Architecture=amd64 -o APT::Architectures=amd64 -o APT::Sandbox::User=root -o Acquire::Languages=none)
"${apt[@]}" update >&2
(cd "$work" && "${apt[@]}" download "$package" >&2)
dpkg -x "$work/${package}"_*.deb "$dir"
dpkg-deb -f "$work/${package}"_*.deb Version
