#!/usr/bin/env bash
# Installs the tools that are missing, and prints only those.
# usage: scripts/setup.sh demo|check|test|llm|differential|fuzz|mutants|runtimes|bench
#   demo  what `make build` and `make demo` need: the wasm target and the npm packages
#   check that, and what makes the API reference
#   test  that, and the browser, wasm-pack, the wasm-bindgen runner and the rotel collector
#   llm   what `make build` needs, and the clients of LLM providers in all versions (230 MB)
#   differential  what `make build` needs, and the official SDK with a Node that it runs on (500 MB)
#   fuzz  a C++ compiler, for libFuzzer
#   mutants  cargo-mutants
#   runtimes  what `make build` needs, Chromium, Firefox, and runtimes and bundlers from npm (1.2 GB)
#   bench  what `make build` needs, the SDKs that ours is measured beside (620 MB), and valgrind
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

WASM_PACK=0.15.1
ROTEL=0.0.1a15
CARGO_MUTANTS=25.3.1
# The runner must have the same schema version as the library that xtask links, so xtask's pin is the only one.
WASM_BINDGEN=$(sed -n 's/^wasm-bindgen-cli-support = "=\(.*\)"$/\1/p' xtask/Cargo.toml)

say() { printf 'setup: %s\n' "$*"; }
die() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

rust() {
  have cargo || die "cargo is missing: install Rust from https://rustup.rs"
  # A Rust that was not installed by rustup manages its own targets.
  have rustup || return 0
  local channel installed
  channel=$(sed -n 's/^channel = "\(.*\)"$/\1/p' rust-toolchain.toml)
  # rust-toolchain.toml alone is not enough: with RUSTUP_AUTO_INSTALL=0 rustup fetches nothing by itself.
  if ! rustup run "$channel" rustc --version >/dev/null 2>&1; then
    say "Rust $channel"
    rustup toolchain install "$channel" --profile minimal --no-self-update
  fi
  installed=$(rustup component list --toolchain "$channel" --installed)
  if ! grep -q '^rust-std-wasm32-unknown-unknown' <<<"$installed"; then
    say "the wasm32-unknown-unknown target"
    rustup target add --toolchain "$channel" wasm32-unknown-unknown
  fi
  local component
  for component in rustfmt clippy; do
    if ! grep -q "^$component" <<<"$installed"; then
      say "$component"
      rustup component add --toolchain "$channel" "$component"
    fi
  done
}

node_version() {
  have node || die "node is missing: Node 20 or later is needed"
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || die "Node 20 or later is needed, this is $(node --version)"
}

# npm ci takes seconds even when nothing changed; comparing the lock file it last ran on takes none.
npm_folder() {
  local stamp="$1/node_modules/.installed-lock.json"
  [ -f "$1/package.json" ] || return 0
  cmp -s "$1/package-lock.json" "$stamp" && return 0
  say "npm packages of $1/"
  # None of these packages needs its install script, and newer npm versions run none unasked.
  (cd "$1" && npm ci --ignore-scripts --no-fund --no-audit --loglevel=error >/dev/null)
  cp "$1/package-lock.json" "$stamp"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "neither root nor sudo here: have an administrator run: $*"
  fi
}

apt_updated=
apt_install() {
  have apt-get || die "no apt-get here: install by hand what Debian calls: $*"
  if [ -z "$apt_updated" ]; then
    as_root apt-get update -qq
    apt_updated=1
  fi
  say "apt packages: $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

browser() {
  local missing=()
  [ -x /usr/bin/chromium ] || missing+=(chromium)
  [ -x /usr/bin/chromedriver ] || missing+=(chromium-driver)
  [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
}

# cargo_tool CRATE VERSION PROGRAM [FLAGS...]
cargo_tool() {
  local crate=$1 version=$2 program=$3
  shift 3
  [ "$(".tools/bin/$program" --version 2>/dev/null)" = "$program $version" ] && return 0
  say "$crate $version (about two minutes, once)"
  cargo install "$crate" --version "$version" --root .tools --quiet --force "$@"
}

cargo_tools() {
  cargo_tool wasm-pack "$WASM_PACK" wasm-pack --locked
  # --locked is left out, because this crate's lock file names a yanked version.
  cargo_tool wasm-bindgen-cli "$WASM_BINDGEN" wasm-bindgen
}

collector() {
  local wanted=.tools/venv/rotel-$ROTEL
  [ -f "$wanted" ] && return 0
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    apt_install python3 python3-venv
  fi
  say "rotel $ROTEL"
  rm -rf .tools/venv
  python3 -m venv .tools/venv
  .tools/venv/bin/pip install --quiet --disable-pip-version-check "rotel==$ROTEL"
  touch "$wanted"
}

for_demo() {
  rust
  node_version
  npm_folder tests
  npm_folder doctor
  npm_folder www
}

for_check() {
  for_demo
  npm_folder tests/api
}

for_tests() {
  for_check
  browser
  cargo_tools
  collector
}

for_llm() {
  for_demo
  npm_folder tests/llm/clients
}

for_differential() {
  for_demo
  npm_folder tests/differential/official
}

for_fuzz() {
  rust
  have c++ || apt_install g++
}

for_mutants() {
  rust
  cargo_tool cargo-mutants "$CARGO_MUTANTS" cargo-mutants --locked
}

for_runtimes() {
  for_demo
  npm_folder tests/runtimes
  npm_folder tests/runtimes/next
  npm_folder tests/runtimes/jest
  browser
  [ -x /usr/bin/firefox-esr ] || apt_install firefox-esr
}

for_bench() {
  for_demo
  npm_folder benches
  have valgrind || apt_install valgrind
}

case "${1-}" in
  demo) for_demo ;;
  check) for_check ;;
  test) for_tests ;;
  llm) for_llm ;;
  differential) for_differential ;;
  fuzz) for_fuzz ;;
  mutants) for_mutants ;;
  runtimes) for_runtimes ;;
  bench) for_bench ;;
  *) die "usage: scripts/setup.sh demo|check|test|llm|differential|fuzz|mutants|runtimes|bench" ;;
esac
