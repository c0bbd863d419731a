//! Builds the wasm module of the npm package, or its twin in plain JavaScript, and the glue that
//! belongs to it.
//!
//! `cargo run -q -p xtask -- build|twin [--dev] [--named] [--features a,b] [--out DIR]`
//! `cargo run -q -p xtask -- glue MODULE --out DIR` does for a Worker in Rust what worker-build does.
//! `cargo run -q -p xtask -- rooms` checks how the files of the core import each other.

mod blank;
mod compile;
#[path = "../../src/encode/constants.rs"]
mod constants;
mod glue;
mod names;
mod node;
mod optimise;
mod options;
mod rooms;
mod silence;
mod twin;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{ensure, Context, Result};

use glue::How;
use options::Options;

/// The name that pkg/ loads the module and its glue by.
const STEM: &str = "laminar_edge";

fn main() -> Result<()> {
    let root = workspace_root()?;
    if env::args().nth(1).as_deref() == Some("rooms") {
        return rooms::check(&root);
    }
    let options = Options::parse(env::args().skip(1))?;
    if let Some(module) = &options.module {
        return glue::generate(
            &root.join(module),
            &root.join(&options.out),
            stem(module)?,
            How::default(),
        )
        .map(|_| ());
    }
    let built = if options.twin {
        twin::build(&root, &options)?
    } else {
        build(&root, &options)?
    };
    let out = root.join(&options.out);
    fs::create_dir_all(&out).with_context(|| format!("cannot create {}", out.display()))?;
    let mut paths = Vec::new();
    for (name, bytes) in built {
        let path = out.join(name);
        write_if_changed(&path, &bytes)?;
        paths.push(path);
    }
    if !options.twin {
        // zlib and base64 come with Node: no crate for either.
        run_node(&root, "scripts/inline.mjs", &paths[..1])?;
    }
    // Prints the sizes, and fails where this Node cannot compile the module.
    run_node(&root, "scripts/size.mjs", &paths)
}

fn stem(module: &Path) -> Result<&str> {
    let stem = module.file_stem().and_then(|stem| stem.to_str());
    stem.context("the module has no name")
}

/// Files for pkg/wasm: name and content.
type Built = Vec<(String, Vec<u8>)>;

fn build(root: &Path, options: &Options) -> Result<Built> {
    let work = work_dir(root, options);
    let compiled = compile::compile(root, &work, options)?;
    let glued = glue::generate(
        &compiled,
        &work.join("glue"),
        STEM,
        How {
            named: options.dev || options.named,
            silent: !options.dev,
            short: true,
        },
    )?;
    glue::ensure_no_snippets(&work.join("glue"))?;
    let wasm = if options.dev {
        fs::read(&glued.wasm)?
    } else {
        optimise::optimise(root, &glued.wasm, &work, options.named)?
    };
    // A path in a debug build is what one looks for in it.
    if !options.dev {
        compile::ensure_no_machine_paths(root, &wasm)?;
    }

    Ok(vec![
        (format!("{STEM}_bg.wasm"), wasm),
        (format!("{STEM}_bg.js"), fs::read(&glued.js)?),
        ("constants.js".to_owned(), shared_constants().into_bytes()),
    ])
}

/// The numbers that both sides of the boundary know, as JavaScript.
fn shared_constants() -> String {
    let lines = constants::ALL
        .iter()
        .map(|(name, value)| format!("export const {name} = {value};\n"));
    let head = "// Made from src/encode/constants.rs.\n".to_owned();
    core::iter::once(head).chain(lines).collect()
}

/// Returns the target folder of a set of features. A cdylib has no hash in its name, so two sets in
/// one folder would overwrite each other and cargo would take either for fresh.
fn work_dir(root: &Path, options: &Options) -> PathBuf {
    let mut name = String::from(if options.twin { "npm-js" } else { "npm" });
    for feature in &options.features {
        name.push('-');
        name.push_str(feature);
    }
    root.join("target").join(name)
}

fn workspace_root() -> Result<PathBuf> {
    let own = env::var_os("CARGO_MANIFEST_DIR").context("run this by `cargo run -p xtask`")?;
    let root = Path::new(&own).parent().context("xtask has no parent")?;
    Ok(root.to_path_buf())
}

/// Writes a file unless it is the same already, so that watchers and make see nothing new.
fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

fn run_node(root: &Path, script: &str, files: &[PathBuf]) -> Result<()> {
    let status = Command::new("node")
        .current_dir(root)
        .arg(script)
        .args(files)
        .status()
        .context("cannot run node")?;
    ensure!(status.success(), "{script} failed");
    Ok(())
}
