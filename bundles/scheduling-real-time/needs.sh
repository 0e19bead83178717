#!/bin/sh
! [ -e /sys/fs/cgroup/cpu/cpu.rt_runtime_us ] || {
  echo 'the kernel has CONFIG_RT_GROUP_SCHED: resources-real-time tests this case'
  exit 1
}
