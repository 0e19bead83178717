#!/bin/sh
grep -q ' - cgroup .*memory' /proc/self/mountinfo || {
  echo 'memory is not on cgroup v1, which alone has these'
  exit 1
}
