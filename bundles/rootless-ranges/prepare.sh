#!/bin/sh -e
# The container's root is user 1000, and must be able to make missing mount points in the image.
touch rootfs/mine rootfs/other rootfs/theirs
chown -R 1000:1000 rootfs
chown 100032:100032 rootfs/other
chown 7:7 rootfs/theirs
