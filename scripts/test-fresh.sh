#!/bin/bash
# test-fresh.sh [COMMAND…]: runs the two commands of the README, or COMMAND, on a machine that has only Node and npm.
#
# The machine is the smallest system that debootstrap makes of this Debian release. Each run works in a copy of it and removes the copy
# afterwards. The copy gets this machine's node and npm, the settings of npm and apt, and a clone of the project with its uncommitted
# changes, in a folder that only root can enter. It runs in its own namespaces and its own cgroup, and shares only the network.
# The last line is that of `npm test`, `N passed, N failed, N skipped`. Exit code 75: the other system could not be made, which is no fault of
# the project.
# env: OCITS_FRESH  a folder on a disk for the system, which takes a minute to make (default: /var/tmp/ocits-fresh)
#      LIMIT        seconds for all commands together (default: 4200)
set -Eeuo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

die() {
  printf 'test-fresh: %s\n' "$*" >&2
  echo '0 passed, 1 failed, 0 skipped'
  exit 1
}

none() {
  printf 'test-fresh: %s\n' "$*" >&2
  exit 75
}

enter() { # ROOT COMMAND...: in the sandbox; COMMAND sees ROOT as the root, and this machine's devices and cgroups
  local root=$1
  shift
  mount --make-rprivate /
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --bind /dev "$root/dev"
  mount -t devpts -o newinstance,mode=620,ptmxmode=666 devpts "$root/dev/pts"
  mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
  mount -t tmpfs -o mode=755 run "$root/run"
  hostname fresh
  # A new group has no time for real-time tasks, and groups below it can only get a part of its time.
  [ ! -e /sys/fs/cgroup/cpu/cpu.rt_runtime_us ] || echo 800000 >/sys/fs/cgroup/cpu/cpu.rt_runtime_us
  cd "$root"
  pivot_root . mnt
  exec chroot . /bin/sh -c 'umount -l /mnt && cd /root/ocits && exec "$@"' sh "$@"
}
if [ "${1-}" = --enter ]; then
  shift
  enter "$@"
fi

# The two commands of the README. The demo counts as one test.
if [ "${1-}" = --commands ]; then
  for command in 'run demo' test; do
    printf '\n# npm %s\n' "$command"
    start=$SECONDS
    # shellcheck disable=SC2086 # two words
    npm $command
    echo "# npm $command: $((SECONDS - start)) s"
  done
  exit
fi

[ "$(id -u)" = 0 ] || die 'it makes a system and containers in it: run it as root'
# shellcheck source=/dev/null
release=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
[ -e /etc/debian_version ] && [ -n "$release" ] || die 'it needs Debian, because it makes a system of the same release'
for tool in node npm git; do command -v $tool >/dev/null || die "please install $tool"; done

kept=${OCITS_FRESH:-/var/tmp/ocits-fresh}
mkdir -p "$kept"
kept=$(cd "$kept" && pwd -P)
case $kept/ in /tmp/* | /run/*) die "OCITS_FRESH=$kept must not be below /tmp or /run, because the sandbox of the tests has its own" ;; esac
base=$kept/$release
copy=$kept/run.$$

# Removes a folder on this file system, and only if nothing is mounted below it.
remove() { # FOLDER
  [ -e "$1" ] || return 0
  if awk -v top="$1" '$5 == top || index($5, top "/") == 1 { found = 1 } END { exit !found }' /proc/self/mountinfo; then
    echo "test-fresh: something is mounted below $1, so this folder stays" >&2
    return 1
  fi
  rm -rf --one-file-system "$1"
}

setting() { apt-config dump --format '%v%n' "$1" 2>/dev/null | head -1; } # of apt

mirror() { # the first of apt's that has the release
  apt-get indextargets --format '$(SITE) $(RELEASE)' 2>/dev/null | awk -v release="$release" '$2 == release { print $1; exit }'
}

bootstrap() {
  local from proxy
  [ ! -e "$base" ] || return 0
  scripts/setup.sh --fresh || none 'without debootstrap there is no other system'
  remove "$base.new"
  from=$(mirror)
  proxy=$(setting Acquire::http::Proxy)
  echo "# debootstrap $release from ${from:=http://deb.debian.org/debian}" >&2
  env ${proxy:+http_proxy="$proxy"} timeout 900 debootstrap --variant=minbase "$release" "$base.new" "$from" \
    </dev/null >"$kept/debootstrap.log" 2>&1 || {
    tail -20 "$kept/debootstrap.log" >&2
    none "debootstrap failed: see $kept/debootstrap.log"
  }
  rm -rf "$base.new"/var/cache/apt/archives/*.deb "$base.new"/var/lib/apt/lists/*
  mv "$base.new" "$base"
}

# FILE...: copies each existing file to the same path in the copy; for a link it copies the target.
same() {
  local file
  for file; do
    [ ! -e "$file" ] || cp -rL --parents "$file" "$copy"
  done
}

node_and_npm() {
  local npm
  npm=$(npm root --global)/npm
  [ -e "$npm/bin/npm-cli.js" ] || die "no npm in $npm"
  mkdir -p "$copy/usr/local/lib/node_modules" "$copy/usr/local/etc"
  cp "$(node --print process.execPath)" "$copy/usr/local/bin/node"
  cp -r "$npm" "$copy/usr/local/lib/node_modules"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$copy/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$copy/usr/local/bin/npx"
}

# The sources of packages, and the keys that sign them.
settings() {
  local file
  file=$(npm config get userconfig) && [ ! -f "$file" ] || cp "$file" "$copy/root/.npmrc"
  file=$(npm config get globalconfig) && [ ! -f "$file" ] || cp "$file" "$copy/usr/local/etc/npmrc"
  file=$(npm config get cafile)
  same /etc/resolv.conf /etc/hosts /etc/ssl/certs "$file" "${NODE_EXTRA_CA_CERTS-}" "${SSL_CERT_FILE-}" \
    /usr/share/keyrings /etc/apt/{sources.list,sources.list.d,keyrings,trusted.gpg,trusted.gpg.d,auth.conf,auth.conf.d}
  [ -e /etc/apt/sources.list ] || rm -f "$copy/etc/apt/sources.list"
  apt-config dump Acquire | grep -v ::IndexTargets >"$copy/etc/apt/apt.conf.d/99machine"
}

environment() { # NAME=VALUE lines
  printf '%s\n' HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  env | grep -iE '^((https?|no|all)_proxy|npm_config_(registry|proxy|https_proxy|noproxy|cafile|strict_ssl)|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|PATIENCE)=' || true
}

clone() {
  mkdir -m 700 -p "$copy/root"
  chmod 700 "$copy/root"
  git clone -q --no-hardlinks . "$copy/root/ocits"
  git diff --binary HEAD | git -C "$copy/root/ocits" apply --allow-empty --whitespace=nowarn
  git ls-files -z --others --exclude-standard | xargs -0r cp -P --parents -t "$copy/root/ocits"
}

for left in "$kept"/run.*; do
  [ ! -e "$left" ] || kill -0 "${left##*.}" 2>/dev/null || remove "$left"
done
exec 9>"$kept/lock"
flock -w 1200 9 || die "another test-fresh.sh has been making the system for 20 minutes: look for the process that holds $kept/lock"
bootstrap
exec 9>&-

trap 'remove "$copy"' EXIT
cp -a --reflink=auto "$base" "$copy"
node_and_npm
settings
clone
readarray -t variables < <(environment)
fresh() { # COMMAND...: there
  SANDBOX_NET=shared test/harness/sandbox.sh "${LIMIT:-4200}" "$PWD/scripts/test-fresh.sh" --enter "$copy" env -i "${variables[@]}" "$@"
}
if [ $# -gt 0 ]; then
  fresh "$@"
  exit
fi

status=0
fresh scripts/test-fresh.sh --commands </dev/null 2>&1 | tee "$copy/log" || status=$?
mv "$copy/log" "$kept/log"
counts=$(grep -xE '[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped' "$kept/log" | tail -1) || true
if [ -z "$counts" ] || { [ "$status" != 0 ] && [[ $counts == *' passed, 0 failed'* ]]; }; then
  echo "FAILED with exit $status; the complete output is in $kept/log"
  counts='0 passed, 1 failed, 0 skipped'
fi
echo "$counts"
exit "$status"
