#!/bin/sh -e
umount shm
ip link delete ocits-podman
ip netns delete ocits-podman
for hierarchy in $(awk '/ - cgroup2? / { print $5 }' /proc/self/mountinfo); do
  [ -n "$(find "$hierarchy/libpod_parent" -mindepth 1 -type d)" ] || rmdir "$hierarchy/libpod_parent"
done
