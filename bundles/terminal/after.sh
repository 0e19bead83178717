#!/bin/sh -e
for _ in $(seq 1000); do
  [ -s received.log ] && break
  sleep 0.1
done
cat received.log
