#!/bin/sh -e
# Root in the container has this id outside.
chown 100000:100000 rootfs
