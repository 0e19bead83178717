# checkpoint and restore by the criu of Debian, on pure cgroup v2: by ocits' own cgroups, and by systemd.
# shellcheck shell=bash disable=SC2034,SC2154 # variables of cases.sh

images=$work/images
count='i=0; while :; do i=$((i + 1)); echo $i >/tmp/count; sleep 0.1; done'

# it runs; $cgroup is where.
counting() {
  rm -rf "$images" "$work/log" "$root/tmp/count"
  bundle it "$count"
  ocits run --detach -b "$work/it" it </dev/null >/dev/null 2>&1
  soon goes_on 0
}
at() {
  local number
  number=$(cat "$root/tmp/count" 2>/dev/null)
  echo "${number:-0}"
}
goes_on() { [ "$(at)" -gt "$1" ]; }
dump() { try ocits checkpoint --image-path "$images" --work-path "$work/log" "$@" it; }
back() { try ocits restore --detach -b "$work/it" --image-path "$images" --work-path "$work/log" "$@" it </dev/null; }

goes_on_counting() {
  counting
  dump
  is status "$rc" 0
  try ocits state it
  has gone "$out" 'container does not exist'
  local last
  last=$(at)
  back --pid-file "$work/pid"
  is status "$rc" 0
  is said "$out" ''
  soon goes_on "$last"
  [ "$(at)" -ge "$last" ] || wrong 'it began anew'
  is status "$(status it)" running
  is pid "$(cat "$work/pid")" "$(pid it)"
  try ocits exec it cat /proc/1/cgroup
  is inside "$out" 0::/
  try ocits events --stats it
  has events "$out" '"id":"it"'
  ocits kill it KILL
  soon is_stopped it
  try ocits delete it
  is status "$rc" 0
}

t_own_cgroup() {
  path=/ocits-criu
  resources='{ "memory": { "limit": 67108864 }, "pids": { "limit": 20 } }'
  goes_on_counting
  gone /sys/fs/cgroup/ocits-criu
}

t_unit() {
  flags=(--systemd-cgroup)
  path=system.slice:ocits:criu
  goes_on_counting
  gone /sys/fs/cgroup/system.slice/ocits-criu.scope
}

t_masks_and_binds() {
  mkdir -p "$work/data"
  bundle it "$count"
  more=', "maskedPaths": ["/proc/keys", "/proc/acpi"], "readonlyPaths": ["/proc/sys"]'
  counting
  sed -i "s,\"mounts\": \[,&{ \"destination\": \"/data\"\, \"type\": \"bind\"\, \"source\": \"$work/data\"\, \"options\": [\"rbind\"\, \"ro\"] }\, ," "$work/it/config.json"
  ocits delete --force it
  mkdir -p "$root/data"
  ocits run --detach -b "$work/it" it </dev/null >/dev/null 2>&1
  soon goes_on 0
  dump
  is status "$rc" 0
  back
  is status "$rc" 0
  try ocits exec it sh -c 'cat /proc/keys; echo >/data/x; echo >/proc/sys/kernel/hostname'
  has data "$out" "can't create /data/x: Read-only file system"
  has sys "$out" "can't create /proc/sys/kernel/hostname: Read-only file system"
}

t_leave_running() {
  counting
  dump --leave-running
  is status "$rc" 0
  local last
  last=$(at)
  soon goes_on "$last"
  is status "$(status it)" running
}

t_pre_dump() {
  counting
  try ocits checkpoint --pre-dump --image-path "$work/first" it
  is status "$rc" 0
  is status "$(status it)" running
  dump --parent-path ../first
  is status "$rc" 0
  [ -L "$images/parent" ] || wrong 'the images have no parent'
  back
  is status "$rc" 0
  is status "$(status it)" running
}

t_spoilt() {
  path=/ocits-criu
  counting
  dump
  is status "$rc" 0
  : >"$images/pstree.img"
  back
  is status "$rc" 1
  has error "$out" "criu failed: restore: "
  has error "$out" "$work/log/restore.log"
  try ocits state it
  has gone "$out" 'container does not exist'
  gone /sys/fs/cgroup/ocits-criu
}

t_namespaces() {
  namespaces='"pid", "mount", "cgroup", "network", "ipc", "uts"'
  counting
  dump
  is status "$rc" 0
  back
  is status "$rc" 0
  is status "$(status it)" running
}
