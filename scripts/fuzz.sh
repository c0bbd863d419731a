#!/usr/bin/env bash
# Feeds mutated input to every parser of untrusted data. Fuzzing of those in Rust is guided by coverage; those
# in JavaScript (span contexts, traceparent, carriers) have property tests over mutated corpora.
# usage: scripts/fuzz.sh SECONDS [SEED]   per target; interesting inputs are kept in target/fuzz-corpus. The same
#   SEED makes the same inputs, as many as there is time for; without one they differ each time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:?usage: scripts/fuzz.sh SECONDS [SEED]}
seed=${2:-0}
host=$(rustc -vV | sed -n 's/^host: //p')
# LLVM's pass that counts edges is in stable compilers too. The target is named so that these flags do not apply
# to build scripts, which do not link libFuzzer.
export RUSTFLAGS="-Cpasses=sancov-module \
  -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
  -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --quiet --release --manifest-path fuzz/Cargo.toml --target "$host" --target-dir target/fuzz

for source in fuzz/fuzz_targets/*.rs; do
  name=$(basename "$source" .rs)
  corpus=target/fuzz-corpus/$name
  mkdir -p "$corpus"
  log=target/fuzz-corpus/$name.log
  # -timeout: no input may take longer, even on a busy machine.
  if ! "target/fuzz/$host/release/$name" -seed="$seed" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
    -rss_limit_mb=1024 -artifact_prefix="target/fuzz-corpus/$name-" \
    "$corpus" "fuzz/seeds/$name" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    echo "fuzz: $name failed on the input named above" >&2
    exit 1
  fi
  # Without new edges there is no guidance, and the run would test nothing.
  covered=$(sed -n 's/.*INITED cov: \([0-9]*\).*/\1/p' "$log")
  reached=$(sed -n 's/.*DONE   *cov: \([0-9]*\).*/\1/p' "$log")
  if [ "${covered:-0}" -lt 50 ]; then
    echo "fuzz: $name counts no edges" >&2
    exit 1
  fi
  echo "$name: $(tail -n 1 "$log"), edges $covered at first, $reached at last"
done

PROPERTY_RUNS=$((seconds * 300)) node --test --test-reporter=dot \
  tests/package/untrusted-property.test.mjs tests/package/answers-property.test.mjs
