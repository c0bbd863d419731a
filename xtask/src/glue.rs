//! wasm-bindgen, as a library.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::silence::silence;

/// The module as wasm-bindgen left it, and its glue.
pub struct Glued {
    pub wasm: PathBuf,
    pub js: PathBuf,
}

/// Writes the glue of `compiled` into `dir`.
///
/// The bundler target keeps all glue in a file that imports nothing. Its entry file, which imports
/// the module as an instance, stays behind: workerd gives a module, and pkg/ instantiates it.
/// Panics keep their words unless it is `silent`.
pub fn generate(compiled: &Path, dir: &Path, stem: &str, dev: bool, silent: bool) -> Result<Glued> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot empty {}", dir.display()))?;
    }
    let mut output = Bindgen::new()
        .input_path(compiled)
        .bundler(true)?
        .out_name(stem)
        .typescript(false)
        .keep_debug(dev)
        .remove_name_section(!dev)
        .remove_producers_section(true)
        .generate_output()?;
    if silent {
        silence(output.wasm_mut())?;
    }
    fs::create_dir_all(dir)?;
    output.emit(dir)?;
    Ok(Glued {
        wasm: dir.join(format!("{stem}_bg.wasm")),
        js: dir.join(format!("{stem}_bg.js")),
    })
}

/// Snippets would be further files for pkg/ to ship and for each runtime to resolve.
pub fn ensure_no_snippets(dir: &Path) -> Result<()> {
    ensure!(
        !dir.join("snippets").exists(),
        "a dependency brings its own JavaScript; pkg/ has no place for it"
    );
    Ok(())
}
