#!/bin/bash
# run-bundle.sh NAME
#
# Runs the bundle bundles/NAME with all scripts next to its config: needs.sh (prints what this machine lacks; exit code 77), setup.sh,
# during.sh (acts from outside while the container runs), after.sh, cleanup.sh. Their output is printed in this order. The bundle runs
# in a copy, which is removed afterwards. The exit code is that of the container.
# The file `flags` has further flags for create and run.
# env: RUNTIME  another runtime than dist/ocits
set -eu
cd "$(dirname "$0")/.."
[ $# -eq 1 ] || {
  sed -n 's/^# \{0,1\}//; 2,7p' "$0" >&2
  exit 2
}
name=$1
export OCITS=${RUNTIME:-$PWD/dist/ocits} ID=$name OUT
mkdir -p build
folder=$PWD/$(mktemp -d build/run-bundle.XXXXXX)
copy=$folder/$name
read -ra flags 2>/dev/null <"bundles/$name/flags" || true
OUT=$folder/out
running=

# Runs one of the scripts in the folder of the bundle.
script() {
  [ ! -x "$copy/$1.sh" ] || (cd "$copy" && "./$1.sh")
}

finish() {
  if [ -n "$running" ]; then
    $OCITS delete --force "$name" || true
    script cleanup || echo "run-bundle: $copy stays, as its cleanup.sh failed" >&2
  fi
  rm -rf --one-file-system "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if $OCITS state "$name" >/dev/null 2>&1; then
  echo "run-bundle: there already is a container named $name" >&2
  exit 1
fi
scripts/bundles.sh "$folder" "$name"
if [ -x "bundles/$name/needs.sh" ] && ! reason=$("bundles/$name/needs.sh"); then
  echo "run-bundle: $name cannot run on this machine: $reason" >&2
  exit 77
fi
running=yes
script setup
status=0
if [ -x "$copy/during.sh" ]; then
  $OCITS run "${flags[@]}" --bundle "$copy" "$name" >"$OUT" &
  during=$(script during)
  wait $! || status=$?
  cat "$OUT"
  [ -z "$during" ] || echo "$during"
else
  $OCITS run "${flags[@]}" --bundle "$copy" "$name" || status=$?
fi
script after
exit "$status"
