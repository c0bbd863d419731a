#!/usr/bin/env bash
# Runs tests/boundary.rs in Node and in headless Chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export PATH="$PWD/.tools/bin:$PATH"
# The driver is named, because wasm-pack would download one otherwise.
export CHROMEDRIVER=/usr/bin/chromedriver
# A cold browser on a busy machine takes longer than the default of 20 seconds.
export WASM_BINDGEN_TEST_TIMEOUT=120
# Assertions in the glue are off, because they refuse values that JavaScript converts.
export WASM_BINDGEN_NO_DEBUG=1

# The runner skips a suite that is configured for the other engine and calls that success.
run() {
  local log
  log=$(mktemp)
  wasm-pack test "$@" --mode no-install -- --features js --test boundary | tee "$log"
  if ! grep -Eq '^test result: ok\. [1-9]' "$log"; then
    echo "no test ran: wasm-pack test $*" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

run --node
# One file for both engines: it must not use run_in_browser, so the engine is chosen here.
WASM_BINDGEN_USE_BROWSER=1 run --headless --chrome
