#!/bin/sh
grep -qs memory /sys/fs/cgroup/cgroup.controllers || {
  echo 'the memory controller is not on cgroup v2'
  exit 1
}
