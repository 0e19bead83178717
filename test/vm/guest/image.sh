#!/bin/bash
# image.sh DIR: makes the guest, a Debian 12 on pure cgroup v2: DIR/disk.img, DIR/vmlinuz, DIR/initrd. The files stay until
# this script changes.
#
# It has systemd, user sessions, AppArmor and the engines, and a user `dev` (1000, subuids 100000 to 165535) with its own session.
# At its start it runs the command of boot.sh. Making it takes one or two minutes, and 1.1 GB.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../../.."
die() { echo "guest: $*" >&2; exit 69; }

dir=$(realpath -m "$1")
mkdir -p "$dir"
exec 9>"$dir/lock"
flock -w 1800 9 || die "another one has been making the guest for 30 minutes: see who holds $dir/lock"
made=$(sha256sum <test/vm/guest/image.sh)
[ "$(cat "$dir/made" 2>/dev/null)" != "$made" ] || exit 0
[ "$(id -u)" = 0 ] || die 'making it takes root'
[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || die 'it can be made on Debian for amd64 only'

packages=systemd-sysv,dbus,dbus-user-session,libpam-systemd,systemd-container,udev,kmod,procps,iproute2,iptables
packages+=,ca-certificates,apparmor,uidmap,slirp4netns,fuse-overlayfs,catatonit,tini,busybox-static,strace
packages+=,podman,crun,runc,conmon,containerd,docker.io,criu,linux-image-amd64 # the kernel for clouds has no 9p

echo "# making the guest in $dir, once" >&2
root=$dir/root
rm -rf --one-file-system "$root" "$dir/made"
apt-config dump Acquire | grep -v ::IndexTargets >"$dir/apt.conf" || true # proxies and similar settings
mmdebstrap --quiet --variant=minbase --mode=root --include="$packages" --aptopt="$dir/apt.conf" \
  --setup-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"' \
  --setup-hook='printf "MODULES=list\nRESUME=none\nCOMPRESS=zstd\n" >"$1/etc/initramfs-tools/conf.d/guest"' \
  --setup-hook='printf "%s\n" virtio_pci virtio_blk ext4 crc32c_intel >"$1/etc/initramfs-tools/modules"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  bookworm "$root" "deb $(scripts/mirror.sh) bookworm main" >"$dir/log" 2>&1 </dev/null || { tail -20 "$dir/log" >&2; die "mmdebstrap failed: $dir/log"; }

cat >"$root/etc/systemd/system/guest.service" <<'UNIT'
[Unit]
After=dbus.service systemd-logind.service user@1000.service
[Service]
ExecStart=/bin/sh -c 'mkdir -p /run/job; mount -t 9p -o trans=virtio,version=9p2000.L job /run/job; exec bash /run/job/start.sh'
Delegate=yes
TasksMax=infinity
LimitNOFILE=1024:524288
[Install]
WantedBy=multi-user.target
UNIT
inside() { chroot "$root" "$@"; }
inside useradd -m -u 1000 -s /bin/bash dev
mkdir -p "$root/var/lib/systemd/linger"
touch "$root/var/lib/systemd/linger/dev"
inside systemctl -q enable guest
inside systemctl -q mask apt-daily.timer apt-daily-upgrade.timer containerd.service docker.service docker.socket dpkg-db-backup.timer \
  e2scrub_all.timer e2scrub_reap.service fstrim.timer podman-auto-update.service podman-auto-update.timer podman-restart.service \
  podman.service podman.socket serial-getty@ttyS0.service getty@tty1.service systemd-timesyncd.service
inside systemctl -q --global mask podman-auto-update.service podman-auto-update.timer podman-restart.service
printf '%s\n' 9p 9pnet_virtio overlay fuse virtio_console >"$root/etc/modules-load.d/guest.conf"
echo '/dev/vda / ext4 rw,noatime 0 1' >"$root/etc/fstab"
echo guest >"$root/etc/hostname"
cp "$root"/boot/vmlinuz-* "$dir/vmlinuz"
cp "$root"/boot/initrd.img-* "$dir/initrd"
rm -f "$dir/disk.new"
mke2fs -q -t ext4 -O ^has_journal -d "$root" "$dir/disk.new" 8G >>"$dir/log" 2>&1
rm -rf --one-file-system "$root"
mv "$dir/disk.new" "$dir/disk.img"
echo "$made" >"$dir/made"
