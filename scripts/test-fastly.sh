#!/usr/bin/env bash
# Runs tests/fastly: the package compiled by Fastly's compiler, in Fastly's local server. It is not part of
# `make test-all`, because the server's first build takes a quarter of an hour.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

VICEROY=0.22.0
[ "$(.tools/bin/viceroy --version 2>/dev/null)" = "viceroy $VICEROY" ] ||
  cargo install viceroy --version "$VICEROY" --locked --root .tools --quiet --force

make --silent build
cd tests/fastly
# This does not use `npm ci`: npm leaves binaries for other machines out of this lock file, and then misses
# them.
npm install --no-save --ignore-scripts --no-fund --no-audit --loglevel=error >/dev/null
node node_modules/.bin/js-compute index.js ../../target/fastly.wasm
exec node --test --test-reporter=spec fastly.test.mjs
