#!/bin/sh -e
mkdir -m 711 rootfs/covered
chmod 750 rootfs/copy
