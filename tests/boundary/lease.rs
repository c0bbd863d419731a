//! Leases by numbers: what is named, what each end of a send does, who is passed over.

use js_sys::Date;
use laminar_edge::js;
use wasm_bindgen_test::wasm_bindgen_test;

use super::ledger::fresh;
use super::record_in::{answers, destination, end, Staging};
use super::send::{deliver, lease, settle, ANSWERED, NO_ANSWER, NO_CONNECTION};

const GO: f64 = 0.0;
const BACK_OFF: f64 = -1.0;

#[wasm_bindgen_test]
fn a_batch_is_named_with_its_body_and_leaves_once() {
    let before = fresh();
    let destination = destination();
    end(destination, "a");
    end(destination, "b");
    let horizon = js::horizon(true);
    end(destination, "later");
    let batch = lease(horizon).ok().unwrap();
    assert_eq!(
        (batch.destination, batch.names()),
        (destination, vec!["a".to_owned(), "b".to_owned()])
    );
    // Neither what is leased nor what ended after the horizon.
    assert_eq!(lease(horizon).err(), Some(vec![0.0]));
    assert_eq!(answers(js::remaining(horizon)), [2.0, 2.0]);
    before.assert_since(&[("recorded", 3.0), ("inFlight", 2.0), ("buffered", 1.0)]);
    assert_eq!(
        batch.settle(ANSWERED, 200, 0.0),
        [2.0, 0.0, 0.0, 0.0, 0.0, 0.0, GO]
    );
    // Heard twice, it counts once.
    let again = settle(batch.token, ANSWERED, 200, 0.0);
    assert_eq!(again[..6], [0.0; 6]);
    assert!(!js::hand_over(batch.token));
    assert_eq!(answers(js::remaining(horizon)), [0.0, 0.0]);
    before.assert_since(&[("recorded", 3.0), ("exported", 2.0), ("buffered", 1.0)]);
}

#[wasm_bindgen_test]
fn each_end_of_a_send_has_its_meaning() {
    const HOLD: f64 = 300_000.0;
    let kept = ("buffered", 3.0);
    for (how, status, rejected, pace, figures) in [
        (
            ANSWERED,
            200,
            2.0,
            GO,
            &[("exported", 1.0), ("rejected", 2.0)][..],
        ),
        (ANSWERED, 200, 9.0, GO, &[("rejected", 3.0)]),
        (ANSWERED, 200, f64::NAN, GO, &[("exported", 3.0)]),
        (ANSWERED, 400, 0.0, GO, &[("rejected", 3.0)]),
        (ANSWERED, 401, 0.0, HOLD, &[("rejected", 3.0)]),
        (ANSWERED, 503, 0.0, BACK_OFF, &[kept]),
        (ANSWERED, 500, 0.0, BACK_OFF, &[kept]),
        (ANSWERED, 413, 0.0, GO, &[kept]),
        // No HTTP answer.
        (ANSWERED, 0, 0.0, BACK_OFF, &[kept]),
        (NO_CONNECTION, 0, 0.0, BACK_OFF, &[kept]),
        (NO_ANSWER, 0, 0.0, BACK_OFF, &[kept]),
        (77, 200, 0.0, BACK_OFF, &[kept]),
    ] {
        let before = fresh();
        let destination = destination();
        for name in ["a", "b", "c"] {
            end(destination, name);
        }
        let batch = lease(js::horizon(true)).ok().unwrap();
        let answer = batch.settle(how, status, rejected);
        assert_eq!(answer[6], pace, "{how} {status}");
        let mut expected = vec![("recorded", 3.0)];
        expected.extend_from_slice(figures);
        before.assert_since(&expected);
    }
    fresh();
}

#[wasm_bindgen_test]
fn what_may_have_arrived_is_sent_twice_at_most() {
    let before = fresh();
    end(destination(), "a");
    let horizon = js::horizon(true);
    for dropped in [0.0, 1.0] {
        let batch = lease(horizon).ok().unwrap();
        let answer = batch.settle(NO_ANSWER, 0, 0.0);
        assert_eq!(answer[4], dropped);
    }
    before.assert_since(&[
        ("recorded", 1.0),
        ("dropped.unconfirmed", 1.0),
        ("unconfirmed", 1.0),
        ("redelivered", 1.0),
    ]);
}

#[wasm_bindgen_test]
fn a_destination_is_passed_over_that_is_skipped_or_held() {
    fresh();
    let [one, two] = [destination(), destination()];
    end(one, "a");
    end(two, "b");
    let horizon = js::horizon(true);
    let words = Staging::now().words;
    words.set_index(0, u32::try_from(one).unwrap());
    let now = Date::now();
    let taken = answers(js::lease(horizon, 1, f64::INFINITY, now, 1_000.0, false));
    assert_eq!(taken[1] as usize, two);
    js::settle(taken[0] as u32, NO_CONNECTION, 0, -1.0, 0.0, now);
    // More than the staging memory has: nobody is skipped.
    let nobody = answers(js::lease(
        horizon,
        usize::MAX,
        f64::INFINITY,
        now,
        1_000.0,
        false,
    ));
    assert_eq!(nobody[1] as usize, one);
    js::settle(nobody[0] as u32, ANSWERED, 429, 60_000.0, 0.0, now);
    assert_eq!(deliver().len(), 1);
    let held = lease(horizon).err().unwrap();
    assert_eq!(held[..3], [0.0, one as f64, 429.0]);
    assert!(held[3] > 59_000.0 && held[3] <= 60_000.0, "{held:?}");
    js::clear();
}

#[wasm_bindgen_test]
fn of_many_held_destinations_each_that_is_named_is_named_whole() {
    fresh();
    let now = Date::now();
    for _ in 0..12 {
        end(destination(), "a");
        let batch = lease(js::horizon(true)).ok().unwrap();
        js::settle(batch.token, ANSWERED, 429, 60_000.0, 0.0, now);
    }
    let held = lease(js::horizon(true)).err().unwrap();
    assert_eq!(held.len(), 1 + 3 * 10);
    assert!(held[1..].chunks(3).all(|each| each[1] == 429.0));
    js::clear();
}

#[wasm_bindgen_test]
fn a_pause_grows_with_failures_and_is_shortened_by_chance() {
    assert_eq!(js::backoff(1, 0.0), 250.0);
    assert_eq!(js::backoff(2, 1.0), 250.0);
    assert_eq!(js::backoff(40, 0.0), 5_000.0);
    assert_eq!(js::backoff(1, f64::NAN), 250.0);
}
