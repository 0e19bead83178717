#!/bin/sh
[ -e /sys/fs/cgroup/cpu/cpu.rt_runtime_us ] || {
  echo 'cgroup v1 and CONFIG_RT_GROUP_SCHED are needed'
  exit 1
}
