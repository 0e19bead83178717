#!/bin/sh
modprobe -q -a dummy rdma_rxe 2>/dev/null && rdma link show >/dev/null 2>&1 || {
  echo 'rdma_rxe or rdma(8) is missing, so no RDMA device can be made'
  exit 1
}
grep -q ' - cgroup .*rdma' /proc/self/mountinfo || grep -qs rdma /sys/fs/cgroup/cgroup.controllers || {
  echo 'the rdma controller is missing'
  exit 1
}
