#!/bin/bash
# test-vm.sh [--all] [GROUP…]: the cases of test/vm/, in a guest with pure cgroup v2 and systemd (../shared/engines/vm.sh).
#
# GROUP is a file of test/vm/: v2, systemd, rootless (as a user); without one, all of them. --all adds the live tests (test/vm/live.sh), a
# guest with cgroup v1 and systemd, and there the bundles again: it has controllers that are mounted on few machines.
# The guest is emulated where KVM cannot boot it: ten times slower, so no times are taken there; then --all takes an hour.
# Prints `ok NAME` or `FAIL NAME` for each case and a line of counts for each guest; the exit status is success only if no case
# failed, 69 if there is no guest to be had.
set -eu
cd "$(dirname "$0")/.."

vm=../shared/engines/vm.sh
limit=900
none() {
  echo "test-vm: $*" >&2
  exit 69
}
[ -x "$vm" ] || none "no $vm, which boots the guest"
missing=
for tool in qemu-system-x86_64:qemu-system-x86 mmdebstrap:mmdebstrap mke2fs:e2fsprogs musl-gcc:musl-tools; do
  type "${tool%%:*}" >/dev/null 2>&1 || missing="$missing ${tool#*:}"
done
[ -z "$missing" ] || none "needs: apt-get install$missing"

all=
if [ "${1:-}" = --all ]; then
  all=1
  shift
fi
root_groups='' user_groups=''
for group in "${@:-v2 systemd rootless}"; do
  for name in $group; do
    case $name in
      rootless) user_groups="$user_groups $name" ;;
      *) root_groups="$root_groups $name" ;;
    esac
  done
done

npm run --silent build -- ocits ${all:+libocits js}
if [ test/probe.c -nt build/probe ]; then scripts/bundles.sh; fi
[ -z "$all" ] || node_modules/.bin/tsx scripts/guest-tests.ts

# An emulated timer may be late at the one moment when the kernel looks whether it ticks at all.
boot=no_timer_check
failed=0
guest() { # FLAG… COMMAND…
  echo "# guest: $*"
  "$vm" -t "$limit" -a "$boot" "$@" || failed=1
}
# shellcheck disable=SC2086 # the groups are words
{
  [ -z "$root_groups" ] || guest bash test/vm/guest.sh $root_groups
  [ -z "$user_groups" ] || guest -u bash test/vm/guest.sh $user_groups
  [ -z "$all" ] || limit=3000 guest bash test/vm/live.sh
  boot="$boot systemd.unified_cgroup_hierarchy=0"
  [ -z "$all" ] || guest bash test/vm/guest.sh systemd-v1
  [ -z "$all" ] || guest bash test/vm/live.sh bundles
}
exit "$failed"
