# Cases of podman, conmon, and the RUN of builds. Without CAP_SYS_RESOURCE podman's own default limits cannot be set, hence default_ulimits.
# shellcheck shell=bash disable=SC2016,SC2154 # as in common.sh

# shellcheck source=/dev/null
. "$here/common.sh"
files=("$here/common.sh" "${files[@]}")
export CONTAINERS_CONF=$dir/containers.conf
unset NOTIFY_SOCKET
engine=("${limited[@]}" podman --root "$dir/root" --runroot "$dir/run" --tmpdir "$dir/tmp")
e() { "${engine[@]}" "$@"; }
run() { e run --rm "$@"; }
bg() { e run -d --name "$@" >/dev/null; }

setup() {
  local manager=cgroupfs
  [ -z "${SYSTEMD:-}" ] || manager=systemd
  cat >"$CONTAINERS_CONF" <<CONF
[containers]
netns = "none"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "k8s-file"
[engine]
runtime = "ocits"
cgroup_manager = "$manager"
events_logger = "file"
runtime_supports_nocgroup = ["ocits"]
[engine.runtimes]
ocits = ["$runtime"]
CONF
  rootfs "$dir/rootfs"
  tar -C "$dir/rootfs" -c . | e import - bb
}
after() { e rm -af -t 0; }

t_env_podman() { has container=podman run bb env; }
t_umask() { is 0027 run --umask=0027 bb sh -c umask; }
t_init() { is podman-init run --init --init-path="$(command -v catatonit)" bb cat /proc/1/comm; }
t_rootfs_option() { is hi run --rootfs "$dir/rootfs:O" echo hi; }
t_preserve_fds() { is fd3 run --preserve-fds 1 bb cat /dev/fd/3 3< <(echo fd3); }
t_ro_rootfs_tmp() { ends 0 run --read-only bb touch /tmp/x; }
t_privileged() { is c run --privileged bb sh -c 'test -c /dev/full && echo c'; is "$(awk "$bounding" /proc/self/status)" run --privileged bb awk "$bounding" /proc/self/status; }
t_caps_default() { has 5fb run bb awk "$effective" /proc/self/status; }
t_seccomp_off() { is 0 run --security-opt seccomp=unconfined bb awk "$seccomp" /proc/self/status; has 'nvalid argument' run --cap-add=sys_admin --security-opt seccomp=unconfined bb swapoff /srv/plain; }
t_userns() { [ "$(id -u)" = 0 ] || skip 'no second user namespace without root'; is '0 100000 5000' run --uidmap 0:100000:5000 bb sh -c 'echo $(cat /proc/self/uid_map)'; is '0 0' run --uidmap 0:100000:5000 bb sh -c "$ids"; }
t_ns_share() { bg one -h holder bb sleep 100; is holder run --uts container:one bb hostname; }
t_pids_hit() { has 'esource temporarily' run --pids-limit 8 bb sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1 & done; wait'; }
t_cgroups_disabled() { is hi run --cgroups=disabled bb echo hi; }
t_exec_caps() { bg one --cap-drop all bb sleep 100; is 0000000000000000 e exec one awk "$effective" /proc/self/status; }
t_create_start() { e create --name one bb echo made; is made e start -a one; is exited status one; is made e start -a one; }
t_health() { bg one --health-cmd 'test -e /tmp/good' --health-interval disable bb sleep 100; ends 1 e healthcheck run one; e exec one touch /tmp/good; ends 0 e healthcheck run one; }
t_pod() { e pod create --infra=false --name pod1; e run -d --pod pod1 --name one bb sleep 100; e pod stop -t 0 pod1; is exited status one; e pod rm -f pod1; }
t_hook() {
  mkdir hooks
  printf '#!/bin/sh\ncat >%s/hook.out\n' "$dir" >hook.sh
  chmod 755 hook.sh
  echo '{"version":"1.0.0","hook":{"path":"'"$dir"'/hook.sh"},"when":{"always":true},"stages":["createRuntime"]}' >hooks/h.json
  e --hooks-dir "$dir/hooks" run --rm bb true
  has '"pid"' cat hook.out
}
t_sdnotify() { bg one --sdnotify=container -e X=1 bb sh -c 'echo ${NOTIFY_SOCKET:-none}; sleep 100' & sleep 3; is none e logs one || has notify e logs one; }
t_checkpoint() { checkpoints; bg one bb sh -c 'while :; do sleep 0.2; done'; e container checkpoint one; e container restore one; is running status one; }
t_build() {
  mkdir context
  printf 'FROM bb\nRUN echo built >/f && id -u >>/f\nUSER app\nRUN id -u >/tmp/u\nENTRYPOINT ["cat","/f","/tmp/u"]\n' >context/Dockerfile
  e build --network none --isolation oci -q -t built context
  is $'built\n0\n1000' run built
}
t_build_fail() { mkdir failing; printf 'FROM bb\nRUN exit 3\n' >failing/Dockerfile; has 'exit status 3' e build --network none --isolation oci failing; }
t_left_over() { is '' e ps -aq; is '' find "$dir/run" -name pidfile; is 0 grep -c "$dir/root/overlay/.*merged" /proc/mounts; }
