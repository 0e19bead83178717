#!/bin/sh -e
touch rootfs/file
chown 1:1 rootfs/file
