#!/bin/bash
# gen.sh: writes the checked-in files that are generated from other files of the project. It needs no network.
set -eu
cd "$(dirname "$0")/.."
for name in native spec steps syscalls; do node --import tsx "scripts/gen-$name.ts"; done
