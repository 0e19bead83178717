#!/bin/bash
# build.sh DIR: builds the public validation suite of runtime-tools: its programs in DIR/t, and their other files in DIR. The
# result stays until this script changes.
# Go and the libraries are those of Debian 12, and the suite is the newest one in a release of Debian. All of them are unpacked and
# removed again; nothing is installed. This takes a minute and 300 MB, of which 120 MB stay.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
die() { echo "conformance: $*" >&2; exit 1; }

dir=$(realpath -m "$1")
mkdir -p "${dir%/*}"
exec 9>"$dir.lock"
flock -w 900 9 || die "another one has been building the suite for 15 minutes: see who holds $dir.lock"
made=$(cat test/conformance/build.sh test/conformance/tap.go | sha256sum)
[ "$(cat "$dir/made" 2>/dev/null)" != "$made" ] || exit 0
[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || die 'the suite can be built on Debian for amd64 only'

echo '# building the validation suite, once' >&2
rm -rf --one-file-system "$dir" "$dir.new"
mkdir -p "$dir.new/go/src/github.com/mndrix/tap-go"
tree=$dir.new/go/src/github.com/opencontainers/runtime-tools
scripts/unpack-deb.sh --with 'golang-.*-dev|golang-1\.19-src' bookworm "$dir.new/root" golang-1.19-go \
  golang-github-opencontainers-runtime-tools-dev golang-github-google-uuid-dev >/dev/null
version=$(scripts/unpack-deb.sh --source trixie "$tree" golang-github-opencontainers-runtime-tools)
cp test/conformance/tap.go "$dir.new/go/src/github.com/mndrix/tap-go/" # the only package that Debian does not have

export GOROOT=$dir.new/root/usr/lib/go-1.19 GOPATH=$dir.new/go:$dir.new/root/usr/share/gocode GOCACHE=$dir.new/cache HOME=$dir.new
export GO111MODULE=off GOPROXY=off GOFLAGS='' CGO_ENABLED=0
build() { (cd "$tree" && "$GOROOT/bin/go" build -ldflags '-s -w' -tags 'netgo osusergo' "$@") || die 'go cannot build the suite'; }
mkdir "$dir.new/t"
build -o "$dir.new/runtimetest" ./cmd/runtimetest
build -o "$dir.new/t/" ./validation/...
cp "$tree/rootfs-amd64.tar.gz" "$dir.new"
rm -rf --one-file-system "$dir.new"/{go,root,cache}
echo "$made" >"$dir.new/made"
mv "$dir.new" "$dir"
echo "# $(find "$dir/t" -type f | wc -l) programs of runtime-tools $version" >&2
