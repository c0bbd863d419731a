//! Any order of recording, leasing, settling, dying and clock jumps. A model that knows where each
//! span must be checks every step.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has done its work, helpers included"
)]

mod audit;
#[path = "../common/mod.rs"]
mod common;
mod figures;
mod joining;
mod leasing;
mod model;
mod sending;
mod spilling;
mod step;

use laminar_edge::Redelivery;
use model::Model;
use proptest::prelude::*;

fn run(redelivery: Redelivery, steps: &[step::Step], die: bool) {
    let mut model = Model::new(redelivery);
    for step in steps {
        model.step(step);
    }
    model.finish(die);
}

// PROPTEST_CASES asks for more.
proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_is_lost_or_held_twice_when_batches_are_sent_again(
        steps in step::steps(),
        die in any::<bool>(),
    ) {
        run(Redelivery::AtLeastOnce, &steps, die);
    }

    #[test]
    fn nothing_is_lost_or_sent_twice_when_batches_are_sent_at_most_once(
        steps in step::steps(),
        die in any::<bool>(),
    ) {
        run(Redelivery::AtMostOnce, &steps, die);
    }
}
