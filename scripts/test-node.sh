#!/usr/bin/env bash
# Runs the suites of one folder, and of its hosts/ and llm/ if it has them, with Node's test runner.
# usage: scripts/test-node.sh DIR [LEAST]   LEAST: how many suites run at once at least
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Node 20 does not expand globs, and later versions call an empty match a success.
shopt -s nullglob
suites=("$1"/*.test.mjs "$1"/hosts/*.test.mjs "$1"/llm/*.test.mjs)
if [ ${#suites[@]} -eq 0 ]; then
  echo "no suite in $1" >&2
  exit 1
fi
# As many as Node's own default: one processor is left to what the suites start.
at_once=$(($(nproc) - 1))
least=${2:-1}
if [ "$at_once" -lt "$least" ]; then at_once=$least; fi
exec node --test --test-concurrency="$at_once" --test-reporter=spec "${suites[@]}"
