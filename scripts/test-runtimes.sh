#!/usr/bin/env bash
# Runs the package in every runtime, one after the other, because each uses a lot of CPU.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

exec node --test --test-concurrency=1 --test-reporter=spec tests/runtimes/*.test.mjs
