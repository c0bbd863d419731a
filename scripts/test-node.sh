#!/usr/bin/env bash
# Runs the suites of one folder, and of its hosts/ and llm/ if it has them, with Node's test runner.
# usage: scripts/test-node.sh DIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Node 20 does not expand globs, and later versions call an empty match a success.
shopt -s nullglob
suites=("$1"/*.test.mjs "$1"/hosts/*.test.mjs "$1"/llm/*.test.mjs)
if [ ${#suites[@]} -eq 0 ]; then
  echo "no suite in $1" >&2
  exit 1
fi
exec node --test --test-reporter=spec "${suites[@]}"
