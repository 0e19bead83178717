# The common cases of podman and docker, whose command lines are the same. `e` is the engine. `run` and `bg` are its `run`, in the
# foreground, and with a name in the background. `bb` is the image.
# shellcheck shell=bash disable=SC2016,SC2154 # shell programs for containers; variables of battery.sh

status() { e inspect -f '{{.State.Status}}' "$1"; }
pid() { e inspect -f '{{.State.Pid}}' "$1"; }
limit() { cgroup_of "$(pid "$1")" "$2" "$3"; } # limit NAME FILE-OF-V1 FILE-OF-V2

# --- one container in the foreground
t_echo() { is hi run bb echo hi; }
t_exit_code() { ends 0 run bb true; ends 7 run bb sh -c 'exit 7'; ends 137 run --pid=host bb sh -c 'kill -9 $$'; }
t_missing_command() { ends 127 run bb nosuchcommand; ends 127 run bb /bin/nosuch; has nosuch run bb /bin/nosuch; }
t_not_executable() { ends 126 run bb /srv/plain; ends 126 run bb /etc; }
t_bad_interpreter() { has 'o such file' run bb /srv/badinterp; }
t_stdin() { printf 'hello\n' >in; is 6 run -i bb wc -c <in; }
t_big_output() { run bb head -c 5000000 /dev/zero >big; is 5000000 stat -c %s big; }
t_stderr_apart() { run bb sh -c 'echo out; echo err >&2' >o 2>e; is out cat o; is err cat e; }
t_env() { is 'a b' run -e 'X=a b' bb sh -c 'echo "$X"'; }
t_workdir() { is /srv run -w /srv bb pwd; }
t_user() { is '1000 1000' run -u app bb sh -c "$ids"; is '5 6' run -u 5:6 bb sh -c "$ids"; }
t_groups() { has 2000 run -u app --group-add=2000 bb id -G; }
t_hostname() { is box1 run -h box1 bb hostname; }
t_pid_one() { is 1 run bb sh -c 'echo $$'; }
t_entrypoint() { is 'x y' run --entrypoint echo bb x y; }
t_tty() { is /dev/pts/0 tty run -it bb tty; ends 9 tty run -it bb sh -c 'exit 9'; }
t_tty_size() { has '30 100' tty sized run -it bb sh -c 'sleep 0.5; stty size'; }

# --- files
t_volume() { mkdir v; echo in >v/f; is in run -v "$dir/v:/v" bb sh -c 'cat /v/f; echo out >/v/g'; is out cat v/g; }
t_volume_ro() { mkdir -p ro; has Read-only run -v "$dir/ro:/v:ro" bb touch /v/x; }
t_volume_named() { e volume create vol1; run -v vol1:/d bb sh -c 'echo kept >/d/f'; is kept run -v vol1:/d bb cat /d/f; }
t_volume_file() { echo one >one; is one run -v "$dir/one:/etc/one:ro" bb cat /etc/one; }
t_propagation() { mkdir sh; mount -t tmpfs t sh; mount --make-shared sh; has ' master:' run -v "$dir/sh:/v:rslave" bb grep ' /v ' /proc/self/mountinfo; }
t_ro_rootfs() { has Read-only run --read-only bb touch /x; }
t_tmpfs() { has noexec,relatime,size=1024k run --tmpfs /t:size=1m,noexec bb grep ' /t ' /proc/mounts; }
t_shm_size() { has size=2048k run --shm-size=2m bb grep ' /dev/shm ' /proc/mounts; }
t_device() { is c run --device=/dev/full:/dev/xfull bb sh -c 'test -c /dev/xfull && echo c'; }
t_device_denied() { has 'not permitted' run --cap-add=mknod bb sh -c 'mknod /tmp/d c 10 232; cat /tmp/d'; }

# --- privileges
t_caps_drop() { is 0000000000000000 run --cap-drop=all bb awk "$effective" /proc/self/status; }
t_caps_add() { is 0000000000001000 run --cap-drop=all --cap-add=net_admin bb awk "$effective" /proc/self/status; }
t_caps_user() { is 0000000000000000 run -u app bb awk "$effective" /proc/self/status; }
t_seccomp_default() { is 2 run bb awk "$seccomp" /proc/self/status; has 'not permitted' run --cap-add=sys_admin bb swapoff /srv/plain; }
t_no_new_privs() { is 1 run --security-opt no-new-privileges bb awk '/NoNewPrivs/{print $2}' /proc/self/status; }
t_masked() { is 0 run bb sh -c 'cat /proc/kcore 2>/dev/null | wc -c'; has Read-only run bb sh -c 'echo 1 >/proc/sys/kernel/panic'; }
t_sysctl() { is 7777 run --sysctl kernel.shmmni=7777 bb cat /proc/sys/kernel/shmmni; }
t_ulimits() { is '512 600' run --ulimit nofile=512:600 --ulimit nproc=99 bb sh -c 'echo $(ulimit -Sn) $(ulimit -Hn)'; }
t_oom_score() { is 500 run --oom-score-adj=500 bb cat /proc/self/oom_score_adj; }
t_ns_host() { is "$(readlink /proc/self/ns/uts)" run --uts=host bb readlink /proc/self/ns/uts; is "$(readlink /proc/self/ns/pid)" run --pid=host bb readlink /proc/self/ns/pid; }

# --- limits
t_memory() { bg one -m 64m bb sleep 100; is 67108864 limit one memory.limit_in_bytes memory.max; }
t_memory_oom() { ends 137 run -m 16m bb sh -c "$eat"; }
t_pids() { bg one --pids-limit 33 bb sleep 100; is 33 limit one pids.max pids.max; }
t_cpu_quota() { bg one --cpus 0.5 bb sleep 100; has 50000 limit one cpu.cfs_quota_us cpu.max; }
t_cpu_set() { bg one --cpuset-cpus 0 bb sleep 100; is 0 limit one cpuset.cpus cpuset.cpus; }
t_update() { bg one -m 64m bb sleep 100; e update -m 128m --memory-swap 256m one; is 134217728 limit one memory.limit_in_bytes memory.max; }

# --- a container in the background
t_detached() { bg one bb sh -c 'echo started; sleep 100'; soon is started e logs one; is x e exec one echo x; ends 0 e stop -t 1 one; ends 0 e rm one; }
t_exec_code() { bg one bb sleep 100; ends 5 e exec one sh -c 'exit 5'; ends '12[67]' e exec one nosuch; ends 126 e exec one /srv/plain; }
t_exec_options() { bg one bb sleep 100; is '/srv 1000 v' e exec -w /srv -u app -e E=v one sh -c 'echo $PWD $(id -u) $E'; }
t_exec_stdin() { bg one bb sleep 100; printf 'hello\n' >in; is 6 e exec -i one wc -c <in; }
t_exec_tty() { bg one bb sleep 100; has /dev/pts/ tty e exec -it one tty; ends 9 tty e exec -it one sh -c 'exit 9'; }
t_exec_detached() { bg one bb sleep 100; e exec -d one sh -c 'echo yes >/tmp/done'; soon is yes e exec one cat /tmp/done; }
t_exec_many() { bg one bb sleep 100; for i in {1..10}; do e exec one echo "$i" & done >many; wait; is 10 sh -c 'sort -u many | wc -l'; }
t_stop_term() { bg one bb sh -c 'trap "exit 3" TERM; echo up; while :; do sleep 0.1; done'; soon is up e logs one; e stop -t 5 one; is 3 e wait one; }
t_stop_kill() { bg one bb sh -c 'trap "" TERM; sleep 100'; e stop -t 1 one; is 137 e wait one; }
t_kill_signal() { bg one bb sh -c 'trap "exit 4" USR1; echo up; while :; do sleep 0.1; done'; soon is up e logs one; e kill -s USR1 one; is 4 e wait one; }
t_pause() { bg one bb sleep 100; e pause one; is paused status one; e unpause one; is running status one; is x e exec one echo x; }
t_restart() { bg one bb sleep 100; e restart -t 0 one; is running status one; }
t_restart_policy() { bg one --restart on-failure:2 bb sh -c 'exit 1'; soon is 2 e inspect -f '{{.RestartCount}}' one; }
t_top() { bg one bb sleep 100; has sleep e top one; }
t_stats() { bg one bb sleep 100; has 'B / ' e stats --no-stream --format '{{.MemUsage}}' one; }
t_attach() { bg one bb sh -c 'sleep 4; echo late'; is late e attach --no-stdin one; }
t_wait() { bg one bb sh -c 'sleep 0.5; exit 6'; is 6 e wait one; }
t_cp() { bg one bb sleep 100; echo f >cpf; e cp cpf one:/tmp/cpf; is f e exec one cat /tmp/cpf; }
t_rm_force() { bg one bb sh -c 'trap "" TERM; sleep 100'; ends 0 e rm -f one; is "" e ps -aq; }

# --- many
t_parallel20() { for i in {1..20}; do run bb echo "n$i" & done >many20; wait; is 20 sh -c 'sort -u many20 | wc -l'; }
t_serial20() { for i in {1..20}; do is "$i" run bb echo "$i"; done; }
