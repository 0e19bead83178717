#!/bin/sh -e
mkdir -p data/sub
mount -t tmpfs -o size=64k,mode=755 below data/sub
touch data/of-0 data/of-1 data/sub/of-0
chown 1:1 data/of-1
