#!/bin/sh -e
mkdir -p data/sub
echo of the host >data/file
mount -t tmpfs -o size=64k,mode=755 below data/sub
echo below >data/sub/below
