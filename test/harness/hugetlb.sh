#!/bin/bash
# hugetlb.sh SECONDS COMMAND…: runs it with the hugetlb controller of cgroup v1, if the machine has mounted the others but not this one.
# If another process has mounted it elsewhere, /proc/self/cgroup names a hierarchy that containerd's shims do not find.
#
# It leaves nothing on the machine: COMMAND sees another folder with all hierarchies, and the hierarchy is removed after it. The script waits
# for SECONDS if cgroups of others use the controller on v2; after that it prints a message, and COMMAND runs without the controller.
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
