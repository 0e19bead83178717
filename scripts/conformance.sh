#!/bin/bash
# conformance.sh [REGEX]: runs the public validation suite of runtime-tools over dist/ocits (root, Debian amd64).
# A program that does not pass must stand in test/conformance/known.txt with its reason; exit 1 if another fails.
# The suite is set up and run by ../shared/conformance; without that folder there is nothing to run.
set -euo pipefail
cd "$(dirname "$0")/.."
kit=../shared/conformance
known=test/conformance/known.txt
if [ ! -x $kit/run.sh ]; then
  echo "conformance: no $kit: the scripts that set up and run the suite are not here" >&2
  exit 2
fi
npm run --silent build
timeout 600 $kit/setup.sh
out=$(mktemp)
trap 'rm -f "$out"' EXIT
timeout 900 $kit/run.sh "$PWD/dist/ocits" "$@" | tee "$out"

bad=0 listed=0
while IFS=$'\t' read -r verdict name _; do
  [ "$verdict" = FAIL ] || continue
  if reason=$(awk -F'\t' -v name="$name" '$1 == name { print $2; found = 1 } END { exit !found }' $known); then
    printf 'known  %s: %s\n' "$name" "$reason"
    listed=$((listed + 1))
  else
    printf 'FAILED %s\n' "$name"
    bad=$((bad + 1))
  fi
done <"$out"
passed=$(grep -c ^PASS "$out" || true)
echo "$passed passed, $bad failed, $listed known"
[ "$bad" = 0 ]
