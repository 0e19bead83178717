# A user without root rights: cgroups that are delegated to the user, or made by its own systemd.
# shellcheck shell=bash disable=SC2034,SC2154 # variables of cases.sh

top=/sys/fs/cgroup
namespaces='"user", "pid", "mount", "cgroup"'
more=", \"uidMappings\": [{ \"containerID\": 0, \"hostID\": $(id -u), \"size\": 1 }]"
more="$more, \"gidMappings\": [{ \"containerID\": 0, \"hostID\": $(id -g), \"size\": 1 }]"
property() { systemctl --user show --property "$2" --value "$1"; }

t_scope_of_user() {
  flags=(--systemd-cgroup)
  resources='{ "memory": { "limit": 67108864 }, "pids": { "limit": 20 } }'
  bundle it 'sleep 99'
  try ocits create -b "$work/it" it
  is status "$rc" 0
  local below=/user.slice/user-$UID.slice/user@$UID.service/user.slice/ocits-it.scope
  is cgroup "$(cat "/proc/$(pid it)/cgroup")" "0::$below"
  is properties "$(property ocits-it.scope MemoryMax) $(property ocits-it.scope TasksMax)" '67108864 20'
  is files "$(cat $top/$below/memory.max) $(cat $top/$below/pids.max)" '67108864 20'
  try ocits delete --force it
  is deleted "$rc" 0
  gone $top/$below
  is unit "$(property ocits-it.scope LoadState)" not-found
}

# As an engine without rights: root in its own user namespace, with the bus of the user.
t_scope_of_engine() {
  resources='{ "memory": { "limit": 67108864 }, "pids": { "limit": 20 } }' more='' namespaces='"pid", "mount", "cgroup"'
  bundle it 'cat /proc/self/cgroup /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max; id -u'
  try unshare --user --map-root-user --map-auto --mount "$work/ocits" --root "$work/state" --systemd-cgroup run -b "$work/it" it
  is status "$rc" 0
  is said "$out" $'0::/\n67108864\n20\n0'
  is unit "$(property ocits-it.scope LoadState)" not-found
}

t_delegated_to_user() {
  resources='{ "pids": { "limit": 20 } }'
  inside 'cat /proc/self/cgroup /sys/fs/cgroup/pids.max'
  is said "$out" $'0::/\n20'
}

t_nothing_to_delegate() {
  path=/elsewhere resources='{ "pids": { "limit": 20 } }'
  inside true
  is status "$rc" 1
  has error "$out" 'config.json#/linux/resources/pids/limit: without privilege there is no cgroup to limit'
}

t_no_bus() {
  flags=(--systemd-cgroup)
  export DBUS_SESSION_BUS_ADDRESS=unix:path=/no/bus
  inside true
  is status "$rc" 1
  has error "$out" '/no/bus'
}
