# systemd makes the cgroups, on cgroup v2.
# shellcheck shell=bash disable=SC2034,SC2154 # variables of cases.sh

top=/sys/fs/cgroup
flags=(--systemd-cgroup)

property() { systemctl show --property "$2" --value "$1"; }
loaded() { [ "$(property "$1" LoadState)" = loaded ]; }
unloaded() { ! loaded "$1"; }

t_scope() {
  path=system.slice:ocits:one
  annotations='{ "org.systemd.property.TimeoutStopSec": "uint64 7", "org.systemd.property.CollectMode": "'"'inactive-or-failed'"'" }'
  resources='{
    "memory": { "limit": 67108864, "reservation": 33554432, "swap": 100663296 },
    "cpu": { "shares": 512, "quota": 50000, "period": 200000, "cpus": "0" },
    "pids": { "limit": 20 }
  }'
  bundle it 'sleep 99'
  try ocits create -b "$work/it" it
  is status "$rc" 0
  local unit=ocits-one.scope dir=$top/system.slice/ocits-one.scope
  is state "$(property $unit ActiveState)" active
  is slice "$(property $unit Slice)" system.slice
  is delegate "$(property $unit Delegate)" yes
  is memory "$(property $unit MemoryMax) $(property $unit MemoryLow) $(property $unit MemorySwapMax)" '67108864 33554432 33554432'
  is cpu "$(property $unit CPUWeight) $(property $unit CPUQuotaPerSecUSec) $(property $unit AllowedCPUs)" '59 250ms 0'
  is tasks "$(property $unit TasksMax)" 20
  is devices "$(property $unit DevicePolicy)" strict
  is annotations "$(property $unit TimeoutStopUSec) $(property $unit CollectMode)" '7s inactive-or-failed'
  is cgroup "$(cat "/proc/$(pid it)/cgroup")" 0::/system.slice/$unit
  is files "$(cat $dir/memory.max $dir/cpu.max $dir/pids.max | tr '\n' ' ')" '67108864 50000 200000 20 '
  systemctl daemon-reload
  is kept "$(cat $dir/memory.max $dir/cpu.max $dir/pids.max $dir/cpu.weight | tr '\n' ' ')" '67108864 50000 200000 20 59 '
  ocits start it
  try ocits delete --force it
  is deleted "$rc" 0
  gone $dir
  unloaded $unit || wrong "$unit is still loaded"
}

t_inside() {
  resources='{ "memory": { "limit": 67108864 }, "hugepageLimits": [{ "pageSize": "2MB", "limit": 4194304 }] }'
  inside 'cat /proc/self/cgroup /sys/fs/cgroup/memory.max /sys/fs/cgroup/hugetlb.2MB.max'
  is said "$out" $'0::/\n67108864\n4194304'
  unloaded ocits-it.scope || wrong 'its scope is still loaded'
  gone $top/system.slice/ocits-it.scope
}

t_slice_of_slices() {
  path=ocits-deep-er.slice::two
  bundle it 'sleep 99'
  try ocits create -b "$work/it" it
  is cgroup "$(cat "/proc/$(pid it)/cgroup")" 0::/ocits.slice/ocits-deep.slice/ocits-deep-er.slice/two.scope
  ocits delete --force it
  unloaded two.scope || wrong 'its scope is still loaded'
}

t_already_there() {
  systemd-run -q --scope --unit ocits-taken sleep 60 &
  soon loaded ocits-taken.scope
  path=:ocits:taken
  inside true
  is status "$rc" 1
  has error "$out" 'ocits-taken.scope was already loaded'
  is others "$(property ocits-taken.scope ActiveState)" active
  is containers "$(ocits list -q)" ''
  systemctl stop ocits-taken.scope
  wait
}

t_left_over_failed() {
  systemd-run -q --unit ocits-left -p RuntimeMaxSec=1 --scope sleep 60 || true
  soon failed_once
  path=:ocits:left
  inside 'echo runs'
  is said "$out" runs
}
failed_once() { [ "$(property ocits-left.scope ActiveState)" = failed ]; }

t_bad_path() {
  path=/system.slice/x
  inside true
  is status "$rc" 1
  has error "$out" 'config.json#/linux/cgroupsPath: expected cgroupsPath to be of format "slice:prefix:name"'
}

t_bad_annotation() {
  annotations='{ "org.systemd.property.NoSuch": "1" }'
  inside true
  is status "$rc" 1
  has error "$out" 'Cannot set property NoSuch, or unknown property'
  unloaded ocits-it.scope || wrong 'its scope is still loaded'
  is containers "$(ocits list -q)" ''
}

t_failed_create_leaves_nothing() {
  bundle it true
  sed -i 's,"/bin/sh","/no/such",' "$work/it/config.json"
  try ocits create -b "$work/it" it
  is status "$rc" 1
  unloaded ocits-it.scope || wrong 'its scope is still loaded'
  gone $top/system.slice/ocits-it.scope
}

t_devices() {
  rm -f "$root/tmp/disk"
  resources='{ "devices": [{ "allow": false, "access": "rwm" }] }'
  inside 'head -c 3 /dev/zero >/dev/null && echo zero; mknod /tmp/disk b 254 0 && head -c 9 /tmp/disk'
  has said "$out" zero
  has said "$out" 'Operation not permitted'
  rm -f "$root/tmp/disk"
  resources='{ "devices": [{ "allow": false, "access": "rwm" }, { "allow": true, "type": "b", "major": 254, "minor": 0, "access": "rwm" }] }'
  inside 'mknod /tmp/disk b 254 0 && head -c 9 /tmp/disk >/tmp/out && echo read'
  has said "$out" read
}

t_dies_of_its_limit() {
  resources='{ "memory": { "limit": 4096 } }'
  bundle it true
  try ocits create -b "$work/it" it
  is status "$rc" 1
  has error "$out" 'memory limit too low?'
  unloaded ocits-it.scope || wrong 'its scope is still loaded'
  gone $top/system.slice/ocits-it.scope
}

# The init forks into a new pid namespace, and for hooks; the limit is for the container.
t_one_task() {
  resources='{ "pids": { "limit": 1 } }'
  inside 'exec cat /sys/fs/cgroup/pids.max'
  is said "$out" 1
  namespaces='"pid", "mount", "cgroup", "time"'
  hooks='{ "createContainer": [{ "path": "/bin/sh", "args": ["sh", "-c", "/bin/true; /bin/true"] }] }'
  inside 'exec cat /sys/fs/cgroup/pids.max'
  is said "$out" 1
  bundle it 'sleep 99'
  try ocits create -b "$work/it" it
  is status "$rc" 0
  is property "$(property ocits-it.scope TasksMax)" 1
  systemctl daemon-reload
  is kept "$(cat $top/system.slice/ocits-it.scope/pids.max)" 1
}

t_kill_all() {
  namespaces='"mount", "cgroup"'
  bundle it 'sleep 98 & sleep 98 & sleep 98'
  try ocits run --detach -b "$work/it" it
  is status "$rc" 0
  ocits kill it KILL
  soon is_stopped it
  ocits delete it
  unloaded ocits-it.scope || wrong 'its scope is still loaded'
  gone $top/system.slice/ocits-it.scope
}

t_manager_disabled() {
  flags=(--cgroup-manager disabled)
  resources='{ "memory": { "limit": 67108864 } }' namespaces='"pid", "mount"'
  inside 'cat /proc/self/cgroup'
  is said "$out" "$(cat /proc/self/cgroup)"
}
