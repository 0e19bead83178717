#!/bin/sh -e
# A container gets a part of what its parent has, which is nothing at first.
cat /sys/fs/cgroup/cpu/cpu.rt_runtime_us >runtime
echo 50000 >/sys/fs/cgroup/cpu/cpu.rt_runtime_us
