#!/bin/bash
# cases.sh GROUP…: runs the cases of test/vm/GROUP.sh on this machine, which is discarded afterwards. ONLY="a b" names cases.
#
# A case is a function t_NAME; it fails if `is` or `has` fails. Its leftovers are removed after it.
cd "$(dirname "$0")/../.." || exit 1
here=$PWD
work=$(mktemp -d)
chmod 755 "$work"
cp dist/ocits build/probe "$work"

# --- the runtime, with a time limit for each of its commands

flags=()
ocits() { timeout 60 "$work/ocits" --root "$work/state" "${flags[@]}" "$@"; }
# Its status and its output, in $rc and $out. The output goes through a file, because a running container would keep a pipe open.
try() {
  rc=0
  "$@" >"$work/out" 2>&1 || rc=$?
  out=$(cat "$work/out")
}

# --- checks of the cases

is() { [ "$2" = "$3" ] || wrong "$1 is «$2», not «$3»"; }
has() { case $2 in *"$3"*) ;; *) wrong "$1 «$2» lacks «$3»" ;; esac; }
gone() { [ ! -e "$1" ] || wrong "$1 is still there"; }
wrong() {
  reason="$reason; $*"
  return 1
}
# soon COMMAND…: it succeeds within some seconds.
soon() {
  for _ in $(seq 100); do
    "$@" && return
    sleep 0.1
  done
  wrong "not soon: $*"
}
status() { ocits state "$1" | sed -n 's/^  "status": "\(.*\)",$/\1/p'; }
pid() { ocits state "$1" | sed -n 's/^  "pid": \(.*\),$/\1/p'; }
is_stopped() { [ "$(status "$1")" = stopped ]; }

# --- bundles: a busybox as the root, a shell line as the program

root=$work/rootfs
mkdir -p "$root/bin" "$root/proc" "$root/dev" "$root/sys/fs/cgroup" "$root/tmp"
cp /bin/busybox "$work/probe" "$root/bin"
for name in sh cat head mknod sleep id grep ls mkdir dd tail true kill test stat; do ln -s busybox "$root/bin/$name"; done
chmod 1777 "$root/tmp"

json() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "${text//$'\n'/\\n}"
}
# bundle NAME SHELL-LINE: $work/NAME/config.json, with the values of these variables, in JSON.
resources='{}' path='' annotations='{}' namespaces='"pid", "mount", "cgroup"' cgroup_options='"ro"' more='' hooks='{}'
capabilities='"CAP_MKNOD", "CAP_DAC_OVERRIDE", "CAP_SYS_ADMIN", "CAP_KILL"'
bundle() {
  local list='' type
  for type in ${namespaces//,/}; do list="$list${list:+, }{\"type\": $type}"; done
  mkdir -p "$work/$1"
  cat >"$work/$1/config.json" <<CONFIG
{
  "ociVersion": "1.2.0",
  "annotations": $annotations,
  "process": {
    "args": ["/bin/sh", "-c", $(json "$2")], "cwd": "/", "env": ["PATH=/bin"],
    "capabilities": { "bounding": [$capabilities], "effective": [$capabilities], "permitted": [$capabilities] }
  },
  "root": { "path": "$root" },
  "hooks": $hooks,
  "mounts": [
    { "destination": "/proc", "type": "proc", "source": "proc" },
    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"] },
    { "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": [$cgroup_options] }
  ],
  "linux": { "namespaces": [$list], "cgroupsPath": "$path", "resources": $resources$more }
}
CONFIG
}
# inside SHELL-LINE: the output of a container, from start to end.
inside() {
  bundle it "$1"
  try ocits run -b "$work/it" it
}

# --- one after another

passed=0 failed=0
case_of() {
  local reason='' begin=$SECONDS
  if "$1" && [ -z "$reason" ]; then
    passed=$((passed + 1))
    echo "ok ${1#t_} ($((SECONDS - begin)) s)"
  else
    failed=$((failed + 1))
    echo "FAIL ${1#t_}:${reason#;} (rc ${rc:-}, said «${out:-}»)"
  fi
  for id in $(ocits list -q); do ocits delete --force "$id"; done
}
for group in "$@"; do
  for name in $(
    # shellcheck source=/dev/null
    . "$here/test/vm/$group.sh"
    declare -F | sed -n 's/^declare -f \(t_.*\)/\1/p'
  ); do
    case " ${ONLY:-${name#t_}} " in *" ${name#t_} "*) ;; *) continue ;; esac
    # The settings of a case are lost after it; only the counts are returned.
    counts=$work/counts
    (
      # shellcheck source=/dev/null
      . "$here/test/vm/$group.sh"
      case_of "$name"
      echo "$passed $failed" >"$counts"
    )
    read -r passed failed <"$counts"
  done
done
echo "TOTAL ok $passed FAIL $failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
