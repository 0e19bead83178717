#!/bin/sh -e
mkdir -p /run/ocits-examples
rootfs/probe agent /run/ocits-examples/seccomp.sock >agent.log 2>&1 &
echo $! >agent.pid
for _ in $(seq 1000); do
  [ -S /run/ocits-examples/seccomp.sock ] && exit
  sleep 0.1
done
exit 1
