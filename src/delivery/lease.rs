//! Who is sending what: leases.
//!
//! `lease` hands out a request body, `settle` says how sending it went. Whoever holds a lease may
//! die without a word: a Worker's request can be killed at any await. So a lease also ends when
//! its time is up and its holder no longer beats. Time alone decides nothing, because clocks jump:
//! [`SpanBuffer::expire`] asks for the count of beats seen earlier, and a living holder has beaten
//! since.

use crate::buffer::table::{Row, Watched, LEASED, OPEN, SEALED};
use crate::buffer::{DestinationId, DropReason, Horizon, Redelivery, SpanBuffer, NONE};
use crate::delivery::outcome::Outcome;
use crate::delivery::spill::answered;

/// Names one lease; never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseId {
    pub(crate) slot: usize,
    pub(crate) token: u32,
}

/// A batch that the caller may send, and nobody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What to settle.
    pub id: LeaseId,
    /// Where to send it.
    pub destination: DestinationId,
    /// How many spans it carries.
    pub spans: usize,
    /// How many earlier sends may have arrived.
    pub ambiguous: u32,
}

/// What settling a lease did to its spans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Taken by the server.
    pub exported: u64,
    /// Turned away by the server.
    pub rejected: u64,
    /// Lost, and why.
    pub dropped: Option<(DropReason, u64)>,
    /// Kept for another send.
    pub kept: u64,
    /// Taken by a store.
    pub spilled: u64,
}

impl LeaseId {
    /// The lease's number, which it keeps through a takeover.
    pub fn token(self) -> u32 {
        self.token
    }
}

impl SpanBuffer {
    /// A waiting batch before the horizon, of a destination that is neither in `skip` nor held.
    /// What was never on the network goes first, so that nobody's spans queue behind what failed
    /// for others; then the oldest.
    ///
    /// The lease is due at `now_ms + ttl_ms`, which should lie well behind the holder's own
    /// deadline. The body stays where it is: see [`SpanBuffer::body`].
    pub fn lease(
        &mut self,
        horizon: Horizon,
        skip: &[DestinationId],
        now_ms: f64,
        ttl_ms: f64,
    ) -> Option<Lease> {
        self.lease_unheld(horizon, skip, now_ms, ttl_ms, usize::MAX)
    }

    /// The same with a body of at most `max_bytes`; see [`SpanBuffer::lease_within`]. As long as a
    /// destination takes nothing, waiting batches are joined sparingly.
    pub fn lease_unheld(
        &mut self,
        horizon: Horizon,
        skip: &[DestinationId],
        now_ms: f64,
        ttl_ms: f64,
        max_bytes: usize,
    ) -> Option<Lease> {
        let wanted = |id| !skip.contains(&id);
        self.lease_of(&wanted, true, horizon, now_ms, ttl_ms, max_bytes)
    }

    /// The same of held destinations too, for those who do not send to them. Batches larger than
    /// `max_bytes` are halved until they fit; a single span that does not fit is passed over and
    /// stays buffered. Small ones that wait in a row become one.
    pub fn lease_within(
        &mut self,
        horizon: Horizon,
        skip: &[DestinationId],
        now_ms: f64,
        ttl_ms: f64,
        max_bytes: usize,
    ) -> Option<Lease> {
        let wanted = |id| !skip.contains(&id);
        self.lease_of(&wanted, false, horizon, now_ms, ttl_ms, max_bytes)
    }

    /// Of destinations that are `wanted`, and with `unheld` not held.
    pub(crate) fn lease_of(
        &mut self,
        wanted: &dyn Fn(DestinationId) -> bool,
        unheld: bool,
        horizon: Horizon,
        now_ms: f64,
        ttl_ms: f64,
        max_bytes: usize,
    ) -> Option<Lease> {
        let held_at_ms = unheld.then_some(now_ms);
        let slot = self.waiting_within(horizon, wanted, held_at_ms, max_bytes)?;
        let worth = if unheld {
            max_bytes.min(self.worth_joining(slot))
        } else {
            max_bytes
        };
        let slot = self.coalesce(slot, horizon, worth);
        self.token = self.token.wrapping_add(1).max(1);
        let token = self.token;
        self.arena.edit(slot, |row| {
            row.state = LEASED;
            row.token = token;
            row.beats = 0;
            row.watched = Watched::default();
            row.handed = 0;
            row.leased_at_ms = now_ms;
            row.expires_at_ms = now_ms + ttl_ms;
        });
        let row = self.arena.row(slot)?;
        Some(Lease {
            id: LeaseId { slot, token },
            destination: DestinationId(row.destination),
            spans: row.spans,
            ambiguous: row.ambiguous,
        })
    }

    /// The request body of a lease that still holds.
    pub fn body(&self, id: LeaseId) -> Option<&[u8]> {
        self.held(id)?;
        self.arena.content(id.slot)
    }

    /// Says that the body goes to the network now: from here on it may arrive. False if the lease
    /// no longer holds: then it must not be sent.
    pub fn hand_over(&mut self, id: LeaseId) -> bool {
        let Some(row) = self.held(id) else {
            return false;
        };
        if row.ambiguous > 0 && row.handed == 0 {
            self.root.redelivered += row.spans as u64;
            self.publish();
        }
        self.arena.edit(id.slot, |row| row.handed = 1);
        true
    }

    /// The lease with this number, if it still holds.
    pub fn lease_with(&self, token: u32) -> Option<LeaseId> {
        let (slot, _) = self
            .arena
            .iter()
            .find(|(_, row)| row.state == LEASED && row.token == token)?;
        Some(LeaseId { slot, token })
    }

    /// The lease with this number, if it holds or ran out and was not given again.
    pub fn lease_known(&self, token: u32) -> Option<LeaseId> {
        let (slot, _) = self.arena.iter().find(|(_, row)| row.token == token)?;
        Some(LeaseId { slot, token })
    }

    /// Where a lease's batch goes.
    pub fn destination_of_lease(&self, id: LeaseId) -> Option<DestinationId> {
        self.known(id).map(|row| DestinationId(row.destination))
    }

    /// Says that the holder lives.
    pub fn beat(&mut self, id: LeaseId) {
        if self.held(id).is_some() {
            self.arena
                .edit(id.slot, |row| row.beats = row.beats.wrapping_add(1));
        }
    }

    /// Leases before the horizon whose time seems up at `now_ms`, with their beats so far. A clock
    /// that stands before the lease began counts as suspicious too.
    pub fn overdue(&self, horizon: Horizon, now_ms: f64) -> Vec<(LeaseId, u32)> {
        let overdue = |row: &Row| row.state == LEASED && row.is_overdue(now_ms);
        let found = self.before(horizon).filter(|(_, row)| overdue(row));
        found
            .map(|(slot, row)| {
                let token = row.token;
                (LeaseId { slot, token }, row.beats)
            })
            .collect()
    }

    /// Ends an overdue lease if its holder has not beaten since `beats` was read. Between the two
    /// the caller must have waited longer than holders pause between beats.
    pub fn expire(&mut self, id: LeaseId, beats: u32, now_ms: f64) -> bool {
        let held = self.held(id);
        let dead = held.is_some_and(|row| row.beats == beats && row.is_overdue(now_ms));
        if dead {
            self.give_back(id.slot, true);
        }
        dead
    }

    /// Says how sending went. A late word still counts if nobody has leased the batch again, alone
    /// or joined to others, or halved it; one that comes later than that changes nothing.
    pub fn settle(&mut self, id: LeaseId, outcome: Outcome) -> Settled {
        let Some(row) = self.known(id) else {
            return Settled::default();
        };
        let (late, handed) = (row.state != LEASED, row.handed == 1);
        let spans = row.spans as u64;
        self.note_answer(id.slot, outcome);
        if late && handed && outcome != Outcome::Ambiguous {
            // The expiry assumed the worst of this send; now its end is known.
            self.arena.edit(id.slot, |row| {
                row.ambiguous = row.ambiguous.saturating_sub(1)
            });
        }
        match outcome {
            Outcome::Accepted { rejected } => self.accept(id.slot, rejected.min(spans)),
            Outcome::Refused => self.accept(id.slot, spans),
            Outcome::TooLarge => self.split(id.slot),
            Outcome::Ambiguous if !late => self.give_back(id.slot, false),
            Outcome::Ambiguous | Outcome::Unsent => {
                self.forget_lease(id.slot);
                Settled {
                    kept: spans,
                    ..Settled::default()
                }
            }
        }
    }

    /// Spans of finished batches before the horizon that are still here, and of these the ones
    /// somebody is sending.
    pub fn remaining(&self, horizon: Horizon) -> (usize, usize) {
        self.before(horizon)
            .filter(|(_, row)| row.state != OPEN)
            .fold((0, 0), |(all, leased), (_, row)| {
                (
                    all + row.spans,
                    leased + if row.state == LEASED { row.spans } else { 0 },
                )
            })
    }

    /// Drops all that is left, leased or not, as `shutdown` must in the end.
    pub fn clear(&mut self, reason: DropReason) -> u64 {
        let mut dropped = 0;
        while self.arena.oldest() != NONE {
            let slot = self.arena.oldest();
            if self
                .arena
                .row(slot)
                .is_some_and(|row| row.state == LEASED && row.handed == 1)
            {
                self.arena.edit(slot, |row| row.ambiguous += 1);
            }
            dropped += self.drop_chunk(slot, reason).0 as u64;
        }
        dropped
    }

    fn accept(&mut self, slot: usize, rejected: u64) -> Settled {
        let doubtful = self.arena.row(slot).is_some_and(|row| row.ambiguous > 0);
        let settled = answered(self.arena.release(slot) as u64, rejected, doubtful);
        self.file(settled);
        settled
    }

    pub(crate) fn lost(&mut self, slot: usize, reason: DropReason) -> Settled {
        let (spans, reason) = self.drop_chunk(slot, reason);
        Settled {
            dropped: Some((reason, spans as u64)),
            ..Settled::default()
        }
    }

    /// Back to waiting, or lost if it may have arrived and must not be sent again. An expired
    /// lease can still be settled late, a settled one cannot.
    pub(crate) fn give_back(&mut self, slot: usize, expired: bool) -> Settled {
        let Some(row) = self.arena.row(slot) else {
            return Settled::default();
        };
        let spans = row.spans as u64;
        if row.handed == 1 {
            let again = self.limits.redelivery == Redelivery::AtLeastOnce && row.ambiguous == 0;
            self.arena.edit(slot, |row| row.ambiguous += 1);
            if !again {
                return self.lost(slot, DropReason::Unconfirmed);
            }
        }
        if expired {
            self.arena.edit(slot, |row| row.state = SEALED);
            self.arena.tighten(slot);
        } else {
            self.forget_lease(slot);
        }
        Settled {
            kept: spans,
            ..Settled::default()
        }
    }

    fn forget_lease(&mut self, slot: usize) {
        self.arena.edit(slot, |row| {
            row.state = SEALED;
            row.token = 0;
        });
        self.arena.tighten(slot);
    }

    pub(crate) fn held(&self, id: LeaseId) -> Option<&Row> {
        self.known(id).filter(|row| row.state == LEASED)
    }

    /// The batch of a lease that holds, or that ran out and was not given again.
    pub(crate) fn known(&self, id: LeaseId) -> Option<&Row> {
        self.arena.row(id.slot).filter(|row| row.token == id.token)
    }

    /// The oldest waiting batch that is small enough, or can be made so.
    fn waiting_within(
        &mut self,
        horizon: Horizon,
        wanted: &dyn Fn(DestinationId) -> bool,
        held_at_ms: Option<f64>,
        max_bytes: usize,
    ) -> Option<usize> {
        let mut passed = Vec::new();
        loop {
            let waiting = self.before(horizon).filter(|(slot, row)| {
                let id = DestinationId(row.destination);
                let held = held_at_ms.and_then(|now_ms| self.destinations.held(id, now_ms));
                row.state == SEALED && held.is_none() && wanted(id) && !passed.contains(slot)
            });
            // Of equals the first, which is the oldest.
            let (slot, row) = waiting.min_by_key(|(_, row)| row.handed)?;
            if row.capacity - row.start <= max_bytes {
                return Some(slot);
            }
            if !self.halve(slot) {
                passed.push(slot);
            }
        }
    }

    /// Chunks from before the horizon, oldest first.
    pub(crate) fn before(&self, horizon: Horizon) -> impl Iterator<Item = (usize, &Row)> {
        let chunks = self.arena.iter();
        chunks.take_while(move |(_, row)| horizon.is_behind(row))
    }
}
