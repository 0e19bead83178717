#!/bin/sh -e
# What the container owns outside has the host's ids of its maps. `mapped` is owned by the host's root and seen through the maps.
touch rootfs/mine rootfs/theirs
chown 100000:100000 rootfs rootfs/mine
chown 7:7 rootfs/theirs
mkdir -p mapped
touch mapped/file
