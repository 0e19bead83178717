#!/bin/bash
# live.sh [FILE…]: runs the live tests (tests.tar of scripts/guest-tests.ts; FILE without .test.ts) on this machine, which is discarded afterwards.
#
# The binding in Node is not tested: it starts for each command, which takes seconds on an emulated machine, and the differences
# of this machine concern the code below both bindings. library.test.ts tests the library.
set -eu
tree=/var/tmp/ocits
mkdir "$tree"
tar -xf tests.tar -C "$tree"
cd "$tree"
node=$tree/build/guest/node
"$node" --version >/dev/null || {
  echo "the Node of the host does not run in the guest"
  exit 1
}
files=()
for name; do files+=("build/guest/$name.test.mjs"); done
if [ $# -eq 0 ]; then
  files=(build/guest/*.test.mjs)
fi
mkdir "$tree/tmp"
export BINDINGS=ocits PATIENCE=${PATIENCE:-12} SANDBOX_TMP=$tree/tmp
exec "$node" build/guest/run.mjs "${files[@]}"
