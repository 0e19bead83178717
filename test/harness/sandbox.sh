#!/bin/bash
# sandbox.sh SECONDS COMMAND...
#
# A world of its own for tests that make containers: mount, pid, network, uts, ipc and cgroup namespaces, fresh /run and
# /tmp, and a cgroup of its own in each hierarchy that the command sees as the root. Nothing made in it outlives it, and
# what it finds changed can only be its own doing. 124 when the time is over. SANDBOX_TMP is a folder for /tmp on a disk: a tmpfs cannot
# be seen through an id map before Linux 6.3. With SANDBOX_NET=shared the network is the machine's. SANDBOX_BIND=SOURCE=TARGET:… shows
# something of the machine in another place too, below /run: there it is reached whoever may enter the folders above it.
set -eu -o pipefail

# Mount points of the cgroup hierarchies.
hierarchies() {
  awk '/ - cgroup2? / { print $5 }' /proc/self/mountinfo
}

inside() {
  local seconds=$1 point options status=0 here=$PWD pair fd
  local -A binds
  shift
  # As on a host with systemd: whatever a container leaves in a mount namespace that is not quite its own shows here.
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
  # A checkout below one of them is still wanted.
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
  # `ip netns` would mount this at its first use.
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
  # This shell is process 1, so orphans come to it and are waited for; the command is its child.
  timeout --foreground --kill-after=5 "$seconds" "$@" || status=$?
  exit "$status"
}

if [ "${1-}" = --inside ]; then
  shift
  inside "$@"
fi

# Those of a folder of cgroup v2; none elsewhere.
controllers() {
  [ ! -f "$1/cgroup.controllers" ] || cat "$1/cgroup.controllers"
}

# All of them come down to the folders below it.
spread() {
  local name
  for name in $(controllers "$1"); do echo "+$name" >"$1/cgroup.subtree_control"; done
}

# In the cgroup that will look like the root.
aside() {
  local point points cgroup=$1 net=--net
  shift
  [ "${SANDBOX_NET-}" != shared ] || net=
  points=$(hierarchies) # of a process that has ended: one that still runs in the cgroup makes `spread` fail with EBUSY
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

# remove CGROUP: its processes are gone, or about to go.
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

# What a sandbox left that was killed.
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
  # The namespace has the cgroup for its root from now on. Its processes move on to one below, as on cgroup v2 a cgroup with
  # processes in it passes no controllers on.
  exec unshare --cgroup "$0" --aside "$cgroup" "$@"
) || status=$?
exit "$status"
