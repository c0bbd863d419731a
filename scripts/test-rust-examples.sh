#!/usr/bin/env bash
# Builds examples/rust, the Worker with xtask in place of worker-build, and runs tests/rust.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=target/examples
(
  cd examples/rust
  cargo fmt --all --check
  build=(cargo build --quiet --release --locked --target-dir "../../$out")
  "${build[@]}" --package laminar-edge-example-host
  "${build[@]}" --package laminar-edge-example-worker --target wasm32-unknown-unknown
)
cargo run --quiet --package xtask -- glue \
  "$out/wasm32-unknown-unknown/release/laminar_edge_example_worker.wasm" --out "$out/worker"
cp examples/rust/worker/entry.js "$out/worker/"
exec scripts/test-node.sh tests/rust
