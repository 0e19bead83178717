# Cases of dockerd, its containerd and its shims, without a bridge or iptables. The builder is the classic one, because BuildKit in dockerd runs a
# binary named runc and never the configured runtime.
# shellcheck shell=bash disable=SC2016,SC2154 # as in common.sh

# shellcheck source=/dev/null
. "$here/common.sh"
files=("$here/common.sh" "${files[@]}")
export DOCKER_HOST=unix://$dir/sock DOCKER_CONFIG=$dir/cli DOCKER_BUILDKIT=0
unset DOCKER_CONTEXT
# Debian's own client if there are two, because a much newer one refuses this daemon.
engine=("${limited[@]}" "$(ls /usr/bin/docker 2>/dev/null || echo docker)")
e() { "${engine[@]}" "$@"; }
run() { e run --rm --network none "$@"; }
bg() { e run -d --network none --name "$@"; }

setup() {
  local driver=cgroupfs
  [ -z "${SYSTEMD:-}" ] || driver=systemd
  mkdir cli
  cat >daemon.json <<CONF
{ "runtimes": { "ocits": { "path": "$runtime" } }, "default-runtime": "ocits", "data-root": "$dir/data", "exec-root": "$dir/exec",
  "pidfile": "$dir/dockerd.pid", "hosts": ["$DOCKER_HOST"], "bridge": "none", "iptables": false, "ip6tables": false,
  "ip-forward": false, "userland-proxy": false, "storage-driver": "overlay2", "shutdown-timeout": 5,
  "exec-opts": ["native.cgroupdriver=$driver"] }
CONF
  dockerd --config-file daemon.json >dockerd.log 2>&1 &
  rootfs "$dir/rootfs"
  soon e version || { tail -5 dockerd.log; return 1; }
  cp dockerd.log started.log
  tar -C rootfs -c . | e import --change 'ENV PATH=/bin' - bb
}
after() { e rm -f $(e ps -aq); }

t_info() { has ocits e info -f '{{json .Runtimes}}'; is ocits e info -f '{{.DefaultRuntime}}'; }
t_no_warning() { is '' grep -iE 'level=(warning|error).*(ocits|features|runtime version)' started.log; }
t_workdir_made() { is /new run -w /new bb pwd; }
t_init() { is docker-init run --init bb cat /proc/1/comm; }
t_privileged() { all_capabilities; is 0 run --privileged bb awk "$seccomp" /proc/self/status; }
t_caps_default() { is 00000000a80425fb run bb awk "$effective" /proc/self/status; }
t_seccomp_unshare() { has 'not permitted' run bb unshare -U true; }
t_seccomp_off() { is 0 run --security-opt seccomp=unconfined bb awk "$seccomp" /proc/self/status; ends 0 run --security-opt seccomp=unconfined bb unshare -U true; }
t_ns_share() { bg one bb sleep 100; is "$(readlink "/proc/$(pid one)/ns/pid")" run --pid=container:one bb readlink /proc/self/ns/pid; }
t_ns_net() { bg one bb sleep 100; has "$(readlink "/proc/$(pid one)/ns/net")" e run --rm --network container:one bb readlink /proc/self/ns/net; }
t_oom_flag() { bg one -m 16m bb sh -c "$eat"; e wait one; soon is true e inspect -f '{{.State.OOMKilled}}' one; }
t_update_cpus() { bg one bb sleep 100; e update --cpus 0.25 one; has 25000 limit one cpu.cfs_quota_us cpu.max; }
t_cgroup_parent() { [ -z "${SYSTEMD:-}" ] || skip 'systemd wants a slice'; bg one --cgroup-parent /ocits-docker bb sleep 100; has /ocits-docker/ cat "/proc/$(pid one)/cgroup"; }
t_exec_privileged() { all_capabilities; bg one bb sleep 100; has ff e exec --privileged one awk "$effective" /proc/self/status; }
t_create_start() { e create --network none --name one bb echo made; is made e start -a one; is exited status one; is made e start -a one; }
t_health() {
  bg one --health-cmd 'test -e /tmp/good' --health-interval 1s --health-retries 1 bb sleep 100
  soon is unhealthy e inspect -f '{{.State.Health.Status}}' one
  e exec one touch /tmp/good
  soon is healthy e inspect -f '{{.State.Health.Status}}' one
}
t_shim_dies() { bg one bb sleep 100; kill -9 "$(awk '{print $4}' "/proc/$(pid one)/stat")"; soon is exited status one; }
t_build() {
  mkdir context
  printf 'FROM bb\nRUN echo built >/f && id -u >>/f\nUSER app\nRUN id -u >/tmp/u\nENTRYPOINT ["cat","/f","/tmp/u"]\n' >context/Dockerfile
  e build --network none -q -t built context
  is $'built\n0\n1000' run built
}
t_build_fail() { mkdir failing; printf 'FROM bb\nRUN exit 3\n' >failing/Dockerfile; has 'non-zero code: 3' e build --network none failing; }
# --- operations of dockerd itself
t_log_local() { bg one --log-driver local bb sh -c 'echo out; echo err >&2'; e wait one; is 'err out' sorted e logs one; }
t_log_none() { bg one --log-driver none bb echo x; e wait one; has 'does not support reading' e logs one; }
t_log_size() { bg one --log-opt max-size=10k bb seq 1 20000; e wait one; has 20000 e logs one; [ "$(e logs one | head -n 1)" != 1 ]; }
t_restart_always() { bg one --restart always bb sh -c 'echo up; sleep 100'; soon is up e logs one; kill -9 "$(pid one)"; soon is $'up\nup' e logs one; is running status one; e stop -t 0 one; is exited status one; }
t_name_again() { for i in {1..10}; do bg one bb sleep 100; is "$i" e exec one echo "$i"; e rm -f one; done; }
t_tmpfs_mode() { is 1750 run --mount type=tmpfs,destination=/t,tmpfs-mode=1750 bb stat -c %a /t; }
t_device_ro() { has 'not permitted' run --device /dev/loop-control:/dev/x:r bb sh -c 'exec 3>/dev/x'; ends 0 run --device /dev/loop-control:/dev/x:r bb sh -c 'exec 3</dev/x'; }
t_device_rule() { has 'not permitted' run bb sh -c 'mknod /tmp/d c 10 237 && exec 3</tmp/d'; is '' run --device-cgroup-rule 'c 10:237 r' bb sh -c 'mknod /tmp/d c 10 237 && exec 3</tmp/d'; }
t_init_reaps() { bg one --init bb sh -c '(sleep 0.1 &); exec sleep 100'; e exec one sh -c '(sleep 0.1 &)'; soon e exec one sh -c '! grep -h "State:.Z" /proc/[0-9]*/status'; e stop -t 5 one; is 143 e wait one; }
t_top_columns() { bg one -u app bb sleep 100; has "$(pid one)" e top one -o pid,args; has 'sleep 100' e top one -o pid,args; }
t_stats_all() { bg one bb sleep 100; bg two bb sleep 100; is 'one two' sorted e stats --no-stream --format '{{.Name}}'; is 1 e stats --no-stream --format '{{.PIDs}}' one; }
t_ipc_share() { bg one --ipc shareable bb sleep 100; is "$(readlink "/proc/$(pid one)/ns/ipc")" run --ipc container:one bb readlink /proc/self/ns/ipc; }
t_cgroupns_host() { is "$(readlink /proc/self/ns/cgroup)" run --cgroupns host bb readlink /proc/self/ns/cgroup; }
t_left_over() { is '' e ps -aq; is '' find "$dir/exec" -name init.pid; is 0 grep -c "$dir/data/overlay2/.*merged" /proc/mounts; }
