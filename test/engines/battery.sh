#!/bin/bash
# battery.sh ENGINE RUNTIME [CASE…]: runs all cases of ENGINE, or the given ones, with RUNTIME, in a sandbox or a guest that is removed afterwards.
#
# ENGINE is a file in the same folder. It defines `setup`, `after` (which runs after each case) and the cases: a case is a function
# t_NAME on one line or a few, which runs in a separate bash with `set -e`. Prints `ok NAME`, `skip NAME WHY`, or `FAIL NAME WHY`.
# env: CASE_LIMIT, COMMAND_LIMIT  seconds for a case (60), for one command of the engine (30)
#      SYSTEMD=1                  systemd makes the cgroups
#      TRACE=1                    prints the complete output of a failed case
set -u
here=$(dirname "$(readlink -f "$0")")

# --- the commands of a case

skip() { # WHY
  echo "$*"
  exit 77
}
wrong() {
  echo "$*"
  return 1
}
is() { # WANTED COMMAND…: its stdout and stderr together are WANTED
  local got
  got=$("${@:2}" 2>&1) || true
  [ "$got" = "$1" ] || wrong "«${got:0:300}» is not «$1»: ${*:2}"
}
has() { # WANTED COMMAND…: its output contains WANTED
  local got
  got=$("${@:2}" 2>&1) || true
  [[ $got == *"$1"* ]] || wrong "«${got:0:300}» lacks «$1»: ${*:2}"
}
ends() { # PATTERN COMMAND…: its exit code matches PATTERN
  local code=0 said
  said=$("${@:2}" 2>&1) || code=$?
  # shellcheck disable=SC2053 # a pattern
  [[ $code == $1 ]] || wrong "exit $code is not $1, it said «${said:0:300}»: ${*:2}"
}
soon() { # COMMAND…: it succeeds within some seconds
  for _ in {1..80}; do
    "$@" >/dev/null && return
    sleep 0.1
  done
  "$@"
}
squeezed() { "$@" | tr -s ' '; }
sorted() { "$@" 2>&1 | sort | xargs; }
tty() { # COMMAND…: on its own terminal, whose stdin stays open and empty
  [ -p "$dir/silent" ] || mkfifo "$dir/silent"
  SHELL=/bin/bash script -qec "$(declare -p engine dir); $(declare -f); $(printf '%q ' "$@")" /dev/null <>"$dir/silent" | tr -d '\r'
  return "${PIPESTATUS[0]}"
}
sized() { # COMMAND…: on a terminal of 30 lines by 100
  stty rows 30 cols 100
  "$@"
}

# --- functions for the cases

all_capabilities() {
  local all
  all=$(printf %016x $(((2 << $(cat /proc/sys/kernel/cap_last_cap)) - 1)))
  [ "$(awk '/CapBnd/ { print $2 }' /proc/self/status)" = "$all" ] || skip 'this machine withholds a capability'
}
checkpoints() { criu check >/dev/null 2>&1 || skip 'there is no criu that works here'; }

# cgroup_of PID FILE-OF-V1 FILE-OF-V2: a file of the process's cgroup, for the version of the machine.
cgroup_of() {
  local controller=${2%%.*}
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")/$3"
  else
    cat "/sys/fs/cgroup/$controller$(grep -E ":([^:]*,)?$controller(,[^:]*)?:" "/proc/$1/cgroup" | cut -d: -f3)/$2"
  fi
}

# rootfs FOLDER: a busybox, two users, and in /srv two files that are not executable.
rootfs() {
  local name
  mkdir -p "$1"/{bin,etc,proc,sys,dev,tmp,root,var,srv}
  chmod 1777 "$1/tmp"
  cp "$(command -v busybox)" "$1/bin/busybox"
  for name in $(busybox --list); do [ "$name" = busybox ] || ln -s busybox "$1/bin/$name"; done
  printf '%s\n' root:x:0:0:root:/root:/bin/sh app:x:1000:1000::/tmp:/bin/sh >"$1/etc/passwd"
  printf '%s\n' root:x:0: app:x:1000: >"$1/etc/group"
  printf '#!/bin/nosuch\n' >"$1/srv/badinterp"
  echo plain >"$1/srv/plain"
  chmod 755 "$1/srv/badinterp"
}

# The output of programs inside.
ids='echo $(id -u) $(id -g)' effective='/CapEff/{print $2}' bounding='/CapBnd/{print $2}' seccomp='/^Seccomp:/{print $2}'
eat='x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done'

# --- one after another

name=$1 runtime=$2
shift 2
dir=${BATTERY_DIR:-$(mktemp -d)}
limited=(timeout --foreground -k 2 "${COMMAND_LIMIT:=30}")
long= # cases that may take five times as long, with their commands
export TMPDIR=$dir LC_ALL=C
cd "$dir" || exit
files=("$here/$name.sh")
# shellcheck source=/dev/null
. "$here/$name.sh"
if [ -n "${BATTERY_CALL:-}" ]; then
  set -e
  "$BATTERY_CALL"
  exit
fi
call() { # FUNCTION: calls it in a separate bash
  local times=1
  [[ " $long " != *" ${1#t_} "* ]] || times=5
  COMMAND_LIMIT=$((COMMAND_LIMIT * times)) BATTERY_DIR=$dir BATTERY_CALL=$1 timeout -k 3 $((${CASE_LIMIT:-60} * times)) bash "$here/battery.sh" "$name" "$runtime" >log 2>&1
}
call setup || {
  cat log
  echo "FAIL setup $name does not start: its own words are above"
  exit 1
}
for one in ${*:-$(sed -n 's/^t_\([a-z0-9_]*\)() .*/\1/p' "${files[@]}")}; do
  code=0
  call "t_$one" || code=$?
  case $code in
    0) echo "ok $one" ;;
    77) echo "skip $one $(tail -n 1 log)" ;;
    124) echo "FAIL $one not done in time" ;;
    *) echo "FAIL $one $(tail -n 3 log | tr '\n' ' ' | cut -c1-500)" ;;
  esac
  [ -z "${TRACE:-}" ] || [ $code = 0 ] || sed 's/^/  | /' log
  call after || true
done
