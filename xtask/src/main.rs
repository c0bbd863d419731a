//! Builds the wasm modules of the npm package, or the core as plain JavaScript (the twin), and the
//! glue of each.
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

/// A crate that becomes a module of its own.
struct Part {
    package: &'static str,
    /// The name by which pkg/ loads the module and its glue.
    stem: &'static str,
    /// The folder of its target.
    folder: &'static str,
    /// Whether it makes closures for JavaScript.
    closures: bool,
    /// Whether its loops and comparisons stay as short as they are written.
    short: bool,
}

const CORE: Part = Part {
    package: "laminar-edge",
    stem: "laminar_edge",
    folder: "npm",
    closures: true,
    short: false,
};

/// The engine that traces LLM calls is a module of its own, so that other programs do not carry it.
const LLM: Part = Part {
    package: "laminar-edge-llm",
    stem: "laminar_edge_llm",
    folder: "npm-llm",
    closures: false,
    short: true,
};

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
            How {
                closures: true,
                ..How::default()
            },
        )
        .map(|_| ());
    }
    let built = if options.twin {
        twin::build(&root, &options)?
    } else {
        let mut built = build(&root, &CORE, &options)?;
        built.extend(build(&root, &LLM, &options)?);
        let constants = shared_constants().into_bytes();
        built.push(("constants.js".to_owned(), constants));
        built
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
        // Node has zlib and base64, so no crate is needed for either.
        for wasm in paths
            .iter()
            .filter(|path| path.extension() == Some("wasm".as_ref()))
        {
            run_node(&root, "scripts/inline.mjs", core::slice::from_ref(wasm))?;
        }
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

fn build(root: &Path, part: &Part, options: &Options) -> Result<Built> {
    let work = work_dir(root, part, options);
    let compiled = compile::compile(root, part, &work, options)?;
    let glued = glue::generate(
        &compiled,
        &work.join("glue"),
        part.stem,
        How {
            named: options.dev || options.named,
            silent: !options.dev,
            short: true,
            closures: part.closures,
        },
    )?;
    glue::ensure_no_snippets(&work.join("glue"))?;
    let wasm = if options.dev {
        fs::read(&glued.wasm)?
    } else {
        optimise::optimise(root, &glued.wasm, &work, options.named)?
    };
    // A debug build keeps its paths, because they are needed to debug.
    if !options.dev {
        compile::ensure_no_machine_paths(root, &wasm)?;
    }

    Ok(vec![
        (format!("{}_bg.wasm", part.stem), wasm),
        (format!("{}_bg.js", part.stem), fs::read(&glued.js)?),
    ])
}

/// Returns the constants that both sides of the boundary share, as JavaScript.
fn shared_constants() -> String {
    let lines = constants::ALL
        .iter()
        .map(|(name, value)| format!("export const {name} = {value};\n"));
    let head = "// Made from src/encode/constants.rs and redact/src/labels.rs.\n".to_owned();
    let labels = format!("export const LABELS = {:?};\n", laminar_edge_redact::LABELS);
    core::iter::once(head)
        .chain(lines)
        .chain([labels])
        .collect()
}

/// Returns the target folder of a set of features. A cdylib has no hash in its name, so two sets in
/// one folder would overwrite each other and cargo would take either for fresh.
fn work_dir(root: &Path, part: &Part, options: &Options) -> PathBuf {
    let mut name = String::from(if options.twin { "npm-js" } else { part.folder });
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

/// Writes a file only if it has changed, so that watchers and make see no change.
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
