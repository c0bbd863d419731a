//! A module that is called without glue: what wasm-bindgen left in it for the glue goes.

use anyhow::{ensure, Result};
use walrus::{passes::gc, ExportItem, Module};

/// Takes out the table of JavaScript's objects, which no export takes or gives, and what would fill it.
pub fn bare(module: &mut Module) -> Result<()> {
    let for_glue: Vec<_> = module
        .exports
        .iter()
        .filter(|export| export.name.starts_with("__"))
        .map(|export| export.id())
        .collect();
    for id in for_glue {
        module.exports.delete(id);
    }
    gc::run(module);
    if let Some(import) = module.imports.iter().next() {
        anyhow::bail!("{} is imported: nobody is there to give it", import.name);
    }
    for export in module.exports.iter() {
        let ExportItem::Function(function) = export.item else {
            continue;
        };
        let ty = module.types.get(module.funcs.get(function).ty());
        let is_number =
            |ty: &walrus::ValType| matches!(ty, walrus::ValType::I32 | walrus::ValType::F64);
        ensure!(
            ty.results().len() <= 1 && ty.params().iter().chain(ty.results()).all(is_number),
            "{} takes or gives what is no number: it would need glue",
            export.name
        );
    }
    Ok(())
}
