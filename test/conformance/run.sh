#!/bin/bash
# run.sh SUITE RUNTIME LOGS [REGEX]: runs the programs of the validation suite with a matching name, in a sandbox that is removed afterwards.
#
# Prints `ok NAME`, `skip NAME`, or `FAIL NAME WHY`. The output of a program is in LOGS/NAME.tap and LOGS/NAME.err.
# env: LIMIT  seconds for a program (90)
set -u
suite=$1 runtime=$2 logs=$3 filter=${4:-.}

# If a runtime forgets a bind mount, a program's `rm -rf` must not delete files of the machine: they are all read-only.
seal() {
  local point
  mount --bind "$logs" "$logs"
  mount --make-rprivate /
  mount -t tmpfs -o mode=1777 shm /dev/shm
  while read -r _ _ _ _ point _; do
    case $point in
      /proc | /proc/* | /sys | /sys/* | /dev/pts | /dev/shm | /tmp | /run | "$logs") ;;
      *) mount -o remount,bind,ro "$point" 2>/dev/null || [ "$point" != / ] || return ;; # a mount below another mount has no path
    esac
  done </proc/self/mountinfo
}
seal || { echo "conformance: cannot make the machine's disks read-only" >&2; exit 1; }

state=$(mktemp -d)
mkdir "$state/tmp"
chmod 755 "$state" "$state/tmp"
# The suite accepts only one word for a runtime.
export TMPDIR=$state/tmp RUNTIME=$state/${runtime##*/}
printf '#!/bin/sh\nexec "%s" --root %s "$@"\n' "$runtime" "$state/root" >"$RUNTIME"
chmod +x "$RUNTIME"

# The leftovers of the last program, or of the runtime.
clean() {
  local id
  for id in $(ls "$state/root"); do timeout 10 "$RUNTIME" delete --force "$id"; done
  find /sys/fs/cgroup/*/testdir /sys/fs/cgroup/*/cgrouptest -depth -type d -exec rmdir {} +
} >/dev/null 2>&1

# verdict NAME EXIT: the verdict from its output. Programs for hooks print no test point: they print nothing on success, and "error" otherwise.
verdict() {
  local points=$logs/$1.tap good bad skipped
  good=$(grep -c '^ok ' "$points")
  bad=$(grep -c '^not ok ' "$points")
  skipped=$(grep -ciE '^ok .*# *skip' "$points")
  if [ "$2" = 124 ] || [ "$2" = 137 ]; then echo "FAIL $1 not done in ${LIMIT:-90} s"
  elif [ "$bad" != 0 ]; then echo "FAIL $1 $bad of $((good + bad)) points: $(sed -n 's/^not ok [0-9]* - //p' "$points" | head -1 | cut -c1-150)"
  elif [ "$2" != 0 ]; then echo "FAIL $1 exit $2: $(tail -1 "$logs/$1.err" | cut -c1-150)"
  elif [ "$good" = "$skipped" ] && [ "$skipped" != 0 ]; then echo "skip $1"
  elif [ "$good" = 0 ] && grep -q '"error"' "$points"; then echo "FAIL $1 $(grep -m1 '"error"' "$points" | cut -c1-150)"
  else echo "ok $1"; fi
}

cd "$suite" || exit # the programs expect ./runtimetest and ./rootfs-amd64.tar.gz here
for program in t/*; do
  name=${program#t/}
  [[ $name =~ $filter ]] || continue
  status=0
  # As on a machine with systemd, / is shared.
  unshare --mount --propagation shared timeout -k 5 "${LIMIT:-90}" "./$program" >"$logs/$name.tap" 2>"$logs/$name.err" </dev/null || status=$?
  verdict "$name" $status
  clean
done
