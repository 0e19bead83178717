# systemd makes the cgroups, on cgroup v1.
# shellcheck shell=bash disable=SC2034,SC2154 # variables of cases.sh

top=/sys/fs/cgroup
flags=(--systemd-cgroup)
property() { systemctl show --property "$2" --value "$1"; }

t_scope_v1() {
  resources='{ "memory": { "limit": 67108864 }, "cpu": { "shares": 512, "quota": 50000 }, "pids": { "limit": 20 } }'
  bundle it 'sleep 99'
  try ocits create -b "$work/it" it
  is status "$rc" 0
  local unit=ocits-it.scope below=system.slice/ocits-it.scope
  is properties "$(property $unit ActiveState) $(property $unit MemoryLimit) $(property $unit CPUShares) $(property $unit TasksMax)" \
    'active 67108864 512 20'
  is files "$(cat $top/memory/$below/memory.limit_in_bytes $top/cpu/$below/cpu.shares $top/cpu/$below/cpu.cfs_quota_us \
    $top/pids/$below/pids.max | tr '\n' ' ')" '67108864 512 50000 20 '
  has devices "$(cat $top/devices/$below/devices.list)" 'c 1:3 rwm'
  for controller in memory cpu pids devices freezer cpuset systemd; do
    is $controller "$(cat $top/$controller/$below/cgroup.procs)" "$(pid it)"
  done
  systemctl daemon-reload
  case $(cat $top/devices/$below/devices.list) in *'a *:* rwm'*) wrong 'a reload opened all devices' ;; esac
  try ocits delete --force it
  is deleted "$rc" 0
  for controller in memory cpu pids devices freezer cpuset systemd; do gone $top/$controller/$below; done
  is unit "$(property $unit LoadState)" not-found
}

t_failed_create_leaves_nothing_v1() {
  bundle it true
  sed -i 's,"/bin/sh","/no/such",' "$work/it/config.json"
  try ocits create -b "$work/it" it
  is status "$rc" 1
  for controller in memory cpu pids devices freezer cpuset systemd; do gone $top/$controller/system.slice/ocits-it.scope; done
  is unit "$(property ocits-it.scope LoadState)" not-found
}
