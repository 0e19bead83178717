#!/bin/bash
# bundles.sh [FOLDER [NAME…]]
#
# Copies the bundles, all or those, to FOLDER (build/bundles) and puts into them what git does not keep: the probe, and /known, by which
# the probe tells namespaces apart. Then, as root: `dist/ocits run -b build/bundles/user any-name`. Some bundles also hold
# setup.sh and cleanup.sh, to be run before and after, in the copy's folder.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-build/bundles}
shift || true
if [ $# -eq 0 ]; then
  for config in bundles/*/config.json; do set -- "$@" "$(basename "$(dirname "$config")")"; done
fi
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

for name; do
  copy=$folder/$name
  mkdir -p "$copy"
  cp -a "bundles/$name/." "$copy"
  rm -f "$copy/rootfs/.gitkeep"
  if ! [ -L "$copy/rootfs/bin" ]; then
    cp build/probe "$copy/rootfs/probe"
    echo "$known" >"$copy/rootfs/known"
  fi
done
