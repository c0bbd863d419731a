#!/usr/bin/env bash
# Installs the package into each example as a user would, packed, and runs the example's tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

total=$SECONDS
for example in examples/*/; do
  # Those in Rust have a script of their own.
  [ -f "$example/package.json" ] || continue
  printf '\n-- %s\n' "$example"
  began=$SECONDS
  # The package keeps its version while it changes: only a fresh install sees the change.
  (cd "$example" && npm ci --ignore-scripts --no-fund --no-audit --loglevel=error >/dev/null && npm test --silent)
  printf -- '-- %s: %d s\n' "$example" "$((SECONDS - began))"
done
printf '\n-- all examples: %d s\n' "$((SECONDS - total))"
