#!/bin/bash
# bundles.sh [FOLDER [NAME…]]
#
# Makes the bundles, all or those, ready: copies of them in FOLDER (build/bundles, where each is made anew) whose root file systems hold what git
# does not keep: the probe; /known, by which the probe tells namespaces apart; and what prepare.sh of the bundle adds. The config of a
# bundle in bundles/ has its root in build/bundles, so that whatever a container writes there is not the checkout's. A copy is a
# whole bundle, with its root in `rootfs`, for any runtime. setup.sh and cleanup.sh, where there are, are to be run before and after, in the
# copy's folder: scripts/run-bundle.sh does it.
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
# Of /proc/self/ns, but for the links pid_for_children and time_for_children; and the filters that this shell is under.
known=$(
  for type in cgroup ipc mnt net pid time user uts; do echo "host $(readlink "/proc/$$/ns/$type")"; done
  sed -n 's/^Seccomp_filters:\t/filters /p' "/proc/$$/status"
)

mkdir -p build
if [ test/probe.c -nt build/probe ]; then
  musl-gcc -std=gnu17 -Os -static -s -Wall -Wextra -Wconversion -Werror -o build/probe.new test/probe.c
  mv build/probe.new build/probe
fi

# What only some machines can prepare, and only root: files have owners.
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
[ -z "$rootless" ] || echo "bundles: not ready, as root alone can give files their owners:$rootless" >&2
