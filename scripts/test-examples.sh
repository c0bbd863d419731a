#!/usr/bin/env bash
# Installs the package into each example as a user would, packed, and runs the example's tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

total=$SECONDS
for example in examples/*/; do
  # The examples in Rust have a script of their own.
  [ -f "$example/package.json" ] || continue
  printf '\n-- %s\n' "$example"
  began=$SECONDS
  # The package changes without a new version, so only a fresh install has the change.
  (cd "$example" && npm ci --ignore-scripts --no-fund --no-audit --loglevel=error >/dev/null && npm test --silent)
  printf -- '-- %s: %d s\n' "$example" "$((SECONDS - began))"
done
printf '\n-- all examples: %d s\n' "$((SECONDS - total))"
