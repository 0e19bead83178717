#!/bin/sh -e
# A container gets a part of what its parent has, which is nothing at first. The share of one that has gone comes back late: enough for many.
cat /sys/fs/cgroup/cpu/cpu.rt_runtime_us >runtime
echo 400000 >/sys/fs/cgroup/cpu/cpu.rt_runtime_us
