#!/bin/sh -e
# The mount below is of the same file system: a tmpfs cannot be seen through an id map before Linux 6.3.
mkdir -p data/sub below
mount --bind below data/sub
touch data/of-0 data/of-1 data/sub/of-0
chown 1:1 data/of-1
