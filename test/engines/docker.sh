# Cases of dockerd, its containerd and its shims, without a bridge or iptables. The builder is the classic one: BuildKit in dockerd runs a binary
# named runc, never the runtime that is configured.
# shellcheck shell=bash disable=SC2016,SC2154 # as in common.sh

# shellcheck source=/dev/null
. "$here/common.sh"
files=("$here/common.sh" "${files[@]}")
export DOCKER_HOST=unix://$dir/sock DOCKER_CONFIG=$dir/cli DOCKER_BUILDKIT=0
unset DOCKER_CONTEXT
# Debian's own client where there are two: a much newer one refuses this daemon.
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
t_left_over() { is '' e ps -aq; is '' find "$dir/exec" -name init.pid; is 0 grep -c "$dir/data/overlay2/.*merged" /proc/mounts; }
