#!/bin/bash
# test-attack.sh [--mutations [ROW…]]: runs all attacks of test/attack; or applies each mutation of its table, which the tests must detect.
set -eu
cd "$(dirname "$0")/.."
if [ "${1-}" = --mutations ]; then
  shift
  ATTACK=all exec node --import tsx scripts/mutations.ts "$@" # a race is not seen in a few tries
fi
ATTACK=all exec node --import tsx scripts/test.ts attack
