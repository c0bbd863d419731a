#!/usr/bin/env bash
# Runs every benchmark there is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

shopt -s nullglob
benches=(benches/*.mjs)
if [ ${#benches[@]} -eq 0 ]; then
  echo "no benchmark in benches/" >&2
  exit 1
fi
for bench in "${benches[@]}"; do
  printf '\n== %s\n' "$bench"
  node "$bench"
done
