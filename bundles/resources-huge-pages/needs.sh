#!/bin/sh
[ -d /sys/kernel/mm/hugepages/hugepages-2048kB ] || {
  echo 'no huge pages of 2 MB'
  exit 1
}
grep -q ' - cgroup .*hugetlb' /proc/self/mountinfo || grep -qs hugetlb /sys/fs/cgroup/cgroup.controllers || {
  echo 'no controller of huge pages'
  exit 1
}
