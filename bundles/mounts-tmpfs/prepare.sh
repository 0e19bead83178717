#!/bin/sh -e
mkdir -p -m 711 rootfs/covered
chmod 750 rootfs/copy
