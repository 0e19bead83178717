#!/bin/sh -e
# Without a mount namespace of its own the container sees what is mounted here: a /proc, for the probe to read.
mkdir -p rootfs/proc
mount -t proc proc rootfs/proc
