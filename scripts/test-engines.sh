#!/bin/bash
# test-engines.sh [--guest] [ENGINE [CASE…]]: runs the cases of test/engines with ocits under podman, docker and containerd; without ENGINE under all three.
#
# The engines run in the sandbox of the tests, without a network. With --guest they run in the guest of test-vm.sh, where systemd makes the cgroups and
# everything is ten times slower: name only a few cases. test/engines/known.txt lists the cases that may fail, with the reasons. The exit code is 1 if
# another one fails. An engine takes a minute. TRACE=1 prints the complete output of a failed case.
# env: RUNTIME  another runtime, to see its results (known.txt does not apply to it, so every failure is printed)
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
die() { echo "test-engines: $*" >&2; exit 1; }

guest=
if [ "${1-}" = --guest ]; then
  guest=1
  shift
fi
engines=${1:-podman docker containerd}
shift || true
known=test/engines/known.txt
runtime=${RUNTIME:-$PWD/dist/ocits}
[ -z "${RUNTIME-}" ] || known=/dev/null
[ $# -gt 0 ] || export ALL=1
[ "$(id -u)" = 0 ] || die 'it makes containers: run it as root'
for engine in $engines; do
  case $engine in
    podman) programs='podman buildah conmon catatonit busybox' ;;
    docker) programs='dockerd docker containerd busybox' ;;
    containerd) programs='containerd ctr busybox' ;;
    *) die "unknown engine $engine (known: podman, docker, containerd)" ;;
  esac
  [ -z "$guest" ] || continue
  for program in $programs; do
    command -v "$program" >/dev/null || die "$engine needs $program; on Debian \`scripts/setup.sh --engines\` installs what is needed"
  done
done
[ -n "${RUNTIME-}" ] || npm run --silent build -- ocits
command -v "$runtime" >/dev/null || die "there is no $runtime"
runtime=$(readlink -f "$(command -v "$runtime")")

if [ -n "$guest" ]; then
  folder=build/guest/engines
  rm -rf $folder
  mkdir -p $folder
  cp --parents -t $folder test/engines/*.sh
  cp "$runtime" $folder/ocits
  chmod -R a+rX $folder
fi
battery() { # ENGINE CASE…
  if [ -n "$guest" ]; then
    test/vm/guest/boot.sh -t 3000 $folder env SYSTEMD=1 TRACE="${TRACE-}" CASE_LIMIT=200 COMMAND_LIMIT=120 \
      bash test/engines/battery.sh "$1" /ocits/ocits "${@:2}"
  else
    test/harness/hugetlb.sh 0 test/harness/sandbox.sh 1500 bash test/engines/battery.sh "$1" "$runtime" "${@:2}"
  fi
}
failed=0
for engine in $engines; do
  echo "# $engine"
  battery "$engine" "$@" | test/harness/verdicts.sh $known "$engine/" || failed=1
done
exit $failed
