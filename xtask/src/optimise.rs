//! wasm-opt, from the npm package binaryen.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{ensure, Context, Result};

/// The features rustc's baseline for wasm32 emits, and no other: with `--all-features` wasm-opt
/// writes what Node 20 cannot compile.
const FLAGS: &[&str] = &[
    "-Oz",
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

/// Returns the optimised module, from the last run where nothing changed since.
pub fn optimise(root: &Path, input: &Path, work: &Path) -> Result<Vec<u8>> {
    let package = root.join("tests/node_modules/binaryen");
    let manifest = fs::read(package.join("package.json"))
        .context("binaryen is not installed: run `make setup`")?;
    let key = [
        FLAGS.join(" ").into_bytes(),
        manifest,
        fs::read(input).with_context(|| format!("cannot read {}", input.display()))?,
    ]
    .concat();
    let key_path = work.join("optimised.key");
    let output = work.join("optimised.wasm");
    if output.exists() && fs::read(&key_path).is_ok_and(|old| old == key) {
        return Ok(fs::read(&output)?);
    }

    let status = Command::new("node")
        .arg(package.join("bin/wasm-opt"))
        .arg(input)
        .arg("-o")
        .arg(&output)
        .args(FLAGS)
        .status()
        .context("cannot run node")?;
    ensure!(status.success(), "wasm-opt failed");
    fs::write(key_path, key)?;
    Ok(fs::read(&output)?)
}
