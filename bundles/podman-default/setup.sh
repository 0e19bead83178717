#!/bin/sh -e
# podman prepares a network namespace with one end of a veth, and the container's own /dev/shm.
ip netns add ocits-podman
ip link add ocits-podman type veth peer name eth0 netns ocits-podman
ip link set ocits-podman up
ip -n ocits-podman address add 10.88.0.2/16 dev eth0
ip -n ocits-podman link set eth0 up
ip -n ocits-podman link set lo up
echo "netns $(stat -L -c %i /run/netns/ocits-podman | sed 's/.*/net:[&]/')" >>rootfs/known
mkdir shm
mount -t tmpfs -o nosuid,noexec,nodev,mode=1777,size=65536000 shm shm
# The parent cgroup of the container. ocits does not record it, because it exists before the container, so it stays.
for hierarchy in $(awk '/ - cgroup2? / { print $5 }' /proc/self/mountinfo); do
  mkdir -p "$hierarchy/libpod_parent"
done
