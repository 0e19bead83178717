#!/bin/bash
# check.sh [--source]: checks types, lint and format, and then runs the tests that make no container (one of them checks that generated files are
# up to date). With --source it skips these tests, because `npm test` includes them.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh --format
node_modules/.bin/tsc -p tsconfig.json
scripts/format.sh --check
[ "${1:-}" != --source ] || exit 0
npm run --silent build -- ocits libocits native
exec node --import tsx scripts/test.ts unit golden wire
