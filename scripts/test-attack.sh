#!/bin/bash
# test-attack.sh [--mutations [ROW…]]: all attacks of test/attack; or each mutation of its table, which must be seen.
set -eu
cd "$(dirname "$0")/.."
if [ "${1-}" = --mutations ]; then
  shift
  ATTACK=all exec node --import tsx scripts/mutations.ts "$@" # a race is not seen in a few tries
fi
ATTACK=all exec node --import tsx scripts/test.ts attack
