//! Shorter names between the module and its glue: wasm-bindgen's end in hashes, which no
//! compression makes smaller and no minifier may rename. What wasm imports is called by a number, since each
//! name stands in the module and twice in a bundle; the body of the function says what it does.

use std::collections::HashSet;

use walrus::Module;

const HASH_DIGITS: usize = 16;
/// The one export of the glue that is named as imports are.
const OF_THE_GLUE: &str = "__wbg_set_wasm";

/// Renames imports and exports that end in a hash, and gives back old and new names.
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

/// The name without its hash and what joins the two.
fn stem(name: &str) -> Option<&str> {
    let (stem, hash) = name.split_at_checked(name.len().checked_sub(HASH_DIGITS)?)?;
    let is_hash = hash.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hash.then(|| stem.trim_end_matches('h').trim_end_matches('_'))
}
