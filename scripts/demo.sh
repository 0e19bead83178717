#!/bin/bash
# demo.sh: leads from a fresh clone to a container: sets up, builds, and runs the commands of a container on a shipped bundle.
set -eu
cd "$(dirname "$0")/.."

if [ ! -d /usr/bin ] || [ ! -L /bin ]; then
  echo 'demo: the bundle uses the programs of this machine and expects them all below /usr (merged /usr)' >&2
  exit 1
fi

bold= green= plain=
if [ -t 1 ]; then
  bold=$'\033[1m' green=$'\033[32m' plain=$'\033[0m'
fi
title() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
show() {
  printf '%s$ %s%s\n' "$green" "$*" "$plain"
  "$@"
}

title 'First the demo installs missing packages, builds ocits and prepares the bundles.'
scripts/setup.sh
npm run --silent build
scripts/bundles.sh
PATH=$PWD/dist:$PATH
if ocits state demo >/dev/null 2>&1; then
  echo 'demo: there already is a container named demo' >&2
  exit 1
fi
made=
trap 'ocits delete --force demo; [ -z "$made" ] || rm -r "$made"' EXIT

bundle=bundles/hello
if [ "$(id -u)" != 0 ]; then
  title 'Without root rights the container needs a user namespace, in which you are root. Nothing else is different.'
  made=$(mktemp -d)
  bundle=$made/hello
  cp -r bundles/hello "$bundle"
  show node --print "
    const { linux, ...config } = JSON.parse(fs.readFileSync('bundles/hello/config.json'))
    const map = (id) => [{ containerID: 0, hostID: id, size: 1 }]
    linux.uidMappings = map($(id -u))
    linux.gidMappings = map($(id -g))
    linux.namespaces.push({ type: 'user' })
    fs.writeFileSync('$bundle/config.json', JSON.stringify({ ...config, linux }))
    JSON.stringify({ uidMappings: linux.uidMappings })"
fi

title 'A bundle is a folder: a config.json, and a root file system.'
show ls -l dist/ocits "$bundle" "$bundle/rootfs"

title 'ocits makes a plan from the config: every kernel operation, in order, and the field that asks for it.'
show ocits plan "$bundle"

title 'create executes the plan, up to the moment before the program. The container has its namespaces and waits.'
show ocits create demo "$bundle"
show ocits state demo

title 'start starts the program.'
show ocits start demo
for _ in 1 2 3 4 5 6 7 8 9 10; do
  case $(ocits state demo) in *'"stopped"'*) break ;; esac
  sleep 0.1
done
show ocits list

title 'delete removes the rest of the container.'
show ocits delete demo
trap '[ -z "$made" ] || rm -r "$made"' EXIT
show ocits list

title 'run does all of this in one command:'
show ocits run demo "$bundle"

title 'bundles/README.md lists bundles that show one thing each. Try the next one: dist/ocits run ns-uts bundles/ns-uts'
