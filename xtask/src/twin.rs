//! Makes the same core as plain JavaScript, for hosts without WebAssembly: by wasm2js from the npm
//! package binaryen, minified by esbuild.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{ensure, Context, Result};

use crate::node::{cached, Tools};
use crate::options::Options;
use crate::{compile, glue, Built, CORE};

/// The wasm features that the precompiled standard library may use.
const FEATURES: &[&str] = &[
    "--mvp-features",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
];
const LOWER: &[&str] = &[
    "-Oz",
    "--signext-lowering",
    "--llvm-nontrapping-fptoint-lowering",
];

/// wasm2js writes a module with one instance; the package needs a function that makes instances.
const HEAD: &str = "export function instantiate(wasm2js_imports) {\n";
const FOOT: &str = "return asmFunc(wasm2js_imports);\n}\n";

/// Growing wasm memory, even by zero pages, detaches all views of the old memory, and their holders
/// rely on it. wasm2js does not detach them, so this does. If there is not enough memory, growing
/// fails and does not throw.
const PATCHES: &[(&str, &str)] = &[
    ("oldPages < newPages", "oldPages <= newPages"),
    (
        "   var newBuffer = new ArrayBuffer(newPages << 16);\n",
        "   var newBuffer;\n   try { newBuffer = new ArrayBuffer(newPages * 65536); }\n   \
         catch (shortOfMemory) { return -1; }\n",
    ),
    (
        "   buffer = newBuffer;\n",
        "   wasm2js_detach(buffer);\n   buffer = newBuffer;\n",
    ),
];
const DETACH: &str = "\
function wasm2js_detach(old) {
  if (typeof old.transfer === 'function') old.transfer(0);
  else structuredClone(old, { transfer: [old] });
}
";

/// Returns the files of the twin.
pub fn build(root: &Path, options: &Options) -> Result<Built> {
    let work = crate::work_dir(root, &CORE, options);
    let compiled = compile::compile(root, &CORE, &work, options)?;
    let glued = glue::generate(
        &compiled,
        &work.join("glue"),
        CORE.stem,
        glue::How {
            named: options.dev,
            silent: false,
            short: true,
            closures: true,
        },
    )?;
    glue::ensure_no_snippets(&work.join("glue"))?;
    let binaryen = Tools::find(root, "binaryen")?;
    let esbuild = Tools::find(root, "esbuild")?;
    let key = [
        format!(
            "{FEATURES:?}{LOWER:?}{HEAD}{FOOT}{PATCHES:?}{DETACH}{}",
            options.dev
        )
        .into_bytes(),
        binaryen.manifest.clone(),
        esbuild.manifest.clone(),
        fs::read(&glued.wasm)?,
    ]
    .concat();
    let core = cached(&work, "twin.js", &key, |output| {
        let lowered = work.join("lowered.wasm");
        binaryen.run(
            "bin/wasm-opt",
            arguments(&glued.wasm, &lowered, &[FEATURES, LOWER]),
        )?;
        let translated = work.join("translated.js");
        binaryen.run(
            "bin/wasm2js",
            arguments(&lowered, &translated, &[FEATURES, &["-Oz"]]),
        )?;
        let wrapped = work.join("wrapped.js");
        fs::write(&wrapped, wrap(&fs::read_to_string(&translated)?)?)?;
        let minify = format!("--minify={}", !options.dev);
        let flags: &[&str] = &[&minify, "--target=es2020", "--log-level=warning"];
        let outfile = format!("--outfile={}", output.display());
        let file = [wrapped.as_os_str(), OsStr::new(&outfile)];
        esbuild.run(
            "bin/esbuild",
            file.into_iter().chain(flags.iter().map(OsStr::new)),
        )
    })?;
    if !options.dev {
        compile::ensure_no_machine_paths(root, &core)?;
    }
    let core = [glue::UNCHECKED.as_bytes(), &core].concat();
    Ok(vec![
        (format!("{}_js.js", CORE.stem), core),
        (
            format!("{}_js_bg.js", CORE.stem),
            open(&fs::read_to_string(&glued.js)?)?.into_bytes(),
        ),
    ])
}

fn arguments<'a>(
    input: &'a Path,
    output: &'a Path,
    flags: &'a [&'a [&'a str]],
) -> impl Iterator<Item = &'a OsStr> {
    let files = [input.as_os_str(), OsStr::new("-o"), output.as_os_str()];
    files
        .into_iter()
        .chain(flags.iter().copied().flatten().map(OsStr::new))
}

/// Turns the module into a function, so that each instance has memory of its own.
fn wrap(translated: &str) -> Result<String> {
    let mut text = translated.to_owned();
    for (from, to) in PATCHES {
        ensure!(
            text.matches(from).count() == 1,
            "wasm2js no longer writes {from:?} once"
        );
        text = text.replace(from, to);
    }
    let body = text
        .split_once(";\n")
        .filter(|(import, _)| import.starts_with("import "))
        .and_then(|(_, rest)| rest.split_once("var retasmFunc ="))
        .map(|(body, _)| body)
        .context("wasm2js no longer begins with an import and ends with exports")?;
    ensure!(
        !body.contains("WebAssembly"),
        "the twin speaks of WebAssembly"
    );
    Ok([HEAD, DETACH, body, FOOT].concat())
}

/// The glue has its own table of values, which the fence around closures must see.
fn open(glue: &str) -> Result<String> {
    ensure!(
        glue.contains("let heap = "),
        "the glue no longer keeps its values in a heap"
    );
    ensure!(
        !glue.contains("WebAssembly"),
        "the glue of the twin speaks of WebAssembly"
    );
    Ok(format!("{glue}\nexport {{ heap }};\n"))
}
