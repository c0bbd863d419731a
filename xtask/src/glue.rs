//! wasm-bindgen, as a library.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use crate::bare::bare;
use crate::silence::silence;

/// What is done to the module on the way.
#[derive(Clone, Copy, Default)]
pub struct How {
    /// Keep names of functions, for debugging.
    pub named: bool,
    /// Panics lose their messages.
    pub silent: bool,
    /// Nothing is left for the glue: the module is called without it.
    pub bare: bool,
}

/// Writes the module of `compiled`, and its glue, into `dir`. Returns where the module is.
///
/// The bundler target keeps all glue in a file that imports nothing. Its entry file, which imports
/// the module as an instance, stays behind: workerd gives a module, and pkg/ instantiates it.
pub fn generate(compiled: &Path, dir: &Path, stem: &str, how: How) -> Result<PathBuf> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot empty {}", dir.display()))?;
    }
    let mut output = Bindgen::new()
        .input_path(compiled)
        .bundler(true)?
        .out_name(stem)
        .typescript(false)
        .encode_into(EncodeInto::Always)
        .keep_debug(how.named)
        .remove_name_section(!how.named)
        .remove_producers_section(true)
        .generate_output()?;
    if how.silent {
        silence(output.wasm_mut())?;
    }
    if how.bare {
        bare(output.wasm_mut())?;
    }
    fs::create_dir_all(dir)?;
    output.emit(dir)?;
    Ok(dir.join(format!("{stem}_bg.wasm")))
}
