#!/bin/bash
# format.sh [--check]: formats TypeScript and C, or with --check prints the files that are not formatted.
set -eu
cd "$(dirname "$0")/.."
scripts/setup.sh --format
c_files() { git ls-files -z --cached --others --exclude-standard '*.[ch]' ':!*.gen.*'; }
case ${1:-} in
  --check)
    node_modules/.bin/biome ci --colors=off
    c_files | xargs -0 clang-format --dry-run --Werror
    ;;
  '')
    node_modules/.bin/biome check --write
    c_files | xargs -0 clang-format -i
    ;;
  *)
    echo "format.sh: unknown option $1 (known: --check)" >&2
    exit 2
    ;;
esac
