//! Runs programs from npm packages of tests/, and caches results between runs.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{ensure, Context, Result};

/// An installed package.
pub struct Tools {
    package: PathBuf,
    /// Its package.json, which changes with its version.
    pub manifest: Vec<u8>,
}

impl Tools {
    pub fn find(root: &Path, name: &str) -> Result<Self> {
        let package = root.join("tests/node_modules").join(name);
        let manifest = fs::read(package.join("package.json"))
            .with_context(|| format!("{name} is not installed: run `make setup`"))?;
        Ok(Self { package, manifest })
    }

    /// Runs one of its programs.
    pub fn run(
        &self,
        program: &str,
        args: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Result<()> {
        let status = Command::new("node")
            .arg(self.package.join(program))
            .args(args)
            .status()
            .context("cannot run node")?;
        ensure!(status.success(), "{program} failed");
        Ok(())
    }
}

/// Returns what `make` writes to its path, from the cache if it has run for the same key.
pub fn cached(
    work: &Path,
    name: &str,
    key: &[u8],
    make: impl FnOnce(&Path) -> Result<()>,
) -> Result<Vec<u8>> {
    let output = work.join(name);
    let key_path = work.join(format!("{name}.key"));
    if !output.exists() || !fs::read(&key_path).is_ok_and(|old| old == key) {
        make(&output)?;
        fs::write(key_path, key)?;
    }
    Ok(fs::read(output)?)
}
