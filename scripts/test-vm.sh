#!/bin/bash
# test-vm.sh [--all] [GROUP…]: the cases of test/vm/, in a guest with pure cgroup v2 and systemd (../shared/engines/vm.sh).
#
# GROUP is a file of test/vm/: v2, systemd, rootless (as a user); without one, all of them. --all adds the guest with cgroup v1 and
# systemd. The guest is emulated where KVM cannot boot it: ten times slower, so no times are taken there.
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

npm run --silent build -- ocits
if [ test/probe.c -nt build/probe ]; then scripts/bundles.sh; fi

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
  boot="$boot systemd.unified_cgroup_hierarchy=0"
  [ -z "$all" ] || guest bash test/vm/guest.sh systemd-v1
}
exit "$failed"
