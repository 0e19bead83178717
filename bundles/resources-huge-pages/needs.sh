#!/bin/sh
[ -d /sys/kernel/mm/hugepages/hugepages-2048kB ] || {
  echo 'the machine has no huge pages of 2 MB'
  exit 1
}
grep -q ' - cgroup .*hugetlb' /proc/self/mountinfo || grep -qs hugetlb /sys/fs/cgroup/cgroup.controllers || {
  ! grep -qs hugetlb /sys/fs/cgroup/*/cgroup.controllers ||
    { echo 'the hugetlb controller is on cgroup v2, the others on v1: test/live/resources.test.ts tests it there' && exit 1; }
  echo 'the hugetlb controller is missing'
  exit 1
}
