//! Runs cargo, with flags that keep paths of the build machine out of the module.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{ensure, Context, Result};

use crate::options::Options;
use crate::Part;

const TARGET: &str = "wasm32-unknown-unknown";

/// The stack's size: 64 KiB, and the lowest KiB, which `optimise.rs` leaves unused. The default of 1 MiB is more than
/// any call here needs, and each isolate would pay for it.
const STACK_SIZE: &str = "link-arg=-zstack-size=66560";

/// A call of a function is smaller than a copy. The functions in a span's hot path ask for inlining
/// by `#[inline]`.
const INLINE_LITTLE: &str = "llvm-args=-inline-threshold=25";

/// Keeps loops over small tables rolled, and comparisons of words calls of one function.
const KEEP_SHORT: &[&str] = &[
    "llvm-args=-unroll-threshold=0",
    "llvm-args=-unroll-full-max-count=0",
    "llvm-args=-unroll-max-count=1",
    "llvm-args=-max-loads-per-memcmp=0",
];

/// What a module without closures may use: all of rustc's baseline but references to JavaScript's values, of
/// which wasm-bindgen would keep a table.
const NO_REFERENCES: &[&str] = &[
    "link-arg=--no-check-features",
    "link-arg=--features=bulk-memory,bulk-memory-opt,multivalue,mutable-globals,nontrapping-fptoint,sign-ext",
];

/// Compiles the crate and returns where the module is.
pub fn compile(root: &Path, part: &Part, target_dir: &Path, options: &Options) -> Result<PathBuf> {
    let mut features = vec!["js"];
    features.extend(options.features.iter().map(String::as_str));

    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(root)
        .args(["build", "--quiet", "--lib", "--package", part.package])
        .args(["--target", TARGET, "--features", &features.join(",")])
        .arg("--target-dir")
        .arg(target_dir)
        // Stripping removes the section that tells wasm-bindgen which features the compiler may
        // emit. The JavaScript core needs this: the section lists reference types, because the
        // standard library is compiled with them. wasm2js cannot translate these, and they are not
        // used.
        .args([
            "--config",
            &format!("profile.release.strip={}", options.twin),
        ])
        .env("CARGO_ENCODED_RUSTFLAGS", rust_flags(root, part, options)?);
    if !options.dev {
        cargo.arg("--release");
    }
    let status = cargo.status().context("cannot run cargo")?;
    ensure!(status.success(), "the crate does not compile");

    let profile = if options.dev { "debug" } else { "release" };
    Ok(target_dir
        .join(TARGET)
        .join(profile)
        .join(part.package.replace('-', "_"))
        .with_extension("wasm"))
}

/// Returns the flags in the encoded form (separated by 0x1f), which allows spaces in paths;
/// RUSTFLAGS would not.
fn rust_flags(root: &Path, part: &Part, options: &Options) -> Result<String> {
    let mut flags: Vec<_> = ["-C", STACK_SIZE, "-C", INLINE_LITTLE]
        .map(str::to_owned)
        .into();
    let short = if part.short { KEEP_SHORT } else { &[] };
    let plain = if part.closures { &[] } else { NO_REFERENCES };
    for flag in short.iter().chain(plain) {
        flags.extend(["-C".to_owned(), (*flag).to_owned()]);
    }
    if options.twin {
        flags.extend(["-C".to_owned(), "target-cpu=mvp".to_owned()]);
    }
    for (from, to) in machine_paths(root)? {
        flags.push(format!("--remap-path-prefix={}={to}", from.display()));
    }
    Ok(flags.join("\x1f"))
}

/// Fails if a path of this machine is left in the module.
pub fn ensure_no_machine_paths(root: &Path, wasm: &[u8]) -> Result<()> {
    for (path, _) in machine_paths(root)? {
        let text = path.as_os_str().as_encoded_bytes();
        let found = wasm.windows(text.len()).any(|window| window == text);
        ensure!(!found, "the module holds the path {}", path.display());
    }
    Ok(())
}

/// Returns the folders that rustc would write into panic messages, and what it writes instead.
/// rustc uses the last one that matches, so the more specific ones come later.
fn machine_paths(root: &Path) -> Result<Vec<(PathBuf, &'static str)>> {
    let cargo_home = cargo_home()?;
    let mut paths = vec![(sysroot(root)?, "rust"), (cargo_home.clone(), "cargo")];
    // The folder below src is named after the registry's host.
    if let Ok(registries) = fs::read_dir(cargo_home.join("registry/src")) {
        for registry in registries {
            paths.push((registry?.path(), "crates"));
        }
    }
    paths.push((root.to_path_buf(), "."));
    Ok(paths)
}

fn cargo_home() -> Result<PathBuf> {
    if let Some(home) = env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    let home = env::home_dir().context("neither CARGO_HOME nor a home folder is set")?;
    Ok(home.join(".cargo"))
}

fn sysroot(root: &Path) -> Result<PathBuf> {
    let output = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .current_dir(root)
        .args(["--print", "sysroot"])
        .output()
        .context("cannot run rustc")?;
    ensure!(output.status.success(), "rustc --print sysroot failed");
    Ok(String::from_utf8(output.stdout)?.trim_end().into())
}
