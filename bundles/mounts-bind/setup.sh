#!/bin/sh -e
mkdir -p data/sub
mount -t tmpfs -o size=64k,mode=755 below data/sub
echo below >data/sub/below
