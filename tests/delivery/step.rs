//! The steps that can happen to a buffer.

use laminar_edge::{Limits, Outcome};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// Whether the server got the request, whatever answer its sender got.
pub(crate) type Arrived = bool;

/// Picks one of many, mostly one of the latest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Which {
    index: Index,
    among: usize,
}

impl Which {
    pub(crate) fn of(&self, len: usize) -> Option<usize> {
        let among = self.among.min(len);
        (among > 0).then(|| len - 1 - self.index.index(among))
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Push {
        to: usize,
        payload: usize,
    },
    Packed {
        to: usize,
        large: Vec<usize>,
    },
    Parts {
        to: usize,
        size: usize,
    },
    Garbage {
        to: usize,
    },
    Seal,
    Lease {
        horizon: Which,
        skip: Vec<usize>,
        ttl: f64,
        max_bytes: usize,
        /// Whether it is for the network, not for the store.
        sending: bool,
    },
    HandOver(Which),
    Store(Which),
    Spilled(Which),
    Drain(Which, Outcome, Arrived),
    Beat(Which),
    Settle(Which, Outcome, Arrived),
    Suspect(Which),
    Expire(Which),
    Clock(f64),
    Limits(Limits),
    Clear,
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(step(), 1..120)
}

fn step() -> impl Strategy<Value = Step> {
    let to = 0usize..3;
    prop_oneof![
        10 => (to.clone(), payload()).prop_map(|(to, payload)| Step::Push { to, payload }),
        5 => (to.clone(), vec(payload(), 0..3))
            .prop_map(|(to, large)| Step::Packed { to, large }),
        1 => (to.clone(), payload()).prop_map(|(to, size)| Step::Parts { to, size }),
        1 => to.prop_map(|to| Step::Garbage { to }),
        6 => Just(Step::Seal),
        10 => (which(), vec(0usize..3, 0..2), ttl(), max_bytes(), any::<bool>()).prop_map(
            |(horizon, skip, ttl, max_bytes, sending)| Step::Lease {
                horizon, skip, ttl, max_bytes, sending,
            }
        ),
        8 => which().prop_map(Step::HandOver),
        4 => which().prop_map(Step::Store),
        4 => which().prop_map(Step::Spilled),
        4 => (which(), outcome(), any::<bool>())
            .prop_map(|(item, outcome, arrived)| Step::Drain(item, outcome, arrived)),
        3 => which().prop_map(Step::Beat),
        12 => (which(), outcome(), any::<bool>())
            .prop_map(|(hold, outcome, arrived)| Step::Settle(hold, outcome, arrived)),
        4 => which().prop_map(Step::Suspect),
        6 => which().prop_map(Step::Expire),
        4 => clock().prop_map(Step::Clock),
        1 => limits().prop_map(Step::Limits),
        1 => prop::bool::weighted(0.2)
            .prop_map(|clear| if clear { Step::Clear } else { Step::Seal }),
    ]
}

fn which() -> impl Strategy<Value = Which> {
    let among = prop::sample::select(vec![1, 1, 1, 2, 4, usize::MAX]);
    (any::<Index>(), among).prop_map(|(index, among)| Which { index, among })
}

fn payload() -> impl Strategy<Value = usize> {
    prop_oneof![
        6 => 0usize..300,
        3 => 300usize..2_500,
        1 => 2_500usize..5_000,
        1 => prop::sample::select(vec![9_000, 17_000]),
    ]
}

fn ttl() -> impl Strategy<Value = f64> {
    prop::sample::select(vec![0.0, 10.0, 1_000.0])
}

/// Generates no limit, one that cuts batches, one that only small spans fit, and one that none
/// fits.
fn max_bytes() -> impl Strategy<Value = usize> {
    prop::sample::select(vec![usize::MAX, usize::MAX, 2_000, 700, 100])
}

/// Moves the clock forwards, backwards, far, and to invalid times.
fn clock() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -50.0..50.0,
        2 => prop::sample::select(vec![-1e6, 1e6, 1e15, -1e15]),
        1 => Just(f64::NAN),
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        2 => (0u64..4).prop_map(|rejected| Outcome::Accepted { rejected }),
        1 => Just(Outcome::Accepted { rejected: u64::MAX }),
        2 => Just(Outcome::Refused),
        4 => Just(Outcome::TooLarge),
        4 => Just(Outcome::Unsent),
        4 => Just(Outcome::Ambiguous),
    ]
}

fn limits() -> impl Strategy<Value = Limits> {
    (1usize..12, 12usize..15, 13usize..16, 1usize..40).prop_map(
        |(spans, batch_bits, queue_bits, queue)| Limits {
            max_export_batch_size: spans,
            max_export_batch_size_bytes: 1 << batch_bits,
            max_queue_bytes: 1 << queue_bits,
            max_queue_size: queue,
            ..Limits::default()
        },
    )
}
