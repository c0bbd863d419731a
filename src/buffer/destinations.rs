//! Where spans go: a URL and the key that opens it.

use crate::buffer::chunks::NONE;
use crate::buffer::cooldown::Hold;

/// Names a destination of one buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DestinationId(pub(crate) usize);

impl DestinationId {
    /// The number that crosses the boundary.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A URL and the key that goes with it. A batch never mixes two of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Destination {
    /// The full URL of the traces endpoint.
    pub url: String,
    /// The bearer token; empty sends no `Authorization`.
    pub key: String,
    /// The chunk that new spans go to.
    pub(crate) open: usize,
    pub(crate) hold: Option<Hold>,
    /// It took the last batch it was sent.
    pub(crate) taking: bool,
    /// Half of the smallest request that it found too large.
    pub(crate) enough_bytes: usize,
}

/// The destinations of one buffer. There are as many as a program uses keys: few.
#[derive(Debug, Default)]
pub(crate) struct Destinations(Vec<Destination>);

impl Destinations {
    pub(crate) fn intern(&mut self, url: &str, key: &str) -> DestinationId {
        let known = self.0.iter().position(|d| d.url == url && d.key == key);
        known.map_or_else(|| self.add(url, key), DestinationId)
    }

    pub(crate) fn add(&mut self, url: &str, key: &str) -> DestinationId {
        self.0.push(Destination {
            url: url.to_owned(),
            key: key.to_owned(),
            open: NONE,
            hold: None,
            taking: false,
            enough_bytes: usize::MAX,
        });
        DestinationId(self.0.len() - 1)
    }

    pub(crate) fn get(&self, id: DestinationId) -> Option<&Destination> {
        self.0.get(id.0)
    }

    pub(crate) fn open(&self, id: DestinationId) -> usize {
        self.0.get(id.0).map_or(NONE, |d| d.open)
    }

    pub(crate) fn set_open(&mut self, id: DestinationId, slot: usize) {
        if let Some(destination) = self.get_mut(id) {
            destination.open = slot;
        }
    }

    pub(crate) fn get_mut(&mut self, id: DestinationId) -> Option<&mut Destination> {
        self.0.get_mut(id.0)
    }

    pub(crate) fn hold(&mut self, id: DestinationId, hold: Hold) {
        if let Some(destination) = self.get_mut(id) {
            destination.hold = Some(hold);
        }
    }

    pub(crate) fn held(&self, id: DestinationId, now_ms: f64) -> Option<Hold> {
        self.get(id)?
            .hold
            .filter(|hold| hold.remaining_ms(now_ms) > 0.0)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = DestinationId> {
        (0..self.0.len()).map(DestinationId)
    }
}
