//! The command line.

use std::path::PathBuf;

use anyhow::{bail, Context, Result};

const USAGE: &str =
    "usage: cargo run -q -p xtask -- build|twin [--dev] [--named] [--features a,b] [--out DIR]
       cargo run -q -p xtask -- glue MODULE --out DIR
       cargo run -q -p xtask -- rooms";

/// What to build and where to put it.
pub struct Options {
    /// The core as plain JavaScript, not as wasm.
    pub twin: bool,
    /// A user's compiled module, which only needs glue.
    pub module: Option<PathBuf>,
    /// Use the debug profile, keep names, do not optimise.
    pub dev: bool,
    /// Keep names of functions, to analyse the module's size.
    pub named: bool,
    /// Cargo features beside `js`.
    pub features: Vec<String>,
    /// Where the module and the glue go, from the root of the workspace.
    pub out: PathBuf,
}

impl Options {
    pub fn parse(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let task = args.next().context(USAGE)?;
        let module = match task.as_str() {
            "build" | "twin" => None,
            "glue" => Some(args.next().context(USAGE)?.into()),
            _ => bail!(USAGE),
        };
        let mut options = Self {
            twin: task == "twin",
            module,
            dev: false,
            named: false,
            features: Vec::new(),
            out: PathBuf::from("pkg/wasm"),
        };
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--dev" => options.dev = true,
                "--named" => options.named = true,
                "--features" => {
                    let list = args.next().context(USAGE)?;
                    options.features = list.split(',').map(str::to_owned).collect();
                }
                "--out" => options.out = args.next().context(USAGE)?.into(),
                other => bail!("{other} is not an option\n{USAGE}"),
            }
        }
        Ok(options)
    }
}
