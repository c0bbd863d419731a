//! Blanks the data of panic messages: names of source files, positions in them, and strings of the
//! standard library. The linker puts them between other data, so wasm-opt cannot remove them; zeros
//! compress to nothing.

use walrus::ir::Value;
use walrus::{ConstExpr, DataKind, Module};

/// The prefix of source file names in the module, see the remapping in `compile.rs`.
const FOLDERS: &[&str] = &["/rustc/", "/rust/", "crates/", "src/"];
const ENDING: &[u8] = b".rs";
/// The bytes of a position: address and length of the file's name, line, column.
const PLACE_BYTES: usize = 16;

/// Strings of panic messages, and the digits of their numbers. A string that is missing here is
/// shipped without need, and does no harm.
const WORDS: &[&str] = &[
    "slice index starts at ",
    " but ends at ",
    "range start index ",
    "range end index ",
    " out of range for slice of length ",
    "assertion `left ",
    " right` failed",
    "\n  left: ",
    "\n right: ",
    "==!=matches",
    "assertion failed: slot.is_none()",
    "copy_from_slice: source slice length (",
    ") does not match destination slice length (",
    "`at` split index (is ",
    "removal index (is ",
    "insertion index (is ",
    "cannot access a Thread Local Storage value during or after destruction: ",
    "AccessError",
    ") should be <= len (is ",
    ") should be < len (is ",
    "finish: result should be None",
    "finish: callbacks should be Some",
    "LazyCell instance has previously been poisoned",
    "`async fn` resumed after completion",
    "RefCell already mutably borrowed",
    "RefCell already borrowed",
    "internal error: entered unreachable code",
    "capacity overflow",
    "0x0123456789ABCDEF",
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839\
     40414243444546474849505152535455565758596061626364656667686970717273747576777879\
     8081828384858687888990919293949596979899",
];

/// Blanks them. The panics must have been silenced before.
pub fn blank(module: &mut Module) {
    let segments: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    let mut names = Vec::new();
    for segment in &segments {
        let data = module.data.get_mut(*segment);
        let DataKind::Active {
            offset: ConstExpr::Value(Value::I32(address)),
            ..
        } = data.kind
        else {
            continue;
        };
        for at in 0..data.value.len() {
            let rest = &mut data.value[at..];
            if let Some(bytes) = name_bytes(rest) {
                names.push([address.cast_unsigned() + at as u32, bytes as u32]);
                rest[..bytes].fill(0);
            }
            let is_first = |word: &&&str| rest.starts_with(word.as_bytes());
            if let Some(word) = WORDS.iter().find(is_first) {
                rest[..word.len()].fill(0);
            }
        }
    }
    for segment in segments {
        let data = module.data.get_mut(segment);
        for at in (0..data.value.len().saturating_sub(PLACE_BYTES - 1)).step_by(4) {
            let place = &mut data.value[at..at + PLACE_BYTES];
            let word = |at: usize| place[at..at + 4].try_into().map_or(0, u32::from_le_bytes);
            if names.contains(&[word(0), word(4)]) {
                place.fill(0);
            }
        }
    }
}

/// Returns the length of the source file name at this place.
fn name_bytes(bytes: &[u8]) -> Option<usize> {
    FOLDERS
        .iter()
        .find(|folder| bytes.starts_with(folder.as_bytes()))?;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
    let end = bytes.iter().position(|byte| !is_part(byte));
    let name = &bytes[..end.unwrap_or(bytes.len())];
    name.ends_with(ENDING).then_some(name.len())
}
