//! Runs wasm-bindgen, as a library.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context, Result};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use crate::blank::blank;
use crate::names::shorten;
use crate::silence::silence;

/// The module that wasm-bindgen wrote, and its glue.
pub struct Glued {
    pub wasm: PathBuf,
    pub js: PathBuf,
}

/// The type checker skips generated files.
pub const UNCHECKED: &str = "// @ts-nocheck\n";

/// The changes to the module.
#[derive(Clone, Copy, Default)]
pub struct How {
    /// Keep names of functions, for debugging.
    pub named: bool,
    /// Remove the messages of panics.
    pub silent: bool,
    /// Remove the hashes from names between module and glue.
    pub short: bool,
    /// Add the list of imports that make closures to the glue.
    pub closures: bool,
}

/// Writes the glue of `compiled` into `dir`.
///
/// The bundler target keeps all glue in a file that imports nothing. Its entry file, which imports
/// the module as an instance, is not used: workerd provides a module, and pkg/ instantiates it.
pub fn generate(compiled: &Path, dir: &Path, stem: &str, how: How) -> Result<Glued> {
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
        blank(output.wasm_mut());
    }
    let renamed = if how.short {
        shorten(output.wasm_mut())
    } else {
        Vec::new()
    };
    fs::create_dir_all(dir)?;
    output.emit(dir)?;
    let js = dir.join(format!("{stem}_bg.js"));
    let mut text = fs::read_to_string(&js)?;
    for (old, new) in &renamed {
        ensure!(text.contains(old), "the glue does not know {old}");
        text = text.replace(old, new);
    }
    if how.closures {
        if how.short {
            bind_finalizers(&mut text)?;
            make_closures_cheap(&mut text)?;
            catch_in_place(&mut text)?;
        }
        text.push_str(&closure_imports(&text)?);
    }
    text.insert_str(0, UNCHECKED);
    fs::write(&js, text)?;
    Ok(Glued {
        wasm: dir.join(format!("{stem}_bg.wasm")),
        js,
    })
}

/// Makes the glue free a collected closure in the memory in which it was made; by default it would
/// free it in that of the live instance. pkg/ releases the closures of an instance that ends, but
/// may have missed one if the stack overflowed while it was made.
fn bind_finalizers(glue: &mut String) -> Result<()> {
    replace_each(
        glue,
        &[
            (
                "const state = { a: arg0, b: arg1, cnt: 1 };",
                "const state = { a: arg0, b: arg1, cnt: 1, wasm };",
            ),
            (
                "new FinalizationRegistry(state => wasm.",
                "new FinalizationRegistry(state => state.wasm === wasm && wasm.",
            ),
        ],
    )
}

/// Spares a flush what its closures need not cost. In workerd `queueMicrotask` takes ten times as long
/// as the `then` of a settled promise. And bundlers that keep names, as wrangler does, define a property for each
/// function that is assigned to a variable, but not for one in brackets behind a comma.
fn make_closures_cheap(glue: &mut String) -> Result<()> {
    replace_each(
        glue,
        &[
            ("    queueMicrotask(", "    SETTLED.then("),
            (
                "        var cb0 = (arg0, arg1) => {",
                "        var cb0 = (0, (arg0, arg1) => {",
            ),
            (
                "        };\n        const ret = new Promise(cb0);",
                "        });\n        const ret = new Promise(cb0);",
            ),
            (
                "    const real = (...args) => {",
                "    const real = (0, (...args) => {",
            ),
            (
                "    };\n    real._wbg_cb_unref = () => {",
                "    });\n    real._wbg_cb_unref = () => {",
            ),
        ],
    )?;
    glue.push_str("\nconst SETTLED = Promise.resolve();\n");
    Ok(())
}

/// Catches what an import throws in the import itself. The glue makes a closure and a list of arguments for each
/// call.
fn catch_in_place(glue: &mut String) -> Result<()> {
    const BEFORE: &str = "() { return handleError(function (";
    const AFTER: &str = "\n}, arguments); }\n";
    let mut parts = glue.split(BEFORE);
    let mut changed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (head, rest) = part.split_once(") {\n").context("no arguments")?;
        let (body, rest) = rest.split_once(AFTER).context("no end")?;
        changed.push_str(&format!(
            "({head}) {{\n    try {{\n{body}\n    }} catch (e) {{\n        handleError(e);\n    }}\n}}\n{rest}"
        ));
    }
    *glue = changed;
    let (before, rest) = glue
        .split_once("function handleError(f, args) {\n")
        .context("no handleError")?;
    let (_, rest) = rest.split_once("} catch (e) {\n").context("no catch")?;
    let (body, after) = rest.split_once("    }\n}\n").context("no end")?;
    *glue = format!("{before}function handleError(e) {{\n{body}}}\n{after}");
    Ok(())
}

/// Replaces texts of which the glue has exactly one each.
fn replace_each(glue: &mut String, changes: &[(&str, &str)]) -> Result<()> {
    for (old, new) in changes {
        ensure!(
            glue.matches(old).count() == 1,
            "closures look different in the glue: {old}"
        );
        *glue = glue.replace(old, new);
    }
    Ok(())
}

/// Returns a line that lists the imports which make closures for wasm, so that pkg/ can fence
/// these.
fn closure_imports(glue: &str) -> Result<String> {
    let functions = glue.split("\nexport function ").skip(1);
    let makers = functions.filter_map(|function| {
        let (name, rest) = function.split_once('(')?;
        let body = rest.split("\n}\n").next()?;
        let makes = body.contains("makeMutClosure(") || body.contains("makeClosure(");
        makes.then_some(name)
    });
    let names: Vec<_> = makers.collect();
    ensure!(!names.is_empty(), "the glue makes no closures any more");
    Ok(format!("\nexport const CLOSURE_IMPORTS = {names:?};\n"))
}

/// Fails on snippets, which would be more files for pkg/ to ship and for each runtime to resolve.
pub fn ensure_no_snippets(dir: &Path) -> Result<()> {
    ensure!(
        !dir.join("snippets").exists(),
        "a dependency brings its own JavaScript; pkg/ has no place for it"
    );
    Ok(())
}
