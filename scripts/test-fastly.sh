#!/usr/bin/env bash
# Runs tests/fastly: the package as Fastly's compiler takes it, in Fastly's local server. Not part of
# `make test-all`: the server compiles for a quarter of an hour, once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

VICEROY=0.22.0
[ "$(.tools/bin/viceroy --version 2>/dev/null)" = "viceroy $VICEROY" ] ||
  cargo install viceroy --version "$VICEROY" --locked --root .tools --quiet --force

make --silent build
cd tests/fastly
# Not ci: npm leaves binaries for other machines out of this lock file and then misses them.
npm install --no-save --ignore-scripts --no-fund --no-audit --loglevel=error >/dev/null
node node_modules/.bin/js-compute index.js ../../target/fastly.wasm
exec node --test --test-reporter=spec fastly.test.mjs
