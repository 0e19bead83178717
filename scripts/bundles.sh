#!/bin/bash
# bundles.sh [FOLDER [NAME…]]
#
# Prepares all bundles, or those with the given names: copies them to FOLDER (default: build/bundles, where each is made again) and adds to their root
# file systems what git does not store: the probe; /known, by which the probe recognises namespaces; and the files of the bundle's prepare.sh. The config
# of a bundle in bundles/ has its root in build/bundles, so a container never writes to the checkout. A copy is a complete bundle with its root in `rootfs`,
# for any runtime. If a bundle has setup.sh and cleanup.sh, run them before and after it in the folder of the copy: scripts/run-bundle.sh does this.
set -eu
cd "$(dirname "$0")/.."
ours=build/bundles
folder=${1:-$ours}
shift || true
if [ $# -eq 0 ]; then
  for config in bundles/*/config.json; do set -- "$@" "$(basename "$(dirname "$config")")"; done
fi
for name; do
  [ -f "bundles/$name/config.json" ] || {
    echo "bundles: there is no bundle $name (bundles/README.md lists them)" >&2
    exit 1
  }
done
# The links of /proc/self/ns, except pid_for_children and time_for_children; and the number of seccomp filters of this shell.
known=$(
  for type in cgroup ipc mnt net pid time user uts; do echo "host $(readlink "/proc/$$/ns/$type")"; done
  sed -n 's/^Seccomp_filters:\t/filters /p' "/proc/$$/status"
)

mkdir -p build
if [ test/probe.c -nt build/probe ]; then
  musl-gcc -std=gnu17 -Os -static -s -Wall -Wextra -Wconversion -Werror -o build/probe.new test/probe.c
  mv build/probe.new build/probe
fi

# Only root can do this, because files have owners, and only some machines can.
prepare() {
  local reason
  if [ "$(id -u)" != 0 ]; then
    rootless+=" $name"
  elif [ -x "bundles/$name/needs.sh" ] && ! reason=$("bundles/$name/needs.sh"); then
    echo "bundles: $name is not ready: $reason" >&2
  else
    (cd "$copy" && ./prepare.sh)
  fi
}

rootless=
copies=("${@/#/$folder/}")
[ "$folder" != "$ours" ] || rm -rf --one-file-system "${copies[@]}"
mkdir -p "$folder"
for name; do cp -a "bundles/$name" "$folder"; done
mkdir -p "${copies[@]/%//rootfs}"
find "${copies[@]}" -name .gitkeep -delete
sed -i "s|\.\./\.\./$ours/[^/]*/||" "${copies[@]/%//config.json}"
for name; do
  copy=$folder/$name
  if ! [ -L "$copy/rootfs/bin" ]; then
    cp build/probe "$copy/rootfs/probe"
    echo "$known" >"$copy/rootfs/known"
  fi
  [ ! -x "$copy/prepare.sh" ] || prepare
done
[ -z "$rootless" ] || echo "bundles: not ready, because only root can set the owners of files:$rootless" >&2
