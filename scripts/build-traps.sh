#!/usr/bin/env bash
# Makes a second package in target/laminar-edge-traps: pkg/ with a module whose exports trap on demand.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=target/laminar-edge-traps
mkdir -p "$out"
find "$out" -mindepth 1 -maxdepth 1 ! -name wasm -exec rm -rf {} +
find pkg -mindepth 1 -maxdepth 1 ! -name wasm ! -name node_modules -exec cp -R {} "$out/" \;
cp tests/package/support/armed.js "$out/lib/"
for core in "$out"/lib/runtime/core-{wasm,js}.js; do
  sed -i.orig 's|{ setCore } from "../core/instance.js"|{ setCore } from "../armed.js"|' "$core"
  ! cmp -s "$core" "$core.orig" || {
    echo "$core no longer imports setCore from instance.js" >&2
    exit 1
  }
  rm "$core.orig"
done
cargo run --quiet --package xtask -- build --features test-traps --out "$out/wasm"
cargo run --quiet --package xtask -- twin --features test-traps --out "$out/wasm"
