#!/bin/bash
# conformance.sh [REGEX]: runs the public validation suite of runtime-tools with ocits; with REGEX only the programs with a matching name.
#
# test/conformance/known.txt lists the programs that may fail, with the reasons. The exit code is 1 if another one fails. The output of the programs
# is in build/conformance. The suite takes about two minutes. The first run takes a minute more to build it.
# env: RUNTIME  another runtime, to see its results (known.txt does not apply to it, so every failure is printed)
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
suite=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/ocits/conformance
logs=$PWD/build/conformance
runtime=${RUNTIME:-$PWD/dist/ocits}
known=test/conformance/known.txt
[ -z "${RUNTIME-}" ] || known=/dev/null

die() { echo "conformance: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || die 'it makes containers: run it as root'
case $suite/ in /tmp/* | /run/*) die "the sandbox has its own /tmp and /run: $suite must be in another folder (XDG_CACHE_HOME)" ;; esac
[ -n "${RUNTIME-}" ] || npm run --silent build -- ocits
command -v "$runtime" >/dev/null || die "there is no $runtime"
runtime=$(readlink -f "$(command -v "$runtime")")
test/conformance/build.sh "$suite"
rm -rf "$logs"
mkdir -p "$logs"

# The programs of the suite know only cgroup v1.
[ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ] || echo '# this machine has only cgroup v2, which the suite does not know: its programs for cgroups fail' >&2
[ $# -gt 0 ] || export ALL=1
test/harness/hugetlb.sh 60 test/harness/sandbox.sh 1500 test/conformance/run.sh "$suite" "$runtime" "$logs" "$@" |
  test/harness/verdicts.sh $known
