//! What the buffer evicts, and in which order, when a cap is reached.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has done its work, helpers included"
)]

mod common;

use common::table::chunks;
use common::{buffer, drain, dropped, numbers, span, take, tight};
use laminar_edge::packed::Packed;
use laminar_edge::{DropReason, Limits, Outcome, SpanBuffer};

#[test]
fn the_oldest_chunk_is_evicted_and_each_of_its_spans_is_counted() {
    let (mut buffer, to) = buffer(tight());
    for number in 1..=33 {
        assert!(buffer.push(to, &span(number, 0)));
    }
    assert_eq!(dropped(&buffer, DropReason::Evicted), 8);
    assert_eq!(drain(&mut buffer).concat(), (9..=33).collect::<Vec<_>>());
    assert!(buffer.stats().is_balanced());
}

#[test]
fn chunks_are_evicted_by_bytes_and_by_spans() {
    let (mut buffer, to) = buffer(tight());
    for number in 1..=12 {
        assert!(buffer.push(to, &span(number, 2_000)));
        assert!(buffer.allocated_bytes() <= tight().max_queue_bytes);
    }
    let lost = dropped(&buffer, DropReason::Evicted);
    assert!(lost > 0);
    let left: Vec<u64> = (lost + 1..=12).collect();
    assert_eq!(drain(&mut buffer).concat(), left);
}

#[test]
fn small_batches_of_many_destinations_fit_after_a_large_one() {
    let (mut buffer, to) = buffer(Limits::default());
    for number in 1..=500 {
        assert!(buffer.push(to, &span(number, 8_200)));
    }
    drain(&mut buffer);
    for number in 1..=100 {
        let to = buffer.new_destination();
        assert!(buffer.push(to, &span(number, 0)));
    }
    assert_eq!(dropped(&buffer, DropReason::Evicted), 0);
    assert_eq!(buffer.stats().buffered, 100);
}

#[test]
fn a_leased_chunk_is_never_evicted() {
    let (mut buffer, to) = buffer(tight());
    for number in 1..=8 {
        buffer.push(to, &span(number, 0));
    }
    let horizon = buffer.seal();
    let lease = take(&mut buffer, horizon).unwrap();
    for number in 9..=60 {
        buffer.push(to, &span(number, 0));
    }
    assert_eq!(buffer.stats().in_flight, 8);
    let sent = numbers(buffer.body(lease.id).unwrap());
    assert_eq!(sent, (1..=8).collect::<Vec<_>>());
    assert!(buffer.stats().buffered <= 24);
}

#[test]
fn a_span_is_refused_when_all_that_is_held_is_in_flight() {
    let limits = Limits {
        max_queue_size: 3,
        ..tight()
    };
    let (mut buffer, to) = buffer(limits);
    for number in 1..=3 {
        buffer.push(to, &span(number, 0));
    }
    let horizon = buffer.seal();
    let lease = take(&mut buffer, horizon).unwrap();
    assert!(!buffer.push(to, &span(4, 0)));
    assert!(!buffer.push_part(to, b"large"));
    buffer.abandon();
    assert_eq!(dropped(&buffer, DropReason::QueueFull), 1);
    buffer.settle(lease.id, Outcome::Unsent);
    assert!(buffer.push(to, &span(5, 0)), "what came back gives way");
    assert_eq!(dropped(&buffer, DropReason::Evicted), 3);
    assert!(buffer.stats().is_balanced());
}

#[test]
fn memory_in_flight_refuses_spans_too() {
    let (mut buffer, to) = buffer(tight());
    let mut number = 0;
    while buffer.allocated_bytes() < 12 << 10 {
        number += 1;
        buffer.push(to, &span(number, 3_500));
    }
    let horizon = buffer.seal();
    while take(&mut buffer, horizon).is_some() {}
    let refused = (0..4).filter(|_| {
        number += 1;
        !buffer.push(to, &span(number, 3_500))
    });
    assert!(refused.count() > 0);
    assert!(dropped(&buffer, DropReason::QueueFull) > 0);
    assert!(buffer.allocated_bytes() <= tight().max_queue_bytes);
}

#[test]
fn a_chunk_never_mixes_destinations() {
    let (mut buffer, first) = buffer(tight());
    let same_url = buffer.destination("https://example.test/v1/traces", "other");
    let same_key = buffer.destination("https://other.test/v1/traces", "key");
    assert_eq!(
        buffer.destination("https://example.test/v1/traces", "key"),
        first
    );
    for number in 1..=9 {
        let to = [first, same_url, same_key][usize::try_from(number % 3).unwrap()];
        buffer.push(to, &span(number, 0));
    }
    let horizon = buffer.seal();
    let mut seen = Vec::new();
    while let Some(lease) = take(&mut buffer, horizon) {
        seen.push((lease.destination, numbers(buffer.body(lease.id).unwrap())));
    }
    let expected = [
        (same_url, vec![1, 4, 7]),
        (same_key, vec![2, 5, 8]),
        (first, vec![3, 6, 9]),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_span_larger_than_a_request_is_dropped_alone() {
    let (mut buffer, to) = buffer(tight());
    buffer.push(to, &span(1, 10));
    assert!(!buffer.push(to, &span(2, 4_200)));
    assert!(buffer.push(to, &span(3, 10)));
    assert_eq!(dropped(&buffer, DropReason::SpanTooLarge), 1);
    assert_eq!(drain(&mut buffer).concat(), [1, 3]);
}

#[test]
fn a_large_string_that_cannot_fit_ends_its_span_early_and_counts_once() {
    let (mut buffer, to) = buffer(tight());
    assert!(buffer.push_part(to, &[b'x'; 3_000]));
    assert!(!buffer.push_part(to, &[b'x'; 3_000]));
    assert!(!buffer.push_part(to, b"x"));
    assert!(!buffer.push_key(to, b"key"));
    let record = common::packer::pack(&span(1, 0), &common::packer::Path::new());
    assert_eq!(buffer.push_packed(to, &record.packed()), Ok(false));
    assert_eq!(dropped(&buffer, DropReason::SpanTooLarge), 1);
    assert_eq!(buffer.stats().recorded, 1);
    assert!(buffer.push(to, &span(2, 0)), "the next one is not affected");
}

#[test]
fn a_batch_is_as_full_as_its_limits_allow_and_no_fuller() {
    let (mut buffer, to) = buffer(tight());
    for number in 1..=20 {
        buffer.push(to, &span(number, 0));
    }
    let sizes: Vec<usize> = drain(&mut buffer).iter().map(Vec::len).collect();
    assert_eq!(sizes, [8, 8, 4]);
    for number in 21..=26 {
        buffer.push(to, &span(number, 1_100));
    }
    let sizes: Vec<usize> = drain(&mut buffer).iter().map(Vec::len).collect();
    assert_eq!(sizes, [3, 3], "three fit into 4 KiB");
}

#[test]
fn a_chunk_grows_until_it_is_one_request() {
    let limits = Limits {
        max_export_batch_size: 10_000,
        ..Limits::default()
    };
    let (mut buffer, to) = buffer(limits);
    buffer.push(to, &span(1, 0));
    let first = buffer.allocated_bytes();
    for number in 2..=1_000 {
        buffer.push(to, &span(number, 900));
    }
    assert_eq!(chunks(&buffer).len(), 1);
    assert!(buffer.allocated_bytes() > 8 * first);
    assert_eq!(drain(&mut buffer), [(1..=1_000).collect::<Vec<_>>()]);
}

/// Returns the bytes of all request bodies, and of the largest chunk.
fn wire_and_largest(buffer: &SpanBuffer) -> (usize, usize) {
    let chunks = chunks(buffer);
    let wire = chunks.iter().map(|chunk| chunk.bytes).sum();
    let largest = chunks.iter().map(|chunk| chunk.row.capacity).max();
    (wire, largest.unwrap_or_default())
}

#[test]
fn the_buffer_takes_little_more_memory_than_its_requests() {
    for batch in [512, 20_000] {
        for payload in [0, 400, 2_500] {
            let limits = Limits {
                max_export_batch_size: batch,
                max_queue_bytes: 64 << 20,
                max_queue_size: 20_000,
                ..Limits::default()
            };
            let (mut buffer, to) = buffer(limits);
            for number in 1..=10_000 {
                assert!(buffer.push(to, &span(number, payload)));
                if number % 1_000 == 0 {
                    let (wire, largest) = wire_and_largest(&buffer);
                    let kept = buffer.allocated_bytes();
                    assert!(
                        kept <= wire + wire / 20 + largest,
                        "{number} of {payload} bytes in {batch}: {kept} for {wire}"
                    );
                }
            }
            // The batch is sealed to be sent at once. Spans that still wait at the next seal are
            // moved into one batch.
            buffer.seal();
            buffer.seal();
            let (wire, _) = wire_and_largest(&buffer);
            assert!(buffer.allocated_bytes() <= wire + wire / 20);
        }
    }
}

#[test]
fn a_chunk_is_as_large_as_its_batch_will_be() {
    let (mut buffer, to) = buffer(Limits::default());
    for number in 1..=511 {
        buffer.push(to, &span(number, 400));
    }
    let first = buffer.allocated_bytes();
    buffer.push(to, &span(512, 400));
    let full = buffer.allocated_bytes();
    assert!(first <= full + full / 20, "{first} for {full}");
    buffer.push(to, &span(513, 400));
    let second = buffer.allocated_bytes() - full;
    assert!(second.abs_diff(full) <= full / 20, "{second} for {full}");
    // A flush seals a batch even if it is small.
    drain(&mut buffer);
    buffer.push(to, &span(514, 400));
    assert_eq!(buffer.allocated_bytes(), 16 << 10);
}

#[test]
fn a_batch_whose_spans_become_larger_is_still_one_request() {
    let (mut buffer, to) = buffer(Limits::default());
    for number in 1..=512 {
        let payload = usize::try_from(number / 2).unwrap() + if number > 500 { 900 } else { 0 };
        buffer.push(to, &span(number, payload));
    }
    assert_eq!(chunks(&buffer).len(), 1);
    assert_eq!(drain(&mut buffer), [(1..=512).collect::<Vec<_>>()]);
    for number in 513..=1_024 {
        let payload = if number > 1_020 { 300_000 } else { 0 };
        buffer.push(to, &span(number, payload));
    }
    assert_eq!(chunks(&buffer).len(), 1);
    assert_eq!(drain(&mut buffer), [(513..=1_024).collect::<Vec<_>>()]);
}

#[test]
fn a_chunk_grows_into_the_memory_that_is_left() {
    let limits = Limits {
        max_export_batch_size_bytes: 64 << 10,
        max_queue_bytes: 64 << 10,
        ..Limits::default()
    };
    let (mut buffer, to) = buffer(limits);
    for number in 1..=200 {
        buffer.push(to, &span(number, 100));
    }
    // The old buffer and the new one exist at once.
    assert_eq!(buffer.allocated_bytes(), 48 << 10);
    assert_eq!(chunks(&buffer).len(), 1);
}

#[test]
fn the_next_chunk_begins_with_half_of_what_a_flush_sent() {
    let (mut buffer, to) = buffer(Limits::default());
    for number in 1..=400 {
        buffer.push(to, &span(number, 400));
    }
    let sent = chunks(&buffer)[0].bytes;
    drain(&mut buffer);
    // A flush that sends nothing changes nothing.
    buffer.seal();
    buffer.push(to, &span(401, 400));
    let next = buffer.allocated_bytes();
    assert!(next.abs_diff(sent / 2) <= sent / 40, "{next} after {sent}");
}

#[test]
fn a_chunk_grows_by_an_eighth_at_least() {
    let (mut buffer, to) = buffer(Limits::default());
    let mut before = 16 << 10;
    for number in 1..=511 {
        // Each span is larger than those before it, so the batch is always larger than expected.
        let payload = 4 * usize::try_from(number).unwrap();
        buffer.push(to, &span(number, payload));
        let after = buffer.allocated_bytes();
        assert!(
            after == before || after >= before + before / 8,
            "{number}: {before} to {after}"
        );
        before = after;
    }
}

#[test]
fn sealing_frees_unused_memory() {
    let (mut buffer, to) = buffer(Limits::default());
    buffer.push(to, &span(1, 100));
    assert_eq!(buffer.allocated_bytes(), 16 << 10);
    buffer.seal();
    assert!(buffer.allocated_bytes() < 1 << 10);
    drain(&mut buffer);
    assert_eq!(buffer.allocated_bytes(), 0);
}

#[test]
fn sealing_an_empty_buffer_makes_no_batch() {
    let (mut buffer, to) = buffer(Limits::default());
    let garbage = Packed {
        words: &[],
        floats: &[],
        text: &[],
        units: 0,
    };
    assert_eq!(buffer.push_packed(to, &garbage), Ok(false));
    let horizon = buffer.seal();
    assert_eq!(take(&mut buffer, horizon), None);
    assert_eq!(buffer.allocated_bytes(), 0);
    assert_eq!(dropped(&buffer, DropReason::Malformed), 1);
}

#[test]
fn limits_are_brought_into_a_range_that_works() {
    let none = Limits {
        max_export_batch_size: 0,
        max_export_batch_size_bytes: 0,
        max_queue_bytes: 0,
        max_queue_size: 0,
        ..Limits::default()
    };
    let buffer = SpanBuffer::new(none, &[]);
    let least = *buffer.limits();
    assert_eq!((least.max_export_batch_size, least.max_queue_size), (1, 1));
    assert_eq!(least.max_export_batch_size_bytes, 4 << 10);
    assert_eq!(least.max_queue_bytes, 16 << 10);
    let endless = Limits {
        max_export_batch_size: usize::MAX,
        max_export_batch_size_bytes: usize::MAX,
        max_queue_bytes: usize::MAX,
        max_queue_size: usize::MAX,
        ..Limits::default()
    };
    let most = endless.bounded();
    assert_eq!(most.max_export_batch_size, most.max_queue_size);
    assert_eq!(most.max_export_batch_size_bytes, most.max_queue_bytes);
    assert_eq!(most.bounded(), most);
    assert_eq!(Limits::default().bounded(), Limits::default());
}

#[test]
fn smaller_limits_take_effect_at_once() {
    let (mut buffer, to) = buffer(Limits::default());
    for number in 1..=40 {
        buffer.push(to, &span(number, 0));
    }
    buffer.seal();
    for number in 41..=60 {
        buffer.push(to, &span(number, 0));
    }
    buffer.set_limits(tight());
    assert!(buffer.allocated_bytes() <= tight().max_queue_bytes);
    assert!(buffer.stats().buffered <= 32);
    assert_eq!(dropped(&buffer, DropReason::Evicted), 40);
    assert!(buffer.stats().is_balanced());
}

#[test]
fn fewer_spans_are_kept_as_soon_as_fewer_are_allowed() {
    let limits = |max_queue_size| Limits {
        max_export_batch_size: 8,
        max_queue_size,
        ..Limits::default()
    };
    let (mut buffer, to) = buffer(limits(100));
    for number in 1..=40 {
        buffer.push(to, &span(number, 0));
    }
    buffer.set_limits(limits(24));
    assert_eq!(buffer.stats().buffered, 24);
    assert_eq!(dropped(&buffer, DropReason::Evicted), 16);
}

#[test]
fn smaller_limits_hold_for_a_chunk_that_is_open() {
    let (mut buffer, to) = buffer(Limits::default());
    buffer.push(to, &span(1, 1_500));
    buffer.set_limits(tight());
    for number in 2..=6 {
        buffer.push(to, &span(number, 1_500));
    }
    buffer.seal();
    let batches = chunks(&buffer);
    let spans: Vec<usize> = batches.iter().map(|batch| batch.row.spans).collect();
    assert_eq!(spans, [2, 2, 2]);
    let most = tight().max_export_batch_size_bytes;
    assert!(batches.iter().all(|batch| batch.bytes <= most));
}

#[test]
fn a_span_too_large_for_a_request_evicts_no_other() {
    let (mut buffer, to) = buffer(tight());
    for number in 1..=5 {
        buffer.push(to, &span(number, 0));
    }
    let bytes = tight().max_export_batch_size_bytes;
    assert!(!buffer.push(to, &span(6, bytes)));
    assert_eq!(dropped(&buffer, DropReason::SpanTooLarge), 1);
    assert_eq!(dropped(&buffer, DropReason::Evicted), 0);
    assert_eq!(drain(&mut buffer).concat(), [1, 2, 3, 4, 5]);
}

#[test]
fn a_span_fills_a_request_to_its_last_byte_and_a_larger_one_evicts_nothing() {
    let most = tight().max_export_batch_size_bytes;
    let mut largest = 0;
    for payload in 3_850..4_100 {
        let (mut buffer, to) = buffer(tight());
        // No chunk of another span's size is free.
        for number in 1..=4 {
            buffer.push(to, &span(number, 3_850));
        }
        let taken = buffer.push(to, &span(5, payload));
        assert_eq!(dropped(&buffer, DropReason::Evicted), u64::from(taken));
        assert_eq!(
            dropped(&buffer, DropReason::SpanTooLarge),
            u64::from(!taken)
        );
        if taken {
            buffer.seal();
            largest = chunks(&buffer).last().unwrap().bytes;
        }
    }
    // Space is reserved for the longest header; this one has lengths of two bytes instead of five.
    assert_eq!(largest, most - 6);
}

#[test]
fn a_large_string_takes_little_more_memory_than_its_bytes() {
    let (mut buffer, to) = buffer(Limits::default());
    assert!(buffer.push_part(to, b"text"));
    assert!(buffer.push_key(to, &[b'k'; 1_000]));
    assert_eq!(buffer.allocated_bytes(), 16 << 10);
    assert!(buffer.push_part(to, &[b'x'; 100_000]));
    let kept = buffer.allocated_bytes();
    assert!((100_000..105_000).contains(&kept), "{kept}");
}

#[test]
fn a_span_that_could_not_be_recorded_counts_and_leaves_nothing_behind() {
    let (mut buffer, to) = buffer(tight());
    assert!(buffer.push_part(to, b"text"));
    assert!(buffer.push_key(to, b"key"));
    buffer.lose(DropReason::Malformed);
    assert_eq!(buffer.stats().recorded, 1);
    assert_eq!(dropped(&buffer, DropReason::Malformed), 1);
    let record = common::packer::pack(&span(1, 0), &common::packer::Path::new());
    assert_eq!(buffer.push_packed(to, &record.packed()), Ok(true));
    let spans = common::decode(&common::only_body(&mut buffer));
    assert!(spans[0].attributes.iter().all(|pair| pair.key != "key"));
}

#[test]
fn only_a_full_batch_is_reported_as_full() {
    let (mut buffer, to) = buffer(tight());
    let full: Vec<bool> = (1..=9)
        .map(|number| {
            buffer.push(to, &span(number, 0));
            buffer.take_full()
        })
        .collect();
    assert_eq!(full.iter().filter(|full| **full).count(), 1, "{full:?}");
    buffer.seal();
    buffer.push(to, &span(10, 0));
    assert!(!buffer.take_full());
}

#[test]
fn a_batch_is_full_when_the_next_span_finds_no_room_in_it() {
    let (mut buffer, to) = buffer(tight());
    for (number, full) in [(1, false), (2, true), (3, true)] {
        assert!(buffer.push(to, &span(number, 3_000)));
        assert_eq!(buffer.take_full(), full, "{number}");
    }
}

#[test]
fn a_sealed_batch_takes_only_the_bytes_that_are_sent() {
    let (mut buffer, to) = buffer(Limits::default());
    for number in 1..=400 {
        buffer.push(to, &span(number, 2_500));
    }
    assert!(buffer.allocated_bytes() > 1_050_000);
    let horizon = buffer.seal();
    let (wire, largest) = wire_and_largest(&buffer);
    assert_eq!((buffer.allocated_bytes(), largest), (wire, wire));
    let lease = buffer.lease(horizon, &[], 0.0, 1.0).unwrap();
    buffer.settle(lease.id, Outcome::Unsent);
    assert_eq!(buffer.allocated_bytes(), wire);
    assert_eq!(drain(&mut buffer), [(1..=400).collect::<Vec<_>>()]);
}

#[test]
fn a_batch_with_memory_for_its_copy_leaves_its_buffer_whole() {
    let (mut buffer, to) = buffer(Limits::default());
    for number in 1..=400 {
        buffer.push(to, &span(number, 2_500));
    }
    let open = chunks(&buffer)[0].row.data;
    buffer.seal();
    assert_ne!(chunks(&buffer)[0].row.data, open);
}

#[test]
fn a_batch_without_memory_for_its_copy_keeps_its_order() {
    let limits = Limits {
        max_export_batch_size: 64,
        max_export_batch_size_bytes: 16 << 10,
        ..tight()
    };
    let (mut buffer, to) = buffer(limits);
    buffer.push(to, &span(1, 5_000));
    let horizon = buffer.seal();
    // Chunks that are being sent cannot be evicted.
    take(&mut buffer, horizon).unwrap();
    for number in 2..=31 {
        let payload = if number % 5 == 0 {
            500
        } else {
            usize::try_from(number).unwrap()
        };
        assert!(buffer.push(to, &span(number, payload)));
    }
    let open = &chunks(&buffer)[1];
    let (used, free) = (
        open.bytes,
        limits.max_queue_bytes - buffer.allocated_bytes(),
    );
    assert!(used > free, "{used} into {free}");
    let horizon = buffer.seal();
    let (wire, _) = wire_and_largest(&buffer);
    assert_eq!(buffer.allocated_bytes(), wire);
    let lease = take(&mut buffer, horizon).unwrap();
    let found = numbers(buffer.body(lease.id).unwrap());
    assert_eq!(found, (2..=31).collect::<Vec<_>>());
}
