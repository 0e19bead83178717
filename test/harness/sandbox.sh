#!/bin/bash
# sandbox.sh SECONDS COMMAND...
#
# A separate environment for tests that make containers: mount, pid, network, uts, ipc and cgroup namespaces, an empty /run and
# /tmp, and its own cgroup in each hierarchy, which the command sees as the root. Nothing in it outlives it, and
# it can only see changes of its own. The exit code is 124 after the timeout. SANDBOX_TMP is a folder for /tmp on a disk: a tmpfs cannot
# have an id map before Linux 6.3. With SANDBOX_NET=shared the network is the machine's. SANDBOX_BIND=SOURCE=TARGET:… binds
# a folder of the machine to another path below /run, where users reach it who may not enter the folders above it.
set -eu -o pipefail

# Mount points of the cgroup hierarchies.
hierarchies() {
  awk '/ - cgroup2? / { print $5 }' /proc/self/mountinfo
}

inside() {
  local seconds=$1 point options status=0 here=$PWD pair fd
  local -A binds
  shift
  # As on a host with systemd: leftovers of a container in a mount namespace that is not completely its own are visible here.
  mount --make-rshared /
  mount -t proc proc /proc
  exec 9<"$here"
  while IFS= read -r -d : pair; do
    exec {fd}<"${pair%%=*}"
    binds[${pair#*=}]=$fd
  done <<<"${SANDBOX_BIND:+$SANDBOX_BIND:}"
  mount -t tmpfs -o mode=755 run /run
  if [ -z "${SANDBOX_TMP-}" ]; then
    mount -t tmpfs -o mode=1777 tmp /tmp
  else
    disk=$(mktemp -d "$SANDBOX_TMP/XXXXXX")
    chmod 1777 "$disk"
    mount --bind "$disk" /tmp
    mount -o remount,bind,relatime "$disk" /tmp
  fi
  # A checkout below one of them must stay visible.
  case $here in /tmp/* | /run/*)
    mkdir -p "$here"
    mount -c --rbind /proc/self/fd/9 "$here"
    cd "$here"
    ;;
  esac
  exec 9<&-
  for point in "${!binds[@]}"; do
    fd=${binds[$point]}
    if [ -d "/proc/self/fd/$fd" ]; then mkdir -p "$point"; else : >"$point"; fi
    mount -c --rbind "/proc/self/fd/$fd" "$point"
    exec {fd}<&-
  done
  # `ip netns` would make this mount at its first use.
  mkdir /run/netns
  mount --bind /run/netns /run/netns
  [ "${SANDBOX_NET-}" = shared ] || ip link set lo up
  while read -r point; do
    options=$(awk -v p="$point" '$5 == p { n = split($0, a, " "); kind = a[n - 2]; option = a[n] }
      END { sub(/^rw,?/, "", option); print kind, option }' /proc/self/mountinfo)
    umount "$point"
    if [[ $options == cgroup\ * ]]; then
      mount -t cgroup -o "${options#cgroup }" cgroup "$point"
    else
      mount -t cgroup2 cgroup2 "$point"
    fi
  done < <(hierarchies)
  # This shell is process 1, so it inherits orphans and waits for them; the command is its child.
  timeout --foreground --kill-after=5 "$seconds" "$@" || status=$?
  exit "$status"
}

if [ "${1-}" = --inside ]; then
  shift
  inside "$@"
fi

# The controllers of a folder of cgroup v2; none elsewhere.
controllers() {
  [ ! -f "$1/cgroup.controllers" ] || cat "$1/cgroup.controllers"
}

# Enables all of them for the folders below it.
spread() {
  local name
  for name in $(controllers "$1"); do echo "+$name" >"$1/cgroup.subtree_control"; done
}

# Runs in the cgroup that will appear as the root.
aside() {
  local point points cgroup=$1 net=--net
  shift
  [ "${SANDBOX_NET-}" != shared ] || net=
  points=$(hierarchies) # the process of the list has ended here: a running one in the cgroup would make `spread` fail with EBUSY
  while read -r point; do
    [ -f "$point/$cgroup/cgroup.controllers" ] || continue
    mkdir "$point/$cgroup/tests"
    echo "$$" >"$point/$cgroup/tests/cgroup.procs"
    spread "$point/$cgroup"
  done <<<"$points"
  # shellcheck disable=SC2086 # an option or none
  exec unshare --mount --propagation private --pid --fork --kill-child --uts --ipc $net "$0" --inside "$@"
}
if [ "${1-}" = --aside ]; then
  shift
  aside "$@"
fi

if [ "$(id -u)" != 0 ]; then
  echo "live tests make containers: run them as root" >&2
  exit 1
fi

# remove CGROUP: its processes have ended, or are about to end.
remove() {
  local try
  for try in {1..20}; do
    [ -d "$1" ] || return 0
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
  done
  [ ! -d "$1" ] || echo "sandbox: $1 is still there after $try tries" >&2
}

# shellcheck source=test/harness/unmounted.sh
source "$(dirname "$0")/unmounted.sh"
release_unmounted

cgroup=ocits-test.$$
forget() {
  local point
  while read -r point; do
    remove "$point/$cgroup"
  done < <(hierarchies)
}
trap forget EXIT

# The leftovers of a killed sandbox.
while read -r point; do
  for left in "$point"/ocits-test.*; do
    [ ! -d "$left" ] || kill -0 "${left##*.}" 2>/dev/null || remove "$left"
  done
done < <(hierarchies)

while read -r point; do
  spread "$point"
  mkdir "$point/$cgroup"
  if [ -f "$point/cpuset.cpus" ] && [ -f "$point/$cgroup/tasks" ]; then
    cat "$point/cpuset.cpus" >"$point/$cgroup/cpuset.cpus"
    cat "$point/cpuset.mems" >"$point/$cgroup/cpuset.mems"
  fi
done < <(hierarchies)

status=0
(
  while read -r point; do
    echo "$BASHPID" >"$point/$cgroup/cgroup.procs"
  done < <(hierarchies)
  # From now on the cgroup is the root of the namespace. Its processes move to one below, because on cgroup v2 a cgroup with
  # processes passes no controllers on.
  exec unshare --cgroup "$0" --aside "$cgroup" "$@"
) || status=$?
exit "$status"
