#!/usr/bin/env bash
# Runs suites of tests/package again in the newest workerd, which is the one that Cloudflare runs. The miniflare
# that this Node can run brings an older one.
# usage: scripts/test-newest-workerd.sh NAME...   without .test.mjs, or a pattern
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

MINIFLARE_WORKERD_PATH=$(cd tests && node -p 'const newest = require("workerd-newest"); newest.default ?? newest')
export MINIFLARE_WORKERD_PATH
suites=()
for name in "$@"; do
  # A pattern stands for several.
  # shellcheck disable=SC2206
  suites+=(tests/package/$name.test.mjs)
done
exec node --test --test-reporter=spec "${suites[@]}"
