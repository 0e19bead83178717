#!/bin/sh
modprobe -q bfq 2>/dev/null
grep -qs bfq /sys/block/loop0/queue/scheduler || {
  echo 'no BFQ for /dev/loop0'
  exit 1
}
