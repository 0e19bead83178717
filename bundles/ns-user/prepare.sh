#!/bin/sh -e
# The root of the container has this id outside.
chown 100000:100000 rootfs
