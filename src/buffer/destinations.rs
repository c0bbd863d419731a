//! Where spans go: a URL and the key that opens it.

use crate::buffer::table::{Row, NONE};
#[cfg(feature = "redact")]
use crate::encode::Redactors;
#[cfg(feature = "redact")]
use std::sync::Arc;

/// Names a destination of one buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DestinationId(pub(super) usize);

impl DestinationId {
    /// Returns the destination of a chunk.
    pub(crate) fn of(row: &Row) -> Self {
        Self(row.destination)
    }

    /// Returns the number that crosses the boundary.
    pub fn index(self) -> usize {
        self.0
    }
}

/// The ways by which spans reach a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// By requests of this program.
    pub network: bool,
    /// By the runtime, which hands what it is given to a Tail Worker.
    pub tail: bool,
}

/// A URL and the key that goes with it. A batch never mixes two of them.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The full URL of the traces endpoint.
    pub url: String,
    /// The bearer token; empty sends no `Authorization`.
    pub key: String,
    /// How its spans get there.
    pub ways: Ways,
    /// The chunk that new spans go to.
    open: usize,
    cooldown: Option<Hold>,
    /// Whether it took the last batch that it was sent.
    taking: bool,
    /// Half of the smallest request that it found too large.
    enough_bytes: usize,
    /// What redacts its spans, if that differs from what redacts all.
    #[cfg(feature = "redact")]
    pub(super) redactors: Option<Arc<Redactors>>,
}

impl Destination {
    /// Whether it took the last batch that it was sent.
    pub(crate) fn is_taking(&self) -> bool {
        self.taking
    }

    /// Remembers whether it took the last batch.
    pub(crate) fn set_taking(&mut self, taking: bool) {
        self.taking = taking;
    }

    /// Returns how large a request should become by joining.
    pub(crate) fn enough_bytes(&self) -> usize {
        self.enough_bytes
    }

    /// Remembers that a request of so many bytes was too large.
    pub(crate) fn found_too_large(&mut self, bytes: usize) {
        self.enough_bytes = self.enough_bytes.min(bytes / 2);
    }
}

/// While this lasts, nothing is sent there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hold {
    /// When it began.
    pub since_ms: f64,
    /// When it ends.
    pub until_ms: f64,
    /// The HTTP status that brought it about.
    pub status: u16,
}

impl Hold {
    /// Returns the milliseconds that it still lasts. A clock that stands before its beginning ends
    /// it: one request too early is better than a destination that is left alone for ever.
    pub fn remaining_ms(&self, now_ms: f64) -> f64 {
        if (self.since_ms..self.until_ms).contains(&now_ms) {
            self.until_ms - now_ms
        } else {
            0.0
        }
    }
}

/// The destinations that a buffer had at some time: none ever goes.
#[derive(Clone, Copy)]
pub(crate) struct KnownDestinations(usize);

impl KnownDestinations {
    /// Returns the destination with this number, if there is one.
    #[inline]
    pub(crate) fn at(self, index: usize) -> Option<DestinationId> {
        (index < self.0).then_some(DestinationId(index))
    }
}

/// The destinations of one buffer. There are as many as a program uses keys: few.
#[derive(Debug, Default)]
pub(super) struct Destinations(Vec<Destination>);

impl Destinations {
    pub(super) fn intern(&mut self, url: &str, key: &str) -> DestinationId {
        let known = self.0.iter().position(|d| d.url == url && d.key == key);
        known.map_or_else(|| self.add(url, key), DestinationId)
    }

    pub(super) fn add(&mut self, url: &str, key: &str) -> DestinationId {
        self.0.push(Destination {
            url: url.to_owned(),
            key: key.to_owned(),
            ways: Ways {
                network: true,
                tail: false,
            },
            open: NONE,
            cooldown: None,
            taking: false,
            enough_bytes: usize::MAX,
            #[cfg(feature = "redact")]
            redactors: None,
        });
        DestinationId(self.0.len() - 1)
    }

    #[inline]
    pub(super) fn known(&self) -> KnownDestinations {
        KnownDestinations(self.0.len())
    }

    pub(super) fn get(&self, id: DestinationId) -> Option<&Destination> {
        self.0.get(id.0)
    }

    pub(super) fn open(&self, id: DestinationId) -> usize {
        self.0.get(id.0).map_or(NONE, |d| d.open)
    }

    pub(super) fn set_open(&mut self, id: DestinationId, slot: usize) {
        if let Some(destination) = self.get_mut(id) {
            destination.open = slot;
        }
    }

    pub(super) fn get_mut(&mut self, id: DestinationId) -> Option<&mut Destination> {
        self.0.get_mut(id.0)
    }

    pub(super) fn cool_down(&mut self, id: DestinationId, cooldown: Hold) {
        if let Some(destination) = self.get_mut(id) {
            destination.cooldown = Some(cooldown);
        }
    }

    pub(super) fn cooldown(&self, id: DestinationId, now_ms: f64) -> Option<Hold> {
        let cooldown = self.get(id)?.cooldown?;
        (cooldown.remaining_ms(now_ms) > 0.0).then_some(cooldown)
    }
}
