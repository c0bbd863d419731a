#!/usr/bin/env bash
# Runs the package's suites again without WebAssembly: the same names resolve to the core as plain JavaScript.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Suites that run in workerd or start a collector in Rust are left out, and the one that uses up all memory,
# which in plain JavaScript would be the machine's.
suites=()
for name in \
  ai-context context-in-out crossings delivery hazards-hostile hazards-property hazards-text \
  hazards-values hosts/anthropic hosts/leaving hosts/node-streams hosts/openai hosts/responses \
  hosts/promises hosts/results node options otel redact redact-options redact-property streams testing traps \
  trap-places; do
  suites+=("tests/package/$name.test.mjs")
done
export NODE_OPTIONS="--conditions=fastly --import=$PWD/tests/package/support/no-webassembly.mjs"
exec node --test --test-reporter=spec "${suites[@]}"
