# Pure cgroup v2; ocits makes the cgroups.
# shellcheck shell=bash disable=SC2034,SC2154 # variables of cases.sh

top=/sys/fs/cgroup

t_limits() {
  resources='{
    "memory": { "limit": 67108864, "reservation": 33554432, "swap": 100663296 },
    "cpu": { "shares": 512, "quota": 50000, "period": 200000, "burst": 10000, "cpus": "0", "mems": "0" },
    "pids": { "limit": 20 },
    "hugepageLimits": [{ "pageSize": "2MB", "limit": 4194304 }],
    "unified": { "memory.high": "50331648" }
  }'
  inside 'cd /sys/fs/cgroup && head -n 1 memory.max memory.low memory.swap.max memory.high cpu.weight cpu.max cpu.max.burst \
    cpuset.cpus cpuset.mems pids.max hugetlb.2MB.max | grep .'
  is status "$rc" 0
  is limits "$(echo "$out" | tr '\n' ' ')" '==> memory.max <== 67108864 ==> memory.low <== 33554432 ==> memory.swap.max <== 33554432 ==> memory.high <== 50331648 ==> cpu.weight <== 59 ==> cpu.max <== 50000 200000 ==> cpu.max.burst <== 10000 ==> cpuset.cpus <== 0 ==> cpuset.mems <== 0 ==> pids.max <== 20 ==> hugetlb.2MB.max <== 4194304 '
}

t_controllers_deep() {
  path=/ocits-deep/a/b resources='{ "pids": { "limit": 7 } }'
  inside 'cat /sys/fs/cgroup/pids.max; cat /sys/fs/cgroup/cgroup.controllers'
  is status "$rc" 0
  has limit "$out" 7
  for name in cpu memory pids; do has controllers "$out" "$name"; done
  gone $top/ocits-deep
}

t_pids() {
  resources='{ "pids": { "limit": 3 } }'
  inside 'sleep 9 & sleep 9 & sleep 9 & echo more'
  has said "$out" "can't fork"
}

t_out_of_memory() {
  resources='{ "memory": { "limit": 16777216, "swap": 16777216 } }'
  inside 'exec tail /dev/zero'
  is status "$rc" 137
}

disk='mknod /tmp/disk b $(grep "vda$" /proc/partitions | (read a b c; echo $a $b)); head -c 9 /tmp/disk >/tmp/out && echo read'

t_device_denied() {
  rm -f "$root/tmp/disk"
  inside "$disk; head -c 3 /dev/zero >/dev/null && echo zero"
  has said "$out" 'Operation not permitted'
  has said "$out" zero
  case $out in *read*) wrong 'the disk was read' ;; esac
}

t_device_allowed() {
  rm -f "$root/tmp/disk"
  resources='{ "devices": [{ "allow": false, "access": "rwm" }, { "allow": true, "type": "b", "access": "r" }] }'
  inside "$disk; head -c 1 /tmp/disk >/tmp/disk"
  has said "$out" read
  has said "$out" "can't create /tmp/disk: Operation not permitted"
}

t_namespace() {
  inside 'cat /proc/self/cgroup; ls -d /sys/fs/cgroup/cgroup.procs'
  is said "$out" $'0::/\n/sys/fs/cgroup/cgroup.procs'
}

t_without_namespace() {
  namespaces='"pid", "mount"' path=/ocits-plain
  inside 'cat /proc/self/cgroup; ls -d /sys/fs/cgroup/ocits-plain; mkdir /sys/fs/cgroup/mine'
  has said "$out" $'0::/ocits-plain\n/sys/fs/cgroup/ocits-plain\n'
  has said "$out" 'Read-only file system'
}

t_beside_the_caller() {
  bundle it 'sleep 99'
  try ocits create -b "$work/it" it
  is status "$rc" 0
  local own
  own=$(sed 's/^0:://' /proc/self/cgroup)
  is cgroup "$(cat "/proc/$(pid it)/cgroup")" "0::$(dirname "$own")/it"
}

t_born_inside() {
  path=/ocits-born
  bundle it 'sleep 99'
  try ocits create -b "$work/it" it
  is procs "$(cat $top/ocits-born/cgroup.procs)" "$(pid it)"
  ocits start it
  ocits kill it KILL
  soon is_stopped it
  ocits delete it
  gone $top/ocits-born
}

t_kill_all() {
  path=/ocits-all namespaces='"mount", "cgroup"'
  bundle it 'sleep 98 & sleep 98 & sleep 98'
  try ocits run --detach -b "$work/it" it
  soon has_many
  ocits kill it KILL
  soon is_empty
  soon is_stopped it
  ocits delete it
  gone $top/ocits-all
}
has_many() { [ "$(wc -l <$top/ocits-all/cgroup.procs)" -ge 3 ]; }
is_empty() { [ -z "$(cat $top/ocits-all/cgroup.procs)" ]; }

t_cgroups_below() {
  path=/ocits-below cgroup_options='"rw"'
  bundle it 'mkdir -p /sys/fs/cgroup/a/b; echo $$ >/sys/fs/cgroup/a/b/cgroup.procs; sleep 99'
  try ocits run --detach -b "$work/it" it
  soon grep -q . $top/ocits-below/a/b/cgroup.procs
  try ocits delete --force it
  is status "$rc" 0
  gone $top/ocits-below
}

t_not_empty() {
  mkdir $top/ocits-full
  sleep 60 &
  echo $! >$top/ocits-full/cgroup.procs
  path=/ocits-full
  inside true
  is status "$rc" 1
  has error "$out" "container's cgroup is not empty"
  kill %1
  wait
  rmdir $top/ocits-full
}

t_frozen() {
  mkdir $top/ocits-frozen
  echo 1 >$top/ocits-frozen/cgroup.freeze
  path=/ocits-frozen
  inside true
  is status "$rc" 1
  has error "$out" "container's cgroup unexpectedly frozen"
  rmdir $top/ocits-frozen
}

t_paused() {
  path=/ocits-paused
  bundle it 'sleep 99'
  ocits run --detach -b "$work/it" it
  echo 1 >$top/ocits-paused/cgroup.freeze
  is status "$(status it)" paused
  try ocits delete --force it
  is status "$rc" 0
  gone $top/ocits-paused
}

t_delegated() {
  path=/ocits-delegated cgroup_options='"rw"'
  bundle it 'sleep 99'
  sed -i 's/"cwd"/"user": { "uid": 77, "gid": 78 }, "cwd"/' "$work/it/config.json"
  try ocits create -b "$work/it" it
  is status "$rc" 0
  is owner "$(stat -c %u:%g $top/ocits-delegated $top/ocits-delegated/cgroup.procs $top/ocits-delegated/memory.max | tr '\n' ' ')" \
    '77:78 77:78 0:0 '
}

# Delegated to the root of its user namespace, which is a common user outside.
maps='"uidMappings": [{ "containerID": 0, "hostID": 1000, "size": 1 }], "gidMappings": [{ "containerID": 0, "hostID": 1000, "size": 1 }]'
t_delegated_through_maps() {
  path=/ocits-delegated cgroup_options='"rw"' namespaces='"user", "pid", "mount", "cgroup"' more=", $maps"
  inside 'cd /sys/fs/cgroup && mkdir it && echo $$ >it/cgroup.procs && echo +pids >cgroup.subtree_control && echo 7 >it/pids.max &&
    cat /proc/self/cgroup it/pids.max; echo 1 >memory.max'
  has said "$out" $'0::/it\n7\n'
  has said "$out" "can't create memory.max: Permission denied"
  gone $top/ocits-delegated
}

# Clocks of a new time namespace that belongs to a user namespace of another process.
t_clocks_in_a_joined_user_namespace() {
  # unshare(1) is not used, because it denies setgroups with its maps.
  unshare --user sleep 60 &
  local holder=$! own
  own=$(readlink /proc/self/ns/user)
  soon is_unshared "$holder" "$own"
  for map in uid_map gid_map; do echo 0 0 4294967295 >"/proc/$holder/$map"; done
  more=', "timeOffsets": { "boottime": { "secs": 777 } }'
  bundle it 'cat /proc/self/timens_offsets /proc/self/uid_map'
  sed -i "s,\"namespaces\": \[,&{\"type\": \"user\"\, \"path\": \"/proc/$holder/ns/user\"}\, {\"type\": \"time\"}\, ," "$work/it/config.json"
  try ocits run -b "$work/it" it
  kill $holder
  wait
  is status "$rc" 0
  has said "$(echo "$out" | tr -s ' \n' ' ')" 'monotonic 0 0 boottime 777 0 0 0 4294967295'
}
is_unshared() { [ "$(readlink "/proc/$1/ns/user")" != "$2" ]; }

t_no_internal_processes() {
  mkdir $top/ocits-busy
  sleep 60 &
  echo $! >$top/ocits-busy/cgroup.procs
  path=/ocits-busy/it resources='{ "memory": { "limit": 67108864 } }'
  inside true
  is status "$rc" 1
  has error "$out" 'a cgroup with processes in it cannot pass its controllers on'
  gone $top/ocits-busy/it
  kill %1
  wait
  rmdir $top/ocits-busy
}

t_failed_create_leaves_nothing() {
  path=/ocits-none/it
  bundle it true
  sed -i 's,"/bin/sh","/no/such",' "$work/it/config.json"
  try ocits create -b "$work/it" it
  is status "$rc" 1
  gone $top/ocits-none
}
