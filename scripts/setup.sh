#!/bin/bash
# setup.sh: makes this machine able to build and test ocits; installs only what is missing, and does nothing the second time.
#   --bench    also the runtimes it is measured against
#   --oracle   also what the tests ask for a second opinion, and what live bundles need
# Packages are installed where this is root on Debian; elsewhere it says what to install and stops.
# env: QUICKJS_SRC  a QuickJS source tree of one's own, instead of the one fetched here
set -Eeuo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

VERSION=2025.04.26
TARBALL=quickjs_$VERSION.orig.tar.xz
SUM=ec81da5b3249ed648dbc7df4a1654988910e66a118d9b71cb63534216efcfbbe # as in the signed index of Debian trixie
POOL=pool/main/q/quickjs
CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/ocits

die() { printf 'setup: %s\n' "$*" >&2; exit 1; }
say() { printf 'setup: %s\n' "$*" >&2; }

build='gcc musl-tools xz-utils tar'
bench='crun runc'
oracle='libseccomp-dev seccomp strace busybox-static iproute2 iputils-ping'
optional=
for option; do
  case $option in
    --bench) optional+=" $bench" ;;
    --oracle) optional+=" $oracle" ;;
    *) die "unknown option $option (known: --bench --oracle)" ;;
  esac
done

installed() { # PACKAGE
  case $1 in
    gcc) command -v gcc ;;
    musl-tools) command -v musl-gcc ;;
    xz-utils) command -v xz ;;
    tar | crun | runc | strace) command -v "$1" ;;
    iproute2) command -v ip ;;
    iputils-ping) command -v ping ;;
    busybox-static) [ -x /bin/busybox ] && ! readelf -l /bin/busybox | grep -q INTERP ;;
    seccomp) command -v scmp_sys_resolver ;;
    libseccomp-dev) [ -e /usr/include/seccomp.h ] ;;
  esac >/dev/null 2>&1
}

missing() {
  local package
  for package in $build $optional; do
    installed "$package" || printf ' %s' "$package"
  done
}

apt() { timeout 600 apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null >&2; }

packages() {
  local names
  names=$(missing)
  [ -n "$names" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || [ ! -e /etc/debian_version ]; then
    die "please install, then run this again:$names (the names are Debian's)"
  fi
  say "installing$names"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  apt install $names || { apt update && apt install $names; } || die "apt-get could not install$names"
  names=$(missing)
  [ -z "$names" ] || die "installed, and yet not found:$names"
}

verified() { [ -r "$1" ] && echo "$SUM  $1" | sha256sum --quiet --check - >/dev/null 2>&1; }

mirrors() { # the mirrors apt is set to, whether or not it has fetched its lists
  apt-get --print-uris update 2>/dev/null | sed -n "s|^'\\(.*/\\)dists/.*/InRelease' .*|\\1|p" | sort -u
  echo http://deb.debian.org/debian/
}

fetch() { # the tarball into the cache, from the first mirror that has it
  local mirror new
  verified "$CACHE/$TARBALL" && return 0
  mkdir -p "$CACHE"
  new=$(mktemp "$CACHE/.$TARBALL.XXXXXX")
  if [ -x /usr/lib/apt/apt-helper ]; then
    for mirror in $(mirrors); do
      timeout 120 /usr/lib/apt/apt-helper -qq -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 \
        download-file "$mirror$POOL/$TARBALL" "$new" "SHA256:$SUM" >/dev/null 2>&1 && break
    done
  fi
  if ! verified "$new"; then
    rm -f "$new"
    die "cannot fetch QuickJS. Please put http://deb.debian.org/debian/$POOL/$TARBALL (sha256 $SUM) into $CACHE," \
      "or set QUICKJS_SRC to a tree of QuickJS $VERSION"
  fi
  mv "$new" "$CACHE/$TARBALL"
}

quickjs() {
  [ -z "${QUICKJS_SRC:-}" ] || { [ -r "$QUICKJS_SRC/quickjs.h" ] || die "no quickjs.h in QUICKJS_SRC=$QUICKJS_SRC"; return 0; }
  [ ! -e "build/quickjs-$VERSION/quickjs.h" ] || return 0
  say "fetching QuickJS $VERSION"
  fetch
  rm -rf "build/quickjs-$VERSION.new"
  mkdir "build/quickjs-$VERSION.new"
  tar -xJf "$CACHE/$TARBALL" -C "build/quickjs-$VERSION.new" --strip-components=1
  mv "build/quickjs-$VERSION.new" "build/quickjs-$VERSION"
}

modules() { # npm's own copy of the lock file is newer than the lock file, or this script has seen it
  local stamp=node_modules/.ocits-lock.json
  cmp -s package-lock.json $stamp && return 0
  if [ ! package-lock.json -nt node_modules/.package-lock.json ] && [ -e node_modules/.package-lock.json ]; then
    cp package-lock.json $stamp
    return 0
  fi
  say 'installing the node modules'
  # Not `npm ci`: it wants the lock file to have the packages of every platform, and a mirror may lack those of others.
  timeout 600 npm install --no-save --no-audit --no-fund --loglevel=error </dev/null >&2 || die 'npm install failed'
  cp package-lock.json $stamp
}

mkdir -p build
exec 9>build/.setup.lock
flock -w 900 9 || die 'another set-up has been running for 15 minutes: see who holds build/.setup.lock'
for tool in node npm; do command -v $tool >/dev/null || die "please install $tool (Node 20 or newer)"; done
packages
quickjs
modules
