#!/bin/sh -e
mkdir -p /run/ocits-examples
rootfs/probe receive /run/ocits-examples/terminal.sock >received.log 2>&1 &
echo $! >receiver.pid
for _ in $(seq 1000); do
  [ -S /run/ocits-examples/terminal.sock ] && exit
  sleep 0.1
done
exit 1
