#!/bin/sh -e
sed 's/.*\[\(.*\)\].*/\1/' /sys/block/loop0/queue/scheduler >scheduler
echo bfq >/sys/block/loop0/queue/scheduler
