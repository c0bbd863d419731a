//! Reads a buffer as a later instance would: by address, through the table, without calling it.

use laminar_edge::protobuf::{Field, Fields};
use laminar_edge::table::{Root, Row, FREE, LEASED, MAGIC, OPEN, SEALED, VERSION};
use laminar_edge::SpanBuffer;

/// One chunk as it is in memory.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    pub(crate) row: Row,
    /// The numbers of its spans, oldest first.
    pub(crate) spans: Vec<u64>,
    /// How many bytes its content has.
    pub(crate) bytes: usize,
    /// Its encoded spans as they are in memory.
    encoded: Vec<u8>,
}

impl Chunk {
    pub(crate) fn leased(&self) -> bool {
        self.row.state == LEASED
    }

    pub(crate) fn encoded(&self) -> Vec<u8> {
        self.encoded.clone()
    }

    pub(crate) fn sealed(&self) -> bool {
        self.row.state == SEALED
    }
}

/// Returns all chunks, oldest first; fails if anything in the table is not as documented.
pub(crate) fn chunks(buffer: &SpanBuffer) -> Vec<Chunk> {
    let root = buffer.root();
    check_root(root);
    let rows = rows(root);
    assert!(rows
        .iter()
        .all(|row| row.checksum == row.expected_checksum()));
    let mut found: Vec<Chunk> = Vec::new();
    let (mut slot, mut older) = (root.oldest, usize::MAX);
    while slot != usize::MAX {
        let row = &rows[slot];
        assert_eq!(row.older, older, "the chain reads the same both ways");
        found.push(chunk(row));
        (older, slot) = (slot, row.newer);
        assert!(found.len() <= rows.len(), "the chain has an end");
    }
    let used = rows.iter().filter(|row| row.state != FREE).count();
    assert_eq!(used, found.len(), "no chunk is out of reach");
    let bytes: usize = found.iter().map(|chunk| chunk.row.capacity).sum();
    assert_eq!(bytes, buffer.allocated_bytes());
    found
}

fn check_root(root: &Root) {
    assert_eq!(
        (root.magic, root.version, root.row_bytes),
        (MAGIC, VERSION, size_of::<Row>())
    );
    assert_eq!(root.checksum, root.expected_checksum());
    assert_eq!(root.recorded, !root.recorded_check);
}

#[allow(unsafe_code, reason = "addresses are all that outlives an instance")]
fn rows(root: &Root) -> &[Row] {
    // SAFETY: the buffer that owns the rows is borrowed for as long as its root.
    unsafe { core::slice::from_raw_parts(root.rows as *const Row, root.rows_len) }
}

#[allow(unsafe_code, reason = "addresses are all that outlives an instance")]
fn chunk(row: &Row) -> Chunk {
    // SAFETY: the buffer that owns the bytes is borrowed while its chunks are read.
    let memory = unsafe { core::slice::from_raw_parts(row.data as *const u8, row.capacity) };
    let content = &memory[row.start..];
    assert!([OPEN, SEALED, LEASED].contains(&row.state));
    assert_eq!(row.state == OPEN, row.header == 0);
    let mut spans: Vec<u64> = Fields(&content[row.header..]).map(span_number).collect();
    // An open chunk is written from its end.
    if row.state == OPEN {
        spans.reverse();
    }
    assert_eq!(spans.len(), row.spans, "the row counts its spans");
    Chunk {
        row: row.clone(),
        spans,
        bytes: content.len(),
        encoded: content[row.header..].to_vec(),
    }
}

fn span_number(field: (u32, Field<'_>)) -> u64 {
    let (2, Field::Bytes(span)) = field else {
        panic!("not a span: {field:?}")
    };
    let id = Fields(span).find_map(|field| match field {
        (2, Field::Bytes(id)) => Some(id),
        _ => None,
    });
    u64::from_be_bytes(id.unwrap().try_into().unwrap())
}
