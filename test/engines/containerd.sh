# Cases of containerd and its shim for runc, with ctr.
# shellcheck shell=bash disable=SC2016,SC2154 # shell programs for containers; variables of battery.sh

engine=("${limited[@]}" ctr -a "$dir/sock" -n ocits)
own=(--runc-binary "$runtime" --runc-root "$dir/runc")
e() { "${engine[@]}" "$@"; }
# start ID OPTION… bb COMMAND…: ctr expects the id after the image.
start() {
  local id=$1 options=()
  shift
  while [ "$1" != bb ]; do options+=("$1"); shift; done
  [ -z "${SYSTEMD:-}" ] || options+=(--runc-systemd-cgroup --cgroup "system.slice:ocits:u$BASHPID")
  e run "${own[@]}" "${options[@]}" bb:1 "$id" "${@:2}"
}
run() { start "r$BASHPID.$RANDOM" --rm "$@"; }
bg() { start "$1" -d --null-io "${@:2}"; }
inside() { e tasks exec --exec-id "e$BASHPID.$RANDOM" "$@"; }
status() { e tasks ls | awk -v id="$1" '$1 == id {print $3}'; }
pid() { e tasks ls | awk -v id="$1" '$1 == id {print $2}'; }
limit() { cgroup_of "$(pid "$1")" "$2" "$3"; } # limit NAME FILE-OF-V1 FILE-OF-V2
gone() { [ "$(status "$1")" = STOPPED ] || [ -z "$(status "$1")" ]; }

setup() {
  cat >config.toml <<CONF
version = 2
root = "$dir/root"
state = "$dir/state"
oom_score = 0
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.restart"]
[grpc]
address = "$dir/sock"
[plugins."io.containerd.internal.v1.opt"]
path = "$dir/opt"
CONF
  mkdir bin
  ln -s "$runtime" bin/runc # the runtime after `ctr containers create`, which has no --runc-binary
  PATH=$dir/bin:$PATH containerd -c config.toml >containerd.log 2>&1 &
  rootfs "$dir/rootfs"
  image bb.tar
  soon e version || { tail -5 containerd.log; return 1; }
  e images import bb.tar
}
image() { # FILE: the root file system as a tar of an OCI image layout
  local blobs=layout/blobs/sha256 layer config manifest
  mkdir -p $blobs
  blob() { # FILE: moves to the path of its digest; prints the words of the descriptor
    local sum
    sum=$(sha256sum "$1" | cut -d' ' -f1)
    mv "$1" "$blobs/$sum"
    echo "\"digest\":\"sha256:$sum\",\"size\":$(stat -c %s "$blobs/$sum")"
  }
  tar -C rootfs -cf layer .
  layer=$(blob layer)
  echo '{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":['"$(cut -d: -f2- <<<"${layer%%,*}")"']}}' >config
  config=$(blob config)
  echo '{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json",'"$config"'},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar",'"$layer"'}]}' >manifest
  manifest=$(blob manifest)
  echo '{"imageLayoutVersion":"1.0.0"}' >layout/oci-layout
  echo '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",'"$manifest"',"annotations":{"io.containerd.image.name":"bb:1"}}]}' >layout/index.json
  tar -C layout -cf "$1" .
}
after() {
  local id
  for id in $(e tasks ls -q); do e tasks kill -s 9 "$id" || true; done
  for id in $(e tasks ls -q); do soon gone "$id"; e tasks rm -f "$id" || true; done
  e containers rm $(e containers ls -q) || true
  e snapshots rm $(e snapshots ls | awk '$2 !~ /sha256/ && $3 == "Active" {print $1}')
}

# --- one container in the foreground; ctr never closes the stdin of `run`
t_echo() { is hi run bb echo hi; }
t_exit_code() { ends 0 run bb true; ends 7 run bb sh -c 'exit 7'; ends 137 run --with-ns=pid:/proc/$$/ns/pid bb sh -c 'kill -9 $$'; }
t_missing_command() { has nosuch run bb /bin/nosuch; has nosuchcommand run bb nosuchcommand; }
t_not_executable() { has 'ermission denied' run bb /srv/plain; }
t_stdin() { printf 'hello\n' | run bb head -n 1 >o; is hello cat o; }
t_big_output() { run bb head -c 5000000 /dev/zero >big; is 5000000 stat -c %s big; }
t_stderr_apart() { run bb sh -c 'echo out; echo err >&2' >o 2>e; is out cat o; is err cat e; }
t_rootfs_option() { is hi e run --rm "${own[@]}" --rootfs "$dir/rootfs" rf /bin/echo hi; }
t_config_file() {
  bg src bb sleep 100
  e containers info --spec src >spec.json
  e tasks kill -s 9 src
  soon gone src
  sed -i 's#"cwd": *"/"#"cwd":"/srv"#; s#"sleep"#"pwd"#; s#"100"#"-P"#; s#ocits/src#ocits/cf#; s#"path": *"rootfs"#"path":"'"$dir"'/rootfs"#' spec.json
  is /srv e run --rm "${own[@]}" --config spec.json cf
}
t_env() { is 'a b' run --env 'X=a b' bb sh -c 'echo "$X"'; }
t_workdir() { is /srv run --cwd /srv bb pwd; }
t_pid_one() { is 1 run bb sh -c 'echo $$'; }
t_tty() { has /dev/pts/0 tty run -t bb tty; ends 9 tty run -t bb sh -c 'exit 9'; }
t_volume() { mkdir v; echo in >v/f; is in run --mount "type=bind,src=$dir/v,dst=/v,options=rbind:rw" bb sh -c 'cat /v/f; echo out >/v/g'; is out cat v/g; }
t_volume_ro() { mkdir -p ro; has Read-only run --mount "type=bind,src=$dir/ro,dst=/v,options=rbind:ro" bb touch /v/x; }
t_tmpfs() { has size=1024k run --mount 'type=tmpfs,src=tmpfs,dst=/t,options=size=1m:noexec' bb grep ' /t ' /proc/mounts; }
t_ro_rootfs() { has Read-only run --read-only bb touch /x; }
t_device() { is c run --device /dev/full bb sh -c 'test -c /dev/full && echo c'; }
t_privileged() { is 0 run --privileged bb awk "$seccomp" /proc/self/status; }
t_caps_default() { has 5fb run bb awk "$effective" /proc/self/status; }
t_caps_drop() { is 00000000a80425fa run --cap-drop CAP_CHOWN bb awk "$effective" /proc/self/status; }
t_caps_add() { is 00000000a80435fb run --cap-add CAP_NET_ADMIN bb awk "$effective" /proc/self/status; }
t_seccomp() { is 2 run --seccomp bb awk "$seccomp" /proc/self/status; has 'not permitted' run --seccomp --cap-add CAP_SYS_ADMIN bb swapoff /srv/plain; has 'nvalid argument' run --cap-add CAP_SYS_ADMIN bb swapoff /srv/plain; }
t_no_new_privs() { is 1 run bb awk '/NoNewPrivs/{print $2}' /proc/self/status; }
t_masked() { is 0 run bb sh -c 'cat /proc/kcore 2>/dev/null | wc -c'; has Read-only run bb sh -c 'echo 1 >/proc/sys/kernel/panic'; }
t_ns_host() { is "$(readlink /proc/self/ns/net)" run --net-host bb readlink /proc/self/ns/net; }
t_ns_share() { bg one bb sleep 100; is "$(readlink "/proc/$(pid one)/ns/uts")" run --with-ns "uts:/proc/$(pid one)/ns/uts" bb readlink /proc/self/ns/uts; }
t_cgroup_path() { [ -z "${SYSTEMD:-}" ] || skip 'systemd wants a slice'; bg one --cgroup /ocits-battery/deep bb sleep 100; has /ocits-battery/deep cat "/proc/$(pid one)/cgroup"; }
t_memory() { bg one --memory-limit 67108864 bb sleep 100; is 67108864 limit one memory.limit_in_bytes memory.max; }
t_memory_oom() { ends 137 run --memory-limit 16777216 bb sh -c "$eat"; }
t_cpus() { bg one --cpus 0.5 bb sleep 100; has 50000 limit one cpu.cfs_quota_us cpu.max; }
t_pid_file() { bg one --pid-file "$dir/pidf" bb sleep 100; is "$(pid one)" cat pidf; }
t_log_uri() { start one -d --log-uri "file://$dir/task.log" bb echo logged; soon is logged cat task.log; }

# --- a container in the background
t_detached() { bg one bb sleep 100; is RUNNING status one; is x inside one echo x; e tasks kill one -s 9; soon gone one; e tasks rm one; e containers rm one; }
t_exec_code() { bg one bb sleep 100; ends 5 inside one sh -c 'exit 5'; has nosuch inside one nosuch; has 'ermission denied' inside one /srv/plain; is x inside one echo x; }
t_exec_options() { bg one bb sleep 100; is '/srv 1000' inside --cwd /srv --user app one sh -c 'echo $PWD $(id -u)'; }
t_exec_stdin() { bg one bb sleep 100; printf 'hello\n' | inside one wc -c >o; is 6 cat o; }
t_exec_tty() { bg one bb sleep 100; has /dev/pts/ tty inside -t one tty; ends 9 tty inside -t one sh -c 'exit 9'; }
t_exec_detached() { bg one bb sleep 100; inside -d --log-uri "file://$dir/ed.log" one sh -c 'echo yes >/tmp/done'; soon is yes inside one cat /tmp/done; }
t_exec_many() { bg one bb sleep 100; for i in {1..10}; do inside one echo "$i" & done >many; wait; is 10 sh -c 'sort -u many | wc -l'; }
t_kill_term() { bg one bb sh -c 'trap "exit 3" TERM; touch /tmp/up; while :; do sleep 0.1; done'; soon inside one test -e /tmp/up; e tasks kill one; soon gone one; has 'exit code 3' e tasks rm one; }
t_kill_all() { bg one bb sh -c 'sleep 100 & wait'; e tasks kill -a -s 9 one; soon gone one; has 'exit code 137' e tasks rm one; }
t_kill_dead() { bg one bb true; soon gone one; has 'not found' e tasks kill one; }
t_create_start() { e containers create bb:1 one echo made; is made e tasks start one; }
t_pause() { bg one bb sleep 100; e tasks pause one; is PAUSED status one; e tasks resume one; is RUNNING status one; is x inside one echo x; }
t_ps() { bg one bb sleep 100; has "$(pid one)" e tasks ps one; }
t_metrics() { bg one bb sleep 100; has memory e tasks metrics one; }
t_exit_fast() { for i in {1..10}; do is '' run bb true; done; }
t_delete_force() { bg one bb sh -c 'trap "" TERM; sleep 100'; ends 0 e tasks rm -f one; is '' status one; }
t_checkpoint() { checkpoints; bg one bb sleep 100; e tasks checkpoint --exit --image-path "$dir/cp" one; }
t_shim_dies() { bg one bb sleep 100; local p; p=$(pid one); kill -9 "$(awk '{print $4}' "/proc/$p/stat")"; soon gone one; soon test ! -e "/proc/$p"; }

# --- many
t_parallel20() { for i in {1..20}; do run bb echo "n$i" & done >many20; wait; is 20 sh -c 'sort -u many20 | wc -l'; }
t_serial20() { for i in {1..20}; do is "$i" run bb echo "$i"; done; }
t_left_over() { is '' e tasks ls -q; is '' e containers ls -q; is '' find "$dir/state" -name init.pid; is 0 grep -c "$dir/state/.*rootfs" /proc/mounts; }
