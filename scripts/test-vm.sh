#!/bin/bash
# test-vm.sh [--all] [GROUP…]: runs the cases of test/vm/ in a guest with pure cgroup v2 and systemd (test/vm/guest/boot.sh).
#
# GROUP is a file of test/vm/: v2, systemd, checkpoint, rootless (as a user); without GROUP all four run. --all adds the live tests (test/vm/live.sh) and a
# guest with cgroup v1 and systemd, which runs the bundles again because it has controllers that few machines mount.
# If KVM cannot boot the guest, it is emulated. This is ten times slower, so no times are measured there, and --all takes an hour.
# Prints `ok NAME` or `FAIL NAME` for each case and a line of counts for each guest. The exit code is 0 if no case failed, 69 if no guest
# can be made.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."

missing=
for tool in qemu-system-x86_64 mmdebstrap mke2fs musl-gcc; do
  command -v $tool >/dev/null || missing="$missing $tool"
done
if [ -n "$missing" ]; then
  echo "test-vm: missing:$missing; on Debian \`scripts/setup.sh --guest\` installs what is needed" >&2
  exit 69
fi

all=
if [ "${1:-}" = --all ]; then
  all=1
  shift
fi
root_groups='' user_groups=''
for name in ${*:-v2 systemd checkpoint rootless}; do
  [ -r "test/vm/$name.sh" ] || { echo "test-vm: there is no group $name" >&2; exit 1; }
  case $name in
    rootless) user_groups="$user_groups $name" ;;
    *) root_groups="$root_groups $name" ;;
  esac
done

npm run --silent build -- ocits ${all:+libocits js}
if [ test/probe.c -nt build/probe ]; then scripts/bundles.sh; fi

# The only files of this machine that the guest and its users see.
folder=build/guest/ocits
rm -rf $folder
mkdir -p $folder
cp --parents -t $folder dist/ocits build/probe test/vm/*.sh
if [ -n "$all" ]; then
  node_modules/.bin/tsx scripts/guest-tests.ts
  ln build/guest/tests.tar $folder
fi
chmod -R a+rX $folder

limit=900 arguments='' failed=0
guest() { # FLAG… COMMAND…
  echo "# guest: $*"
  local status=0
  test/vm/guest/boot.sh -t "$limit" -a "$arguments" "$@" || status=$?
  [ $status != 69 ] || exit 69
  [ $status = 0 ] || failed=1
}
# shellcheck disable=SC2086 # the groups are words
{
  [ -z "$root_groups" ] || guest $folder bash test/vm/cases.sh $root_groups
  [ -z "$user_groups" ] || guest -u $folder bash test/vm/cases.sh $user_groups
  [ -z "$all" ] || limit=3000 guest $folder bash test/vm/live.sh
  arguments=systemd.unified_cgroup_hierarchy=0
  [ -z "$all" ] || guest $folder bash test/vm/cases.sh systemd-v1
  [ -z "$all" ] || guest $folder bash test/vm/live.sh bundles
}
exit $failed
