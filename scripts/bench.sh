#!/usr/bin/env bash
# Puts the packed package beside the others, and measures or only compares them.
# usage: scripts/bench.sh measure [--quick]|compare
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ours=benches/node_modules/laminar-edge
packed=$(mktemp -d)
trap 'rm -rf "$packed"' EXIT
(cd pkg && npm pack --silent --pack-destination "$packed" >/dev/null)
rm -rf "$ours"
mkdir -p "$ours"
tar xzf "$packed"/laminar-edge-*.tgz -C "$ours" --strip-components=1

case "${1-}" in
  measure) node benches/run.mjs "${@:2}" ;;
  compare) node --test --test-reporter=spec benches/bench.test.mjs ;;
  *)
    echo "usage: scripts/bench.sh measure [--quick]|compare" >&2
    exit 1
    ;;
esac
