#!/bin/sh
grep -q ' - cgroup .*memory' /proc/self/mountinfo || {
  echo 'the memory controller is not on cgroup v1, and these limits exist only there'
  exit 1
}
