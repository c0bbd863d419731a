#!/usr/bin/env bash
# Runs the package's suites once more where JavaScript has no WebAssembly: the same names resolve to
# the core as plain JavaScript.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Not those that run in workerd or start a collector in Rust, and not the one that takes all memory
# there is, which in plain JavaScript would be the machine's.
suites=()
for name in \
  ai-context context-in-out crossings delivery hazards-hostile hazards-property hazards-text \
  hazards-values hosts/anthropic hosts/leaving hosts/node-streams hosts/openai hosts/responses \
  hosts/promises hosts/results node options otel streams testing traps trap-places; do
  suites+=("tests/package/$name.test.mjs")
done
export NODE_OPTIONS="--conditions=fastly --import=$PWD/tests/package/support/no-webassembly.mjs"
exec node --test --test-reporter=spec "${suites[@]}"
