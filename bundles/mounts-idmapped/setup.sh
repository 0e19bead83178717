#!/bin/sh -e
# The mount below has the same file system: before Linux 6.3 a tmpfs cannot have an id map.
mkdir -p data/sub below
mount --bind below data/sub
touch data/of-0 data/of-1 data/sub/of-0
chown 1:1 data/of-1
