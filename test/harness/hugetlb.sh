#!/bin/bash
# hugetlb.sh SECONDS COMMAND…: runs it with the hugetlb controller of cgroup v1 mounted, where the machine has the others and left this one
# out. While another process has it mounted elsewhere, /proc/self/cgroup tells of a hierarchy that containerd's shims then do not find.
#
# Nothing of it is left on the machine: COMMAND sees another folder of all hierarchies, and the hierarchy goes after it. SECONDS are given
# to cgroups of others that use the controller on v2; after them it is told, and COMMAND runs without.
set -euo pipefail
top=/sys/fs/cgroup

if [ "${1-}" = --inside ]; then
  patience=$2
  shift 2
  new=$(mktemp -d)
  mount -t tmpfs -o mode=755 cgroup "$new"
  find $top -maxdepth 1 -type l -exec cp -P {} "$new" \;
  for point in $(awk -v top=$top/ 'index($5, top) == 1 { print $5 }' /proc/self/mountinfo); do
    mkdir -p "$new/${point#"$top"/}"
    mount --move "$point" "$new/${point#"$top"/}"
  done
  mkdir "$new/hugetlb"
  try=0
  until mount -t cgroup -o hugetlb cgroup "$new/hugetlb" 2>/dev/null; do
    if [ $try = "$patience" ]; then
      [ "$patience" = 0 ] || echo 'hugetlb: it stays on cgroup v2, where cgroups of others use it: what looks for it on v1 fails' >&2
      rmdir "$new/hugetlb"
      break
    fi
    try=$((try + 1))
    sleep 1
  done
  mount --move "$new" $top
  rmdir "$new"
  exec "$@"
fi
if [ "$(stat -f -c %T $top)" != tmpfs ] || mountpoint -q $top/hugetlb || ! grep -q '^hugetlb' /proc/cgroups; then
  shift
  exec "$@"
fi
# shellcheck source=test/harness/unmounted.sh
source "$(dirname "$0")/unmounted.sh"
status=0
unshare --mount --propagation private "$0" --inside "$@" || status=$?

release_unmounted
exit $status
