#!/bin/sh -e
# The container's root is user 1000, and must be able to make missing mount points in the image.
chown -R 1000:1000 rootfs
