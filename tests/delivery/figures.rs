//! The figures of the ledger as the model keeps them.

use laminar_edge::{DropReason, Stats};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) recorded: u64,
    pub(crate) exported: u64,
    pub(crate) rejected: u64,
    pub(crate) redelivered: u64,
    pub(crate) spilled: u64,
    pub(crate) dropped: [u64; DropReason::ALL.len()],
}

impl Figures {
    pub(crate) fn of(stats: &Stats) -> Self {
        let mut figures = Self {
            recorded: stats.recorded,
            exported: stats.exported,
            rejected: stats.rejected,
            redelivered: stats.redelivered,
            spilled: stats.spilled,
            dropped: Default::default(),
        };
        for (reason, count) in &stats.dropped {
            figures.dropped[*reason as usize] = *count;
        }
        figures
    }

    pub(crate) fn drop(&mut self, reason: DropReason, spans: u64) {
        self.dropped[reason as usize] += spans;
    }
}
