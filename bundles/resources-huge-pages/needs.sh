#!/bin/sh
[ -d /sys/kernel/mm/hugepages/hugepages-2048kB ] || {
  echo 'no huge pages of 2 MB'
  exit 1
}
grep -q ' - cgroup .*hugetlb' /proc/self/mountinfo || grep -qs hugetlb /sys/fs/cgroup/cgroup.controllers || {
  ! grep -qs hugetlb /sys/fs/cgroup/*/cgroup.controllers ||
    { echo 'its controller is on cgroup v2 beside v1: test/live/resources.test.ts looks at it there' && exit 1; }
  echo 'no controller of huge pages'
  exit 1
}
