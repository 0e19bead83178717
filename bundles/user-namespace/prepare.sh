#!/bin/sh -e
# Outside, the container's files have the host ids of its maps. `mapped` belongs to the host's root and is mounted with the maps.
touch rootfs/mine rootfs/theirs
chown 100000:100000 rootfs rootfs/mine
chown 7:7 rootfs/theirs
mkdir -p mapped
touch mapped/file
