#!/bin/sh -e
# The same file, seen from outside.
for try in $(seq 1000); do
  [ ! -e data/written ] || break
  sleep 0.02
done
stat -c 'outside %u:%g' data/written
