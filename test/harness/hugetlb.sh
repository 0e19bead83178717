#!/bin/bash
# hugetlb.sh COMMAND…: runs it with the hugetlb controller of cgroup v1 mounted, where the machine has the others and left this one out. While some
# other process has it mounted elsewhere, /proc/self/cgroup tells of a hierarchy that containerd's shims then do not find.
folder=/sys/fs/cgroup/hugetlb
if [ "$(stat -f -c %T /sys/fs/cgroup)" != tmpfs ] || mountpoint -q $folder || ! grep -q '^hugetlb' /proc/cgroups; then exec "$@"; fi
mkdir -p $folder
trap 'rmdir $folder 2>/dev/null' EXIT
unshare --mount --propagation private bash -c "mount -t cgroup -o hugetlb cgroup $folder; exec \"\$@\"" hugetlb "$@"
