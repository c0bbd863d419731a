//! Silences panics. The module has no console, so their messages cannot be read. The messages and
//! the code that formats them are a tenth of the module, so a panic becomes the trap in which it
//! ends anyway.

use std::collections::HashSet;

use anyhow::{ensure, Result};
use walrus::ir::{self, Visitor};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalFunction, Module};

/// Functions that begin a panic. They never return.
const PANICS: &[&str] = &[
    "core::panicking::",
    "core::cell::panic_",
    "core::cell::lazy::panic_poisoned",
    "core::option::unwrap_failed",
    "core::option::expect_failed",
    "core::result::unwrap_failed",
    "core::slice::index::slice_index_fail",
    "core::str::slice_error_fail",
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "std::panicking::",
    "std::alloc::rust_oom",
    "std::alloc::default_alloc_error_hook",
];
/// Functions that format the messages of panics. No other code may call them.
const WORDS: &[&str] = &["core::fmt::", "alloc::fmt::", "core::str::count::"];

/// Replaces the bodies of these functions. wasm-opt then removes the code that only they use.
pub fn silence(module: &mut Module) -> Result<()> {
    let panics = named(module, PANICS);
    let words = named(module, WORDS);
    ensure!(
        !panics.is_empty() && !words.is_empty(),
        "no panics found in the module: does the standard library name them otherwise now?"
    );
    for (id, function) in module.funcs.iter_local() {
        if panics.contains(&id) || words.contains(&id) {
            continue;
        }
        let mut calls = Calls::default();
        ir::dfs_in_order(&mut calls, function, function.entry_block());
        ensure!(
            words.is_disjoint(&calls.0),
            "{} formats text, but only panics may: see xtask/src/silence.rs",
            module.funcs.get(id).name.as_deref().unwrap_or("a function")
        );
    }
    for id in panics.union(&words) {
        let trap = trap(module, *id);
        module.funcs.get_mut(*id).kind = FunctionKind::Local(trap);
    }
    Ok(())
}

fn named(module: &Module, parts: &[&str]) -> HashSet<FunctionId> {
    let has = |name: &str| parts.iter().any(|part| plain(name).contains(part));
    module
        .funcs
        .iter_local()
        .map(|(id, _)| module.funcs.get(id))
        .filter(|function| function.name.as_deref().is_some_and(has))
        .map(|function| function.id())
        .collect()
}

/// Returns a name without the hashes in brackets that follow the names of crates.
fn plain(name: &str) -> String {
    let mut depth = 0_usize;
    name.chars()
        .filter(|letter| {
            depth += usize::from(*letter == '[');
            let inside = depth > 0;
            depth = depth.saturating_sub(usize::from(*letter == ']'));
            !inside
        })
        .collect()
}

fn trap(module: &mut Module, id: FunctionId) -> LocalFunction {
    let ty = module.types.get(module.funcs.get(id).ty());
    let (params, results) = (ty.params().to_vec(), ty.results().to_vec());
    let args = params.iter().map(|ty| module.locals.add(*ty)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    builder.func_body().unreachable();
    builder.local_func(args)
}

#[derive(Default)]
struct Calls(HashSet<FunctionId>);

impl<'instr> Visitor<'instr> for Calls {
    fn visit_function_id(&mut self, id: &FunctionId) {
        self.0.insert(*id);
    }
}
