//! Shortens the names between the module and its glue. wasm-bindgen's names end in hashes, which do
//! not compress and which minifiers may not rename. Imports of wasm are named by numbers, because
//! each name is in the module and twice in a bundle; the function's body shows what it does.

use std::collections::HashSet;

use walrus::Module;

const HASH_DIGITS: usize = 16;
/// The only export of the glue that has an import's name.
const OF_THE_GLUE: &str = "__wbg_set_wasm";

/// Renames imports and exports that end in a hash. Returns the old and new names.
pub fn shorten(module: &mut Module) -> Vec<(String, String)> {
    let imports = module.imports.iter().map(|import| &import.name);
    let exports = module.exports.iter().map(|export| &export.name);
    let mut taken: HashSet<String> = imports.chain(exports).cloned().collect();
    taken.insert(OF_THE_GLUE.to_owned());
    let mut renamed = Vec::new();
    let imports = module
        .imports
        .iter_mut()
        .map(|import| (&mut import.name, true));
    let exports = module
        .exports
        .iter_mut()
        .map(|export| (&mut export.name, false));
    for (name, is_import) in imports.chain(exports) {
        let Some(stem) = stem(name) else {
            continue;
        };
        let short = (1..)
            .map(|number| match (is_import, number) {
                (true, _) => format!("__wb{number}"),
                (false, 1) => stem.to_owned(),
                (false, _) => format!("{stem}_{number}"),
            })
            .find(|short| taken.insert(short.clone()))
            .unwrap_or_else(|| name.clone());
        renamed.push((core::mem::replace(name, short.clone()), short));
    }
    renamed
}

/// Returns the name without its hash and separator.
fn stem(name: &str) -> Option<&str> {
    let (stem, hash) = name.split_at_checked(name.len().checked_sub(HASH_DIGITS)?)?;
    let is_hash = hash.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hash.then(|| stem.trim_end_matches('h').trim_end_matches('_'))
}
