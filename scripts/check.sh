#!/bin/bash
# check.sh [--source]: types, lint and format; then the tests that make no container (that generated files are fresh is one of
# them). With --source not these: `npm test` has them.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh --format
node_modules/.bin/tsc -p tsconfig.json
scripts/format.sh --check
[ "${1:-}" != --source ] || exit 0
npm run --silent build -- ocits libocits native
exec node --import tsx scripts/test.ts unit golden wire
