//! Leases: who may send which batch.
//!
//! A lease hands out a request body, [`SpanBuffer::settle`] takes back how sending it went. The
//! holder of a lease may die without a word, since a Worker's request can be killed at any await.
//! So a lease also ends when its time is up and its holder no longer beats, see `expiry`.

use crate::buffer::table::{Row, Watched, LEASED, OPEN, SEALED};
use crate::buffer::{DestinationId, Horizon, SpanBuffer};

/// Names one lease. No two leases of a buffer have the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseId {
    pub(super) slot: usize,
    pub(super) token: u32,
}

impl LeaseId {
    /// Returns the lease's number, which it keeps through a takeover.
    pub fn token(self) -> u32 {
        self.token
    }
}

/// A batch that the holder of the lease may send, and nobody else.
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

/// Where a leased body goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseFor {
    /// To its destination: a destination that cools down is passed over, and as long as a
    /// destination takes nothing, waiting batches are joined sparingly.
    Network,
    /// Into a store, whatever the state of its destination: batches that may go to the network, because
    /// they do when they leave the store.
    Store,
    /// To the runtime, for a Tail Worker: batches that may go there, whatever the state of their
    /// destination.
    Tail,
}

/// Which batch a holder asks for, and for how long.
#[derive(Clone, Copy)]
pub struct LeaseRequest<'a> {
    /// Only batches from before this are leased.
    pub horizon: Horizon,
    /// Whether to pass over a destination.
    pub skip: &'a dyn Fn(DestinationId) -> bool,
    /// The time of the request.
    pub now_ms: f64,
    /// The lease is due at `now_ms + ttl_ms`, which should lie well behind the holder's deadline.
    pub ttl_ms: f64,
    /// The largest body that the holder takes. Larger batches are halved until they fit; a single
    /// span that does not fit is passed over and stays buffered.
    pub max_bytes: usize,
    /// Where the body goes.
    pub purpose: LeaseFor,
}

impl core::fmt::Debug for LeaseRequest<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LeaseRequest").finish_non_exhaustive()
    }
}

impl SpanBuffer {
    /// Leases a batch of any size for the network; see [`SpanBuffer::lease_of`].
    pub fn lease(
        &mut self,
        horizon: Horizon,
        skip: &[DestinationId],
        now_ms: f64,
        ttl_ms: f64,
    ) -> Option<Lease> {
        self.lease_of(&LeaseRequest {
            horizon,
            skip: &|id| skip.contains(&id),
            now_ms,
            ttl_ms,
            max_bytes: usize::MAX,
            purpose: LeaseFor::Network,
        })
    }

    /// Leases a waiting batch before the horizon. Batches that were never on the network go first,
    /// so that new spans do not queue behind what failed before; among equals the oldest goes first.
    /// Small batches that wait in a row become one.
    ///
    /// The body stays where it is: see [`SpanBuffer::body`].
    pub fn lease_of(&mut self, request: &LeaseRequest<'_>) -> Option<Lease> {
        let slot = self.waiting_within(request)?;
        let worth = match request.purpose {
            LeaseFor::Network => request.max_bytes.min(self.worth_joining(slot)),
            LeaseFor::Store | LeaseFor::Tail => request.max_bytes,
        };
        let slot = self.coalesce(slot, request.horizon, worth);
        let token = self.next_token();
        self.chunks_mut().edit(slot, |row| {
            row.state = LEASED;
            row.token = token;
            row.beats = 0;
            row.watched = Watched::default();
            row.handed = 0;
            row.leased_at_ms = request.now_ms;
            row.expires_at_ms = request.now_ms + request.ttl_ms;
        });
        let row = self.chunks().row(slot)?;
        Some(Lease {
            id: LeaseId { slot, token },
            destination: DestinationId::of(row),
            spans: row.spans,
            ambiguous: row.ambiguous,
        })
    }

    /// Returns the request body of a lease that is still in force.
    pub fn body(&self, id: LeaseId) -> Option<&[u8]> {
        self.in_force(id)?;
        self.chunks().content(id.slot)
    }

    /// Says that the body goes to the network now: from here on it may arrive. Returns false if the
    /// lease is no longer in force: then the body must not be sent.
    pub fn hand_over(&mut self, id: LeaseId) -> bool {
        let Some(row) = self.in_force(id) else {
            return false;
        };
        if row.ambiguous > 0 && row.handed == 0 {
            let spans = row.spans as u64;
            self.account(|root| root.redelivered += spans);
        }
        self.chunks_mut().edit(id.slot, |row| row.handed = 1);
        true
    }

    /// Returns the lease with this number, if it is in force.
    pub fn lease_with(&self, token: u32) -> Option<LeaseId> {
        let (slot, _) = self
            .chunks()
            .iter()
            .find(|(_, row)| row.state == LEASED && row.token == token)?;
        Some(LeaseId { slot, token })
    }

    /// Returns the lease with this number, if it is in force or ran out and was not given again.
    pub fn lease_known(&self, token: u32) -> Option<LeaseId> {
        let (slot, _) = self.chunks().iter().find(|(_, row)| row.token == token)?;
        Some(LeaseId { slot, token })
    }

    /// Returns where a lease's batch goes.
    pub fn destination_of_lease(&self, id: LeaseId) -> Option<DestinationId> {
        self.known(id).map(DestinationId::of)
    }

    /// Says that the holder lives.
    pub fn beat(&mut self, id: LeaseId) {
        if self.in_force(id).is_some() {
            self.chunks_mut()
                .edit(id.slot, |row| row.beats = row.beats.wrapping_add(1));
        }
    }

    /// Counts the spans of finished batches before the horizon that are still here, and those of
    /// them that are being sent.
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

    /// Returns the batch of a lease that is in force.
    pub(super) fn in_force(&self, id: LeaseId) -> Option<&Row> {
        self.known(id).filter(|row| row.state == LEASED)
    }

    /// Returns the batch of a lease that is in force, or that ran out and was not given again.
    pub(super) fn known(&self, id: LeaseId) -> Option<&Row> {
        let row = self.chunks().row(id.slot);
        row.filter(|row| row.token == id.token)
    }

    /// Whether batches of this destination may go where the body is to go.
    fn goes(&self, id: DestinationId, request: &LeaseRequest<'_>) -> bool {
        let ways = self.destination_of(id).map(|destination| destination.ways);
        match request.purpose {
            LeaseFor::Network => {
                ways.is_none_or(|ways| ways.network) && self.cooldown(id, request.now_ms).is_none()
            }
            LeaseFor::Store => ways.is_none_or(|ways| ways.network),
            LeaseFor::Tail => ways.is_some_and(|ways| ways.tail),
        }
    }

    /// Returns the first waiting batch that is small enough, or that was made so.
    fn waiting_within(&mut self, request: &LeaseRequest<'_>) -> Option<usize> {
        let mut passed = Vec::new();
        loop {
            let mut found: Option<(usize, &Row)> = None;
            for (slot, row) in self.before(request.horizon) {
                // The first of equals, which is the oldest.
                if row.state != SEALED || found.is_some_and(|(_, best)| best.handed <= row.handed) {
                    continue;
                }
                let id = DestinationId::of(row);
                if self.goes(id, request) && !(request.skip)(id) && !passed.contains(&slot) {
                    found = Some((slot, row));
                }
            }
            let (slot, row) = found?;
            if row.bytes() <= request.max_bytes {
                return Some(slot);
            }
            if !self.halve(slot) {
                passed.push(slot);
            }
        }
    }
}
