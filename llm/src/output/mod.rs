//! The output of an answer while it grows, and the forms in which output and messages are written.

mod clean;
mod copy;
mod forms;
mod pieces;
mod template;

pub(crate) use clean::{copy, copy_tool};
pub(crate) use copy::{
    block_as_part, copy_arguments, copy_as_parts, copy_block, copy_candidate, copy_choice,
    copy_content, copy_item, copy_message,
};
pub(crate) use forms::{BLOCKS, CANDIDATES, CHOICES, ITEMS, PARTS};
pub(crate) use pieces::{At, Pieces};
pub(crate) use template::{fill_from, fill_item};
