# Cases of podman, conmon, and the RUN of builds. Without CAP_SYS_RESOURCE podman's default limits cannot be set, hence default_ulimits.
# shellcheck shell=bash disable=SC2016,SC2154 # as in common.sh

# shellcheck source=/dev/null
. "$here/common.sh"
files=("$here/common.sh" "${files[@]}")
long='parallel50 exec_killed buildah'
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
t_configured() {
  printf '%s\n' '[containers]' 'netns = "none"' 'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]' '[engine]' \
    'cgroup_manager = "cgroupfs"' 'events_logger = "file"' "runtime = \"$runtime\"" >line.conf
  is "$runtime" env CONTAINERS_CONF="$dir/line.conf" "${engine[@]}" info -f '{{.Host.OCIRuntime.Name}}'
  is hi env CONTAINERS_CONF="$dir/line.conf" "${engine[@]}" run --rm bb echo hi
}
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
# --- operations of podman itself
t_log_none() { bg one --log-driver none bb echo x; e wait one; has 'driver' e logs one; }
t_log_passthrough() { is hi run --log-driver passthrough bb echo hi; }
t_log_path() { bg one --log-driver k8s-file --log-opt "path=$dir/one.log" bb sh -c 'echo out; echo err >&2'; e wait one; has ' stdout F out' cat one.log; has ' stderr F err' cat one.log; }
t_log_size() { bg one --log-driver k8s-file --log-opt "path=$dir/size.log" --log-opt max-size=10k bb sh -c 'seq 1 20000'; e wait one; ends 0 test "$(stat -c %s size.log)" -le 10240; has 20000 e logs one; }
t_restart_always() { bg one --restart always bb sh -c 'echo up; sleep 100'; soon is up e logs one; kill -9 "$(pid one)"; soon is $'up\nup' e logs one; is running status one; e stop -t 0 one; is exited status one; }
t_name_again() { for i in {1..10}; do bg one bb sleep 100; is "$i" e exec one echo "$i"; e rm -f -t 0 one; done; }
t_health_start() { bg one --health-cmd 'test -e /tmp/good || exit 1' --health-interval disable --health-retries 1 bb sleep 100; ends 1 e healthcheck run one; is unhealthy e inspect -f '{{.State.Health.Status}}' one; e exec one touch /tmp/good; ends 0 e healthcheck run one; is healthy e inspect -f '{{.State.Health.Status}}' one; }
t_secret() { echo hidden >s; e secret create sec1 s; is hidden run --secret sec1 bb cat /run/secrets/sec1; is '400 5' run --secret sec1,mode=0400,uid=5 bb stat -c '%a %u' /run/secrets/sec1; is hidden run --secret sec1,type=env,target=S bb sh -c 'echo $S'; e secret rm sec1; }
t_tmpfs_copied() { is 1777 run --tmpfs /new bb stat -c %a /new; has plain run --tmpfs /srv bb ls /srv; is '' run --mount type=tmpfs,destination=/srv,notmpcopyup bb ls /srv; is 1750 run --mount type=tmpfs,destination=/t,tmpfs-mode=1750 bb stat -c %a /t; }
t_device_ro() { has 'not permitted' run --device /dev/loop-control:/dev/x:r bb sh -c 'exec 3>/dev/x'; ends 0 run --device /dev/loop-control:/dev/x:r bb sh -c 'exec 3</dev/x'; }
t_device_rule() { has 'not permitted' run --cap-add mknod bb sh -c 'mknod /tmp/d c 10 237 && exec 3</tmp/d'; is '' run --cap-add mknod --device-cgroup-rule 'c 10:237 r' bb sh -c 'mknod /tmp/d c 10 237 && exec 3</tmp/d'; }
t_idmap() { mkdir -p idm; chown 7:7 idm; is '7 7' run --uidmap 0:100000:5000 -v "$dir/idm:/v:idmap" bb stat -c '%u %g' /v; }
t_userns_share() { bg one --uidmap 0:100000:5000 bb sleep 100; is 100000 run --userns container:one bb awk '{ print $2 }' /proc/self/uid_map; is '0 0' e exec one sh -c "$ids"; is 100000 awk '/Uid/{print $2}' "/proc/$(pid one)/status"; }
t_init_reaps() { bg one --init --init-path="$(command -v catatonit)" bb sh -c '(sleep 0.1 &); exec sleep 100'; e exec one sh -c '(sleep 0.1 &)'; soon e exec one sh -c '! grep -h "State:.Z" /proc/[0-9]*/status'; e stop -t 5 one; is 143 e wait one; }
t_top_columns() { bg one -u app bb sleep 100; has '1 app sleep 100' squeezed e top one pid user args; has "$(pid one)" e top one hpid; has 'sleep 100' e top one -o pid,args; }
t_stats_all() { bg one bb sleep 100; bg two bb sleep 100; is 'one two' sorted e stats --no-stream --format '{{.Name}}'; is 1 e stats --no-stream --format '{{.PIDs}}' one; }
t_ipc_share() { bg one --ipc shareable bb sleep 100; is "$(readlink "/proc/$(pid one)/ns/ipc")" run --ipc container:one bb readlink /proc/self/ns/ipc; }
t_cgroupns_host() { is "$(readlink /proc/self/ns/cgroup)" run --cgroupns host bb readlink /proc/self/ns/cgroup; }
t_unmasked() { is '' run bb ls /sys/firmware; [ -z "$(ls /sys/firmware)" ] || has "$(ls /sys/firmware | head -n 1)" run --security-opt unmask=/sys/firmware bb ls /sys/firmware; is '' run --security-opt mask=/srv bb ls /srv; }
t_workdir_missing() { has nosuchdir run -w /nosuchdir bb pwd; }
t_long_name() { is hi run --name "$(printf 'n%.0s' {1..200})" bb echo hi; }
t_many_mounts() { local options=(); for i in {1..150}; do options+=(-v "$dir/rootfs/etc:/m/$i:ro"); done; is app:x:1000: run "${options[@]}" bb grep app /m/149/group; }

# --- pods. Their first container has the same image, because there is no registry.
pod() { e pod create --infra-image bb --infra-command '/bin/sleep 1000' --network none "$@"; }
t_pod_shared() {
  pod --name pod1 --hostname podhost
  bg one --pod pod1 bb sleep 100
  bg two --pod pod1 bb sleep 100
  is podhost e exec two hostname
  for kind in net uts ipc; do is "$(readlink "/proc/$(pid one)/ns/$kind")" readlink "/proc/$(pid two)/ns/$kind"; done
  ends 1 test "$(readlink "/proc/$(pid one)/ns/pid")" = "$(readlink "/proc/$(pid two)/ns/pid")"
  e pod rm -f -t 0 pod1
}
t_pod_pid() {
  pod --name pod1 --share pid,ipc
  bg one --pod pod1 bb sleep 101
  bg two --pod pod1 bb sleep 102
  has 'sleep 101' e exec two ps
  e kill one
  soon is exited status one
  is x e exec two echo x
  e start one
  e pod pause pod1
  is paused status two
  e pod unpause pod1
  is running status two
  e pod stop -t 0 pod1
  e pod start pod1
  has 'sleep 101' e exec two ps
  e pod rm -f -t 0 pod1
}
t_kube() {
  pod --name pod1
  bg one --pod pod1 -e V=kept -m 64m bb sh -c 'echo $V; sleep 100'
  e generate kube pod1 >kube.yaml
  has 'kind: Pod' cat kube.yaml
  e pod rm -f -t 0 pod1
  e play kube --network none kube.yaml
  soon is kept e logs pod1-one
  is 67108864 limit pod1-one memory.limit_in_bytes memory.max
  is x e exec pod1-one echo x
  e play kube --down kube.yaml
  is '' e ps -aq
}
t_kube_probe() {
  printf '%s\n' 'apiVersion: v1' 'kind: Pod' 'metadata: { name: probed }' 'spec:' '  restartPolicy: Never' '  containers:' \
    '  - { name: one, image: localhost/bb, command: [sleep, "100"], livenessProbe: { exec: { command: [test, -e, /tmp/good] }, periodSeconds: 60, failureThreshold: 1 } }' >probe.yaml
  e play kube --network none probe.yaml
  e exec probed-one touch /tmp/good
  ends 0 e healthcheck run probed-one
  e exec probed-one rm /tmp/good
  ends 1 e healthcheck run probed-one
  e play kube --down probe.yaml
}

# --- with its API, and with buildah
t_service() {
  e system service -t 0 "unix://$dir/api" &
  remote() { "${limited[@]}" podman --remote --url "unix://$dir/api" "$@"; }
  soon remote version
  is hi remote run --rm bb echo hi
  remote run -d --name one bb sleep 100
  ends 5 remote exec one sh -c 'exit 5'
  is x remote exec one echo x
  remote stop -t 0 one
  is 137 remote wait one
  remote rm one
  kill %1
}
t_buildah() {
  command -v buildah >/dev/null || skip 'there is no buildah'
  b() { "${limited[@]}" buildah --root "$dir/root" --runroot "$dir/run" "$@"; }
  # The config of buildah causes a warning: it has ambient capabilities that are not inheritable.
  quiet() { "$@" 2>/dev/null; }
  own=(run --isolation oci --runtime "$runtime" --network none)
  work=$(b from --pull-never localhost/bb)
  is hi quiet b "${own[@]}" "$work" -- echo hi
  ends 7 b "${own[@]}" "$work" -- sh -c 'exit 7'
  is '1000 1000' quiet b "${own[@]}" --user app "$work" -- sh -c "$ids"
  has nosuch b "${own[@]}" "$work" -- nosuch
  mkdir -p bv && echo in >bv/f
  is in quiet b "${own[@]}" -v "$dir/bv:/v" "$work" -- cat /v/f
  has /dev/pts/0 tty quiet b "${own[@]}" -t "$work" -- tty
  b "${own[@]}" "$work" -- sh -c 'echo kept >/kept'
  is kept quiet b "${own[@]}" "$work" -- cat /kept
  is chroot b run --isolation chroot "$work" -- echo chroot
  b rm "$work"
}

# --- many containers, and kills
t_parallel50() {
  for i in {1..50}; do
    { bg "n$i" bb sleep 1000 && e exec "n$i" echo "n$i" && e rm -f -t 0 "n$i" >/dev/null; } &
  done >many50
  wait
  is 50 sh -c 'sort -u many50 | wc -l'
  is '' e ps -aq
  is 0 grep -c "$dir/root/overlay/.*merged" /proc/mounts
}
# The runtime is killed during exec, at any moment of its 5 ms: after that podman knows all processes in the container.
t_exec_killed() {
  printf '%s\n' '#!/bin/bash' 'case " $* " in *" exec "*) ;; *) exec '"$runtime"' "$@" ;; esac' \
    "$runtime"' "$@" & sleep 0.00$((RANDOM % 10)); kill -9 $!; wait $!' >killing
  chmod 755 killing
  e --runtime "$dir/killing" run -d --name one bb sleep 100
  local begun=0 inside
  for i in {1..20}; do ! e --runtime "$dir/killing" exec -d one sleep 77 || begun=$((begun + 1)); done
  inside=$(cgroup_of "$(pid one)" pids.current pids.current)
  echo "$begun of 20 began, $inside are inside"
  [ "$inside" -le $((begun + 1)) ]
}
t_left_over() { is '' e ps -aq; is '' find "$dir/run" -name pidfile; is 0 grep -c "$dir/root/overlay/.*merged" /proc/mounts; }
