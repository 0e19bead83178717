#!/bin/sh
modprobe -q -a dummy rdma_rxe 2>/dev/null && rdma link show >/dev/null 2>&1 || {
  echo 'no rdma_rxe, or no rdma(8), to make an RDMA device with'
  exit 1
}
grep -q ' - cgroup .*rdma' /proc/self/mountinfo || grep -qs rdma /sys/fs/cgroup/cgroup.controllers || {
  echo 'no controller of RDMA'
  exit 1
}
