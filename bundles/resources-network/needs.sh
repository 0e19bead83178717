#!/bin/sh
grep -q ' - cgroup .*net_cls' /proc/self/mountinfo && grep -q ' - cgroup .*net_prio' /proc/self/mountinfo || {
  echo 'net_cls and net_prio are not mounted'
  exit 1
}
