//! Runs wasm-opt, from the npm package binaryen.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::node::{cached, Tools};

/// Only the features of rustc's baseline for wasm32: with `--all-features` wasm-opt would write
/// code that Node 20 cannot compile.
const FLAGS: &[&str] = &[
    "-Oz",
    // Inlining a large function that is called once saves nothing, because calls compress well.
    "--one-caller-inline-max-function-size=150",
    // The lowest KiB belongs to the end of the stack, and a stack that is so full is about to overflow,
    // which is a trap either way.
    "--low-memory-unused",
    "--mvp-features",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--strip-producers",
    "--strip-target-features",
];

/// Returns the optimised module, from the cache if nothing has changed.
pub fn optimise(root: &Path, input: &Path, work: &Path, named: bool) -> Result<Vec<u8>> {
    let binaryen = Tools::find(root, "binaryen")?;
    let mut flags = FLAGS.to_vec();
    if named {
        flags.push("--debuginfo");
    }
    let key = [
        flags.join(" ").into_bytes(),
        binaryen.manifest.clone(),
        fs::read(input).with_context(|| format!("cannot read {}", input.display()))?,
    ]
    .concat();
    cached(work, "optimised.wasm", &key, |output| {
        let args = [input.as_os_str(), "-o".as_ref(), output.as_os_str()];
        binaryen.run(
            "bin/wasm-opt",
            args.into_iter().chain(flags.iter().map(OsStr::new)),
        )
    })
}
