#!/bin/bash
# boot.sh [-u] [-t SECONDS] [-a ARGUMENTS] FOLDER COMMAND…: runs COMMAND as root in the guest. FOLDER is its working folder, mounted read-only at /ocits.
#   -u            as the user dev, in its own session
#   -t SECONDS    the time limit for everything (default: 300)
#   -a ARGUMENTS  further kernel arguments: systemd.unified_cgroup_hierarchy=0 gives cgroup v1 with systemd
#
# Each boot begins with the same disk, and changes of it are lost. Stdout and stderr of COMMAND become stdout, and the exit code is that of
# COMMAND; 124 after the timeout, 125 if the guest died, 69 if no guest can be made.
# Without KVM the guest is emulated, ten times slower. The same holds for the KVM of pvm, which boots only its own kernels.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
guest=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/ocits/guest

user=root limit=300 arguments=
while getopts ut:a: flag; do
  case $flag in
    u) user=dev ;;
    t) limit=$OPTARG ;;
    a) arguments=$OPTARG ;;
    *) exit 69 ;;
  esac
done
shift $((OPTIND - 1))
folder=$(realpath "$1")
shift
test/vm/guest/image.sh "$guest"

machine=(-accel kvm -cpu host)
if [ ! -w /dev/kvm ] || [ -e /sys/module/kvm_pvm ]; then
  machine=(-accel "tcg,thread=multi" -cpu max)
  # An emulated timer may be late at the only moment when the kernel checks whether it works.
  arguments+=' no_timer_check'
fi
job=$(mktemp -d /var/tmp/ocits-guest.XXXXXX)
trap 'rm -rf --one-file-system "$job"' EXIT
chmod 755 "$job"
cp test/vm/guest/start.sh "$job"
printf '%q ' "$@" >"$job/command"
echo "$user" >"$job/user"

folders=()
folder() { # NAME FOLDER OPTION…
  folders+=(-fsdev "local,id=$1,path=${2//,/,,},security_model=passthrough,multidevs=remap${3-}" -device "virtio-9p-pci,fsdev=$1,mount_tag=$1")
}
folder job "$job"
folder ocits "$folder" ,readonly=on
status=0
# The port would block for ever with `-chardev stdio` when stdin is /dev/null.
timeout --foreground -k 5 "$limit" qemu-system-x86_64 -M q35 "${machine[@]}" -m 2048 -smp 2 \
  -nodefaults -no-user-config -display none -no-reboot -serial "file:$job/console" \
  -kernel "$guest/vmlinuz" -initrd "$guest/initrd" -append "root=/dev/vda rw console=ttyS0 quiet panic=-1 $arguments" \
  -drive "file=$guest/disk.img,if=virtio,format=raw,snapshot=on" "${folders[@]}" \
  -device virtio-rng-pci -device virtio-serial-pci -device virtserialport,chardev=out,name=out \
  -chardev file,id=out,path=/proc/self/fd/1,append=on </dev/null 2>"$job/qemu" | cat || status=$?
if [ $status = 124 ]; then
  echo "guest: not done in $limit s" >&2
  exit 124
fi
if [ ! -s "$job/status" ]; then
  tail -n 30 "$job/qemu" "$job/console" >&2 || true
  echo 'guest: it died; above is what its console said' >&2
  exit 125
fi
exit "$(cat "$job/status")"
