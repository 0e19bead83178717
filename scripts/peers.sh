#!/bin/bash
# peers.sh [DIR]: unpacks the newest crun and runc of Debian unstable for comparison with ocits: DIR/crun, DIR/runc (default: build/peers).
# It installs nothing: each program uses the libraries of its own suite, below DIR, so that it runs on any Debian. Existing files stay;
# remove DIR to get newer ones.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
dir=$(realpath -m "${1:-build/peers}")
run() { "$dir/$1" --version >/dev/null 2>&1; }
if run crun && run runc; then exit; fi

command -v patchelf >/dev/null || { echo 'peers: please install patchelf' >&2; exit 1; }
rm -rf --one-file-system "$dir"
scripts/unpack-deb.sh --with 'lib.*' sid "$dir/root" crun runc >/dev/null
loader=$(find "$dir/root" -name 'ld-linux*.so.*' -type f -print -quit)
for name in crun runc; do
  mv "$(find "$dir/root" -path "*bin/$name" -type f -print -quit)" "$dir/$name"
  patchelf --set-interpreter "$loader" --force-rpath --set-rpath "${loader%/*}" "$dir/$name"
  run $name || { echo "peers: $dir/$name does not run on this machine" >&2; exit 1; }
  echo "peers: $("$dir/$name" --version | head -1)" >&2
done
