#!/bin/bash
# gen.sh: writes all generated files that are checked in. It needs no network.
set -eu
cd "$(dirname "$0")/.."
for generator in scripts/gen-*.ts; do node --import tsx "$generator"; done
