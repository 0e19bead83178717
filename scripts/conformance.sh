#!/bin/bash
# conformance.sh [REGEX]: the public validation suite of runtime-tools over ocits; only the programs whose name matches.
#
# A program that does not pass must stand in test/conformance/known.txt with its reason; exit 1 if another fails. What the programs
# said is in build/conformance. It takes about two minutes, the first time a minute more: the suite is built.
# env: RUNTIME  another runtime, to see what it passes (nothing is known of it, so all that fails is told)
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
suite=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/ocits/conformance
logs=$PWD/build/conformance
runtime=${RUNTIME:-$PWD/dist/ocits}
known=test/conformance/known.txt
[ -z "${RUNTIME-}" ] || known=/dev/null

die() { echo "conformance: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || die 'makes containers: run it as root'
case $suite/ in /tmp/* | /run/*) die "the sandbox has a /tmp and /run of its own: $suite must lie elsewhere (XDG_CACHE_HOME)" ;; esac
[ -n "${RUNTIME-}" ] || npm run --silent build -- ocits
command -v "$runtime" >/dev/null || die "there is no $runtime"
runtime=$(readlink -f "$(command -v "$runtime")")
test/conformance/build.sh "$suite"
rm -rf "$logs"
mkdir -p "$logs"

# Its programs look for cgroup v1 only.
[ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ] || echo '# this machine has cgroup v2 alone, of which the suite knows nothing: its programs for cgroups fail' >&2
[ $# -gt 0 ] || export ALL=1
test/harness/hugetlb.sh 60 test/harness/sandbox.sh 1500 test/conformance/run.sh "$suite" "$runtime" "$logs" "$@" |
  test/harness/verdicts.sh $known
