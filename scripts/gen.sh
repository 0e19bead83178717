#!/bin/bash
# gen.sh: writes the generated files that are checked in and come from other files here. It needs no network.
set -eu
cd "$(dirname "$0")/.."
for name in native spec steps syscalls; do node --import tsx "scripts/gen-$name.ts"; done
