#!/usr/bin/env bash
# Makes a second package in target/laminar-edge-traps: pkg/ around a module with exports that trap
# on purpose.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=target/laminar-edge-traps
mkdir -p "$out"
find "$out" -mindepth 1 -maxdepth 1 ! -name wasm -exec rm -rf {} +
find pkg -mindepth 1 -maxdepth 1 ! -name wasm ! -name node_modules -exec cp -R {} "$out/" \;
cargo run --quiet --package xtask -- build --features test-traps --out "$out/wasm"
cargo run --quiet --package xtask -- twin --features test-traps --out "$out/wasm"
