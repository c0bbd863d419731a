# One command each; scripts/ and xtask/ hold what is longer than a line.

.PHONY: help setup build wasm twin test test-all check accept demo docs bench clean
.PHONY: setup-demo setup-check setup-fuzz setup-mutants check-rust check-js check-repo
.PHONY: soak test-faults test-memory test-bench fuzz test-fuzz mutants test-slow test-examples test-rust-examples test-long-streams
.PHONY: test-spill test-doctor test-core test-boundary traps test-package test-newest test-twin test-page test-differential test-runtimes test-llm test-tail
# The order of prerequisites is the order in which failures are useful.
.NOTPARALLEL:

NODE_BIN := tests/node_modules/.bin
PRETTY := $(wildcard *.md docs pkg doctor tests www benches scripts examples)
# What a program in Rust can take of the crate.
PROGRAMS := tracing,opentelemetry,reqwest,redact
heading = @printf '\n== %s\n' "$(1)"

help:
	@echo 'make setup     install what is missing (test tools included)'
	@echo 'make build     compile core and LLM engine into pkg/wasm, doctor into pkg/bin; pkg/ is then the npm package'
	@echo 'make wasm      the same without the core as plain JavaScript: half the time'
	@echo 'make demo      an agent in workerd, a collector and a page that shows its traces'
	@echo 'make check     formatting, lints, rooms, docs, types, package, sizes'
	@echo 'make accept    take the public API, contents and licences as they are now'
	@echo 'make docs      the API reference, into www/reference'
	@echo 'make test      check, and every test: host, wasm, Node, workerd, browser'
	@echo 'make test-all  make test, the official SDK beside ours (500 MB), every runtime (1.2 GB), and more'
	@echo 'make test-NAME a part of these: core boundary package doctor spill tail faults twin page; newest llm'
	@echo '               differential runtimes examples rust-examples long-streams fuzz memory bench'
	@echo 'make fuzz      mutated input for every parser, SECONDS=60 for each target'
	@echo 'make soak      chance against the delivery engine, SEEDS=200 runs; SEED=n repeats one'
	@echo 'make mutants   small changes to the core, one at a time: does a test notice? FILE=src/buffer/grow.rs: that one'
	@echo 'make bench     what requests, spans, flushes and starts cost, beside other SDKs (620 MB); QUICK=1: roughly'
	@echo 'make clean     remove what was built, keep what was installed'

setup:
	@scripts/setup.sh test

setup-demo:
	@scripts/setup.sh demo

setup-check:
	@scripts/setup.sh check

setup-fuzz:
	@scripts/setup.sh fuzz

setup-mutants:
	@scripts/setup.sh mutants

build: wasm twin

wasm: setup-demo
	@cargo run --quiet --package xtask -- build
	@node doctor/build.mjs

# The same core as plain JavaScript.
twin: setup-demo
	@cargo run --quiet --package xtask -- twin

demo: wasm docs
	@node www/demo.mjs

test: setup build check test-core test-boundary test-package test-doctor test-spill test-tail test-faults test-twin test-page

# CI runs `make test` first and says so.
test-all: $(if $(TESTED),,test) test-slow

test-slow: test-newest test-llm test-differential test-runtimes test-examples test-rust-examples test-long-streams test-fuzz test-memory test-bench

check: setup-check build check-repo check-rust check-js

check-repo:
	$(call heading,repository)
	@scripts/check-repo.sh

check-rust:
	$(call heading,rustfmt)
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	$(call heading,rooms of the crates)
	cargo run --quiet --package xtask -- rooms
	$(call heading,crate: what is in it)
	@cargo package --list --allow-dirty | grep -vE '^(src/.*\.rs|Cargo\.(toml|toml\.orig|lock)|README\.md|CHANGELOG\.md|LICENSE|\.cargo_vcs_info\.json)$$' \
		&& exit 1 || true
	$(call heading,clippy and rustdoc: host)
	cargo clippy --quiet --workspace --all-targets -- -D warnings
	cargo clippy --quiet --lib --test programs --test redact_spans --features $(PROGRAMS) -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet --workspace --no-deps
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet --no-deps --features $(PROGRAMS)
	$(call heading,clippy and rustdoc: wasm)
	cargo clippy --quiet --lib --test boundary --target wasm32-unknown-unknown --features js -- -D warnings
	cargo clippy --quiet --lib --target wasm32-unknown-unknown --features test-traps -- -D warnings
	cargo clippy --quiet --lib --target wasm32-unknown-unknown --features tracing,worker -- -D warnings
	cargo clippy --quiet --package laminar-edge-llm --lib --target wasm32-unknown-unknown --features test-traps -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet --lib --no-deps --target wasm32-unknown-unknown --features js

check-js:
	$(call heading,prettier)
	$(NODE_BIN)/prettier --check --log-level warn --no-error-on-unmatched-pattern $(PRETTY)
	$(call heading,rooms)
	@$(NODE_BIN)/depcruise --config tests/rooms/javascript.cjs pkg/lib pkg/*.js
	$(call heading,types)
	set -e; for config in tests/types/tsconfig*.json; do $(NODE_BIN)/tsc --project $$config; done
	$(call heading,package)
	$(NODE_BIN)/publint run pkg --strict
	# From CommonJS it is a module too: Node 20.19, 22.12 and later take one by require.
	$(NODE_BIN)/attw --pack pkg --profile node16 --ignore-rules cjs-resolves-to-esm \
		--exclude-entrypoints ./laminar_edge_bg.wasm ./laminar_edge_llm_bg.wasm \
		--no-definitely-typed --no-color --no-emoji --format ascii
	@scripts/test-node.sh tests/shipped
	$(call heading,public API: as accepted and documented)
	node tests/api/api.mjs
	tests/api/node_modules/.bin/typedoc --options tests/api/typedoc.json --emit none --logLevel Warn
	$(call heading,sizes)
	@node tests/shipped/sizes.mjs

accept: setup-check build
	@node tests/shipped/accept.mjs
	@node tests/api/api.mjs --accept

docs: www/reference/index.html
	@echo '$<'

REFERENCE := $(wildcard pkg/*.d.ts) $(addprefix tests/api/,typedoc.json tsconfig.json reference.css reference.md)
www/reference/index.html: $(REFERENCE)
	@scripts/setup.sh check
	@tests/api/node_modules/.bin/typedoc --options tests/api/typedoc.json --logLevel Warn

test-core:
	$(call heading,core: on the host)
	cargo test --quiet --workspace
	cargo test --quiet --lib --test programs --test redact_spans --features $(PROGRAMS)
	cargo test --quiet --doc --features $(PROGRAMS)

test-boundary:
	$(call heading,boundary: in Node and in Chromium)
	@scripts/test-boundary.sh
	$(call heading,raw module: in Chromium)
	@scripts/test-node.sh tests/raw

traps: build
	@scripts/build-traps.sh

test-package: build traps
	$(call heading,package: in Node and in workerd)
	@scripts/test-node.sh tests/package 2
	@scripts/test-node.sh tests/llm
	@node --test --test-reporter=spec tests/runtimes/node.test.mjs
	$(call heading,package: in the newest workerd)
	@scripts/test-newest-workerd.sh workerd-keys workerd-active workerd-together

test-doctor: build
	$(call heading,npx laminar-edge doctor: on projects made for it)
	@scripts/test-node.sh tests/doctor

# All of them, for what a newer one does otherwise may be anywhere.
test-newest: build traps
	$(call heading,package: everything of workerd in the newest one)
	@scripts/test-newest-workerd.sh 'workerd*' 'hosts/workerd*' 'llm/workerd*' '../tail/*'

test-twin: build traps
	$(call heading,package without WebAssembly: in Node)
	@scripts/test-twin.sh

test-faults: build
	$(call heading,faults and soak: in workerd)
	@scripts/test-node.sh tests/faults
	@scripts/test-node.sh tests/soak

test-memory: build
	$(call heading,memory: in workerd and in Node)
	@scripts/test-node.sh tests/memory

# SEEDS=n runs so many seeds, SEED=n that one again.
soak: build
	$(call heading,soak: in workerd)
	@SEEDS=$(or $(SEEDS),200) FIRST=$(or $(FIRST),1001) node --test --test-reporter=spec tests/soak/soak.test.mjs

test-tail: build
	$(call heading,Tail Workers: in workerd)
	@scripts/test-node.sh tests/tail

test-spill: build
	$(call heading,spill: Node and workerd and Chromium)
	@scripts/test-node.sh tests/spill

test-page: build
	$(call heading,pages: in Chromium)
	@scripts/test-node.sh tests/browser
	@scripts/test-node.sh tests/page

test-llm: build
	$(call heading,llm: the clients of the providers against a stand-in)
	@scripts/setup.sh llm
	@scripts/test-node.sh tests/llm/clients

test-differential: build
	$(call heading,differential: the official SDK beside ours)
	@scripts/setup.sh differential
	@scripts/setup.sh llm
	@scripts/test-node.sh tests/differential

test-runtimes: build
	$(call heading,runtimes: the packed package in each of them)
	@scripts/setup.sh runtimes
	@scripts/test-runtimes.sh

test-examples: build
	$(call heading,examples: with the packed package)
	@scripts/test-examples.sh

test-rust-examples: build
	$(call heading,examples in Rust: a host program and a Worker in workerd)
	@scripts/test-rust-examples.sh

test-long-streams: build
	$(call heading,streams of 40 s: in workerd)
	@STREAM_SECONDS=40 node --test --test-reporter=spec tests/package/workerd-streams.test.mjs

fuzz: wasm setup-fuzz
	$(call heading,fuzz: parsers of outside data)
	@scripts/fuzz.sh $(or $(SECONDS),60) $(SEED)
	@PROPERTY_RUNS=20000 node --test --test-reporter=spec tests/package/untrusted-property.test.mjs

test-fuzz: setup-fuzz
	$(call heading,fuzz: a few seconds for each parser)
	@scripts/fuzz.sh 5 1

# Three hours or more for all of them. What survives is killed by a test, or has its reason in tests/mutants.md.
mutants: setup-mutants
	$(call heading,mutants: of the core on the host)
	RUST_BACKTRACE=0 CARGO_PROFILE_DEV_DEBUG=0 .tools/bin/cargo-mutants mutants --config tests/mutants.toml \
	  --output target $(if $(FILE),--file '$(FILE)')

bench: build
	@scripts/setup.sh bench
	@scripts/bench.sh measure $(if $(QUICK),--quick)

# The half of it that is the same everywhere.
test-bench: build
	$(call heading,bench: the same spans of all contenders; bytes and sizes and counts)
	@scripts/setup.sh bench
	@scripts/bench.sh compare

clean:
	cargo clean
	rm -rf pkg/wasm pkg/bin
