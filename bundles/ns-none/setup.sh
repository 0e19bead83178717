#!/bin/sh -e
# Without a mount namespace of its own the container sees the mounts of the host. The probe needs a /proc.
mkdir -p rootfs/proc
mount -t proc proc rootfs/proc
