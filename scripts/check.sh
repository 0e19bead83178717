#!/bin/bash
# check.sh: types, lint and format, and the tests that make no container; that generated files are fresh is one of them.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh
node_modules/.bin/tsc -p tsconfig.json
node_modules/.bin/biome ci --colors=off
exec node --import tsx scripts/test.ts unit golden wire
