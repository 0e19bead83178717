#!/bin/bash
# setup.sh: prepares this machine for building and testing ocits. It installs only what is missing, and does nothing the second time.
#   --oracle       also the tools that tests compare ocits with, and those that live bundles need
#   --format       also clang-format for `npm run check`
#   --fuzz         also clang with libFuzzer, some 500 MB
#   --fresh        also debootstrap, which makes the smallest Debian system
#   --browser      also chromium, some 400 MB, for the pages of `plan --html` in test/live/page.test.ts
#   --bench        also the runtimes that bench compares ocits with, in build/peers
#   --guest        also the tools that make and boot the guest of test/vm
#   --conformance  also the tools for the validation suite
#   --engines      also podman, containerd and docker; on a machine with systemd their services start
# It installs packages as root on Debian. Otherwise it prints the missing packages and stops.
# env: QUICKJS_SRC  another QuickJS source tree than the one that this script fetches
set -Eeuo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

VERSION=2025.04.26
TARBALL=quickjs_$VERSION.orig.tar.xz
SUM=ec81da5b3249ed648dbc7df4a1654988910e66a118d9b71cb63534216efcfbbe # as in the signed index of Debian trixie
POOL=pool/main/q/quickjs
CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/ocits

PATH=$PATH:/usr/sbin:/sbin # where ip and modprobe are, which a user's path may not have

die() { printf 'setup: %s\n' "$*" >&2; exit 1; }
say() { printf 'setup: %s\n' "$*" >&2; }

# Each line has the group, the Debian packages, and a trial that succeeds if the tool works.
wanted() {
  need build 'gcc libc6-dev' compiles gcc errno.h
  need build musl-tools compiles musl-gcc errno.h -static
  need build 'tar xz-utils' unpacks
  need bench patchelf runs patchelf --version
  need format clang-format runs clang-format --version
  need fuzz 'clang libclang-rt-dev' fuzzes clang
  need fresh debootstrap runs debootstrap --version
  need oracle 'gcc libc6-dev' compiles gcc errno.h -fsanitize=address,undefined
  need oracle libseccomp-dev compiles gcc seccomp.h -lseccomp
  need oracle seccomp runs scmp_sys_resolver read
  need oracle strace runs strace -V
  need 'oracle engines' busybox-static alone busybox
  need 'oracle conformance engines' iproute2 runs ip -V
  need oracle iputils-ping runs ping -V
  need oracle libcap2-bin runs capsh --print
  need oracle uidmap starts newuidmap
  need oracle kmod runs modprobe --version
  need oracle zsh runs zsh --version
  need oracle fish runs fish --version
  need browser chromium runs chromium --version
  need guest qemu-system-x86 runs qemu-system-x86_64 --version
  need guest mmdebstrap runs mmdebstrap --version
  need guest e2fsprogs runs mke2fs -V
  need engines podman runs podman --version
  need engines buildah runs buildah --version
  need engines conmon runs conmon --version
  need engines catatonit runs catatonit --version
  need engines containerd runs containerd --version
  need engines docker.io runs dockerd --version
  need engines "$client" runs docker --version
  need engines tini runs docker-init --version
}

groups=build client=
for option; do
  case $option in
    --bench | --browser | --conformance | --engines | --format | --fresh | --fuzz | --guest | --oracle) groups+=" ${option#--}" ;;
    *) die "unknown option $option (known: --bench --browser --conformance --engines --format --fresh --fuzz --guest --oracle)" ;;
  esac
done
# Since Debian 13 docker.io does not contain its client.
[[ $groups != *engines* ]] || client=$(apt-cache pkgnames docker-cli 2>/dev/null | grep -x docker-cli || echo docker.io)

# The trials. Their output is dropped.
runs() { "$@"; }
starts() { "$@" || [ $? -lt 126 ]; } # without arguments it may complain
alone() { runs "$1" true && [ -z "$(LD_TRACE_LOADED_OBJECTS=1 "$1" true)" ]; } # its dynamic loader would list what it loads
unpacks() { tar -cJf - -T /dev/null | tar -tJf -; }
compiles() { # COMPILER HEADER OPTION…: a program, which runs
  printf '#include <%s>\nint main(void) { return 0; }\n' "$2" | "$1" -x c - -o build/.trial "${@:3}" && build/.trial
}

fuzzes() { # COMPILER
  echo 'int LLVMFuzzerTestOneInput(const unsigned char *b, unsigned long n) { return 0 * (b != 0 && n); }' |
    "$1" -fsanitize=fuzzer,address -x c - -o build/.trial
}

need() { # GROUPS PACKAGES TRIAL…
  local group
  for group in $1; do
    [[ " $groups " == *" $group "* ]] || continue
    ("${@:3}") </dev/null >/dev/null 2>&1 || missing+=" $2"
    return 0
  done
}

tried() { # what is missing, in `missing`
  missing=
  wanted
  rm -f build/.trial
}

apt() {
  timeout 600 apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@" </dev/null
}

install() { # PACKAGE…; apt's lists may be missing, or too old
  { apt install --simulate "$@" || apt update; } >/dev/null 2>&1 || true
  apt install "$@" || { apt update && apt install "$@"; }
}

packages() {
  tried
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || [ ! -e /etc/debian_version ]; then
    die "please install these packages (the names are those of Debian), then run this again:$missing"
  fi
  say "installing$missing"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  install $missing >build/setup.log 2>&1 || { tail -30 build/setup.log >&2; die "apt-get could not install$missing"; }
  tried
  [ -z "$missing" ] || die "these packages are installed, but do not work:$missing"
}

verified() { [ -r "$1" ] && echo "$SUM  $1" | sha256sum --quiet --check - >/dev/null 2>&1; }

mirrors() { # the mirrors apt is set to, whether or not it has fetched its lists
  apt-get --print-uris update 2>/dev/null | sed -n "s|^'\\(.*/\\)dists/.*/InRelease' .*|\\1|p" | sort -u
  echo http://deb.debian.org/debian/
}

fetch() { # the tarball into the cache, from the first mirror that has it
  local mirror new
  verified "$CACHE/$TARBALL" && return 0
  mkdir -p "$CACHE"
  new=$(mktemp "$CACHE/.$TARBALL.XXXXXX")
  if [ -x /usr/lib/apt/apt-helper ]; then
    for mirror in $(mirrors); do
      timeout 120 /usr/lib/apt/apt-helper -qq -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 \
        download-file "$mirror$POOL/$TARBALL" "$new" "SHA256:$SUM" >/dev/null 2>&1 && break
    done
  fi
  if ! verified "$new"; then
    rm -f "$new"
    die "cannot fetch QuickJS. Please put http://deb.debian.org/debian/$POOL/$TARBALL (sha256 $SUM) into $CACHE," \
      "or set QUICKJS_SRC to a tree of QuickJS $VERSION"
  fi
  mv "$new" "$CACHE/$TARBALL"
}

quickjs() {
  [ -z "${QUICKJS_SRC:-}" ] || { [ -r "$QUICKJS_SRC/quickjs.h" ] || die "no quickjs.h in QUICKJS_SRC=$QUICKJS_SRC"; return 0; }
  [ ! -e "build/quickjs-$VERSION/quickjs.h" ] || return 0
  say "fetching QuickJS $VERSION"
  fetch
  rm -rf "build/quickjs-$VERSION.new"
  mkdir "build/quickjs-$VERSION.new"
  tar -xJf "$CACHE/$TARBALL" -C "build/quickjs-$VERSION.new" --strip-components=1
  mv "build/quickjs-$VERSION.new" "build/quickjs-$VERSION"
}

modules() { # npm's own copy of the lock file is newer than the lock file, or this script has seen it
  local stamp=node_modules/.ocits-lock.json
  cmp -s package-lock.json $stamp && return 0
  if [ ! package-lock.json -nt node_modules/.package-lock.json ] && [ -e node_modules/.package-lock.json ]; then
    cp package-lock.json $stamp
    return 0
  fi
  say 'installing the node modules'
  # `npm ci` demands a lock file with the packages of every platform, and a mirror may not have those of other platforms.
  timeout 600 npm install --no-save --no-audit --no-fund --loglevel=error </dev/null >&2 || die 'npm install failed'
  cp package-lock.json $stamp
}

mkdir -p build
exec 9>build/.setup.lock
flock -w 900 9 || die 'another set-up has been running for 15 minutes: look for the process that holds build/.setup.lock'
node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null || die 'please install Node, 20 or newer'
command -v npm >/dev/null || die 'please install npm'
packages
quickjs
modules
[[ $groups != *bench* ]] || scripts/peers.sh
