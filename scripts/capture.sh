#!/bin/bash
# capture.sh [ENGINE…]
#
# Makes bundles/docker-default, podman-default and containerd-default again: the configs that the engines of this machine write for a
# container without any option except its image, which contains the probe. The engines run in a sandbox, with their default folders and
# networks. Only `ctr` gets an option, --seccomp, because it has no profile by default. scripts/capture.ts replaces the values of this machine.
# The output of the probe is printed.
set -eu
cd "$(dirname "$0")/.."
image=localhost/probe:latest

# The command of the image: the words for the probe. expect.txt of ENGINE-default has the expected output.
probed() {
  local words path
  words='ns pid id caps cgroup cwd umask env fds signals privileges filters keyring
    call bpf call clone3 call kexec_load call keyctl call process_vm_readv call unknown call unshare
    mount / fs /proc fs /dev fs /dev/pts fs /dev/mqueue fs /dev/shm mount /sys readonly /sys/fs/cgroup ls /dev
    limit pids pids.max open /dev/null open /dev/zero node /zero 1 5 open /zero node /fuse 10 229 open /fuse
    write /file tmpfs /dev/shm mkdir /sys/fs/cgroup/new put /proc/sys/kernel/domainname probe sethostname probe net'
  for path in /proc/{acpi,kcore,keys,latency_stats,timer_list,timer_stats,sched_debug,scsi} /sys/firmware; do
    words+=" hidden $path"
  done
  for path in /proc/{asound,bus,fs,irq,sys,sysrq-trigger}; do words+=" readonly $path"; done
  case $1 in
  docker | podman)
    for path in /etc/{hostname,hosts,resolv.conf}; do words+=" mount $path"; done
    words+=' names read /etc/hostname read /proc/sys/net/ipv4/ping_group_range'
    ;;&
  docker) words+=' read /proc/self/oom_score_adj read /proc/sys/net/ipv4/ip_unprivileged_port_start' ;;
  podman) words+=' mount /run/.containerenv hidden /sys/fs/selinux hidden /sys/dev/block' ;;
  containerd) words+=' mount /run rlimit NOFILE' ;;
  esac
  echo $words
}

# The image, in a form that all three engines can load.
packed() {
  local command
  command=$(printf ',"%s"' /probe $(probed "$1"))
  mkdir image
  cp "$top/build/probe" image
  tar -C image -c . | podman import --quiet --change "CMD [${command:1}]" - $image
  podman save --quiet --format docker-archive --output image.tar $image
}

# until COMMAND…: repeats the command until it succeeds, for at most ten seconds.
until_it_can() {
  local try
  for try in {1..100}; do
    ! "$@" >/dev/null 2>&1 || return 0
    sleep 0.1
  done
  "$@"
}

with_docker() {
  dockerd >dockerd.log 2>&1 &
  until_it_can docker version
  docker load --quiet --input image.tar
  docker run $image
}

with_podman() {
  podman --runtime /run/capture/runc run $image
}

with_containerd() {
  containerd >containerd.log 2>&1 &
  until_it_can ctr version
  ctr images import image.tar
  ctr run --seccomp $image containerd-default
}

# In the sandbox: empty folders for the engines, a hosts file without the name of the machine, and a `runc` that copies the config and calls ocits.
inside() {
  local folder
  top=$PWD
  for folder in docker containers containerd cni; do
    [ ! -d "/var/lib/$folder" ] || mount -t tmpfs tmpfs "/var/lib/$folder"
  done
  mkdir /run/capture
  cd /run/capture
  echo 'nameserver 192.0.2.53' >resolv.conf
  echo '127.0.0.1 localhost' >hosts
  mount --bind resolv.conf /etc/resolv.conf
  mount --bind hosts /etc/hosts
  cat >runc <<SCRIPT
#!/bin/sh
cd "$top"
case " \$* " in *' create '*) node --import tsx scripts/capture.ts $1-default "\$@" || exit ;; esac
exec ${RUNTIME:-dist/ocits} "\$@"
SCRIPT
  chmod 755 runc
  PATH=$PWD:$PATH
  packed "$1"
  "with_$1"
}

if [ "${1-}" = --inside ]; then
  inside "$2"
  exit
fi
scripts/bundles.sh
[ $# -gt 0 ] || set -- docker podman containerd
for engine; do
  test/harness/sandbox.sh 120 "$PWD/scripts/capture.sh" --inside "$engine"
done
