//! Recording: how a span is written into its chunk.
//!
//! A span comes in pieces, its large strings first. Until the span is finished these stand in front
//! of the chunk's content and are not counted.

use crate::buffer::chunks;
use crate::buffer::destinations::DestinationId;
use crate::buffer::ledger::DropReason;
use crate::buffer::span_buffer::{SpanBuffer, Unfinished};
use crate::encode;
use crate::encode::packed::{self, PackError, Packed};
use crate::encode::protobuf::Writer;
#[cfg(feature = "redact")]
use crate::encode::Redactors;
use crate::encode::{close_string, span, Redaction};
use crate::span::SpanData;
#[cfg(feature = "redact")]
use laminar_edge_redact::{Detectors, Rules};
#[cfg(feature = "redact")]
use std::borrow::Cow;
#[cfg(feature = "redact")]
use std::sync::Arc;

/// Framing of one string attribute.
const ATTRIBUTE_FRAME: usize = 32;
/// How many times as long redaction can make a span. The shortest thing that is replaced is a password
/// of one letter with its name, 14 bytes in JSON and 30 with the mark.
#[cfg(feature = "redact")]
const MOST_GROWTH: usize = 4;

impl SpanBuffer {
    /// Takes a span that has ended. False if it was dropped; the ledger says why.
    pub fn push(&mut self, destination: DestinationId, data: &SpanData) -> bool {
        // Large strings belong to packed spans; this span must not inherit them.
        self.abandon();
        self.begin(destination);
        let written = self.write_redacted(encode::span_bound(data), &|writer, _, _, redaction| {
            encode::write_span(writer, data, redaction);
            if writer.overflowed() {
                Err(PackError::Overflow)
            } else {
                Ok(())
            }
        });
        self.finish(written).unwrap_or(false)
    }

    /// Takes a span from its packed record, together with the large strings written since the
    /// last one. False if it was dropped.
    ///
    /// # Errors
    /// [`PackError::SplitPair`] if the record has to be packed again: nothing was counted, and the
    /// large strings stay.
    pub fn push_packed(
        &mut self,
        destination: DestinationId,
        packed: &Packed<'_>,
    ) -> Result<bool, PackError> {
        self.begin(destination);
        if self.unfinished.value > 0 {
            self.refuse(DropReason::Malformed);
        }
        let need = packed.bound() + self.constants.len();
        let written = self.write_redacted(need, &|writer, end, constants, redaction| {
            packed::write_packed(writer, end, packed, constants, redaction)
        });
        self.finish(written)
    }

    /// Writes a piece of a large string attribute ahead of its span, last piece first. False if
    /// the span will be dropped, so that the rest need not be written.
    #[inline]
    pub fn push_part(&mut self, destination: DestinationId, bytes: &[u8]) -> bool {
        self.begin(destination);
        let limit = self.limits.max_export_batch_size_bytes;
        if self.unfinished.bytes + bytes.len() + self.chunks.header_room() > limit {
            self.refuse(DropReason::SpanTooLarge);
            return false;
        }
        let written = self.write(bytes.len() + ATTRIBUTE_FRAME, &|writer, _, _| {
            writer.bytes(bytes);
            Ok(())
        });
        if let Ok(Written { bytes, .. }) = written {
            self.unfinished.bytes += bytes;
            self.unfinished.value += bytes;
        }
        self.unfinished.refused.is_none()
    }

    /// Writes the key of the pieces that were written since the last key.
    #[inline]
    pub fn push_key(&mut self, destination: DestinationId, key: &[u8]) -> bool {
        self.begin(destination);
        let value = core::mem::take(&mut self.unfinished.value);
        let written = self.write(key.len() + ATTRIBUTE_FRAME, &|writer, _, _| {
            close_string(writer, span::ATTRIBUTES, key, writer.position() + value);
            Ok(())
        });
        if let Ok(Written { bytes, .. }) = written {
            self.unfinished.bytes += bytes;
        }
        self.unfinished.refused.is_none()
    }

    /// Writes the beginning of a large string attribute, or all of it, and its key. False as from
    /// [`Self::push_part`].
    #[cfg(feature = "redact")]
    #[inline(never)]
    pub fn push_pair(&mut self, destination: DestinationId, key: &[u8], value: &[u8]) -> bool {
        self.push_part(destination, value) && self.push_key(destination, key)
    }

    /// Writes a large string attribute whole, redacted. False as from [`Self::push_part`].
    #[cfg(feature = "redact")]
    pub fn push_string(&mut self, destination: DestinationId, key: &[u8], value: &[u8]) -> bool {
        self.begin(destination);
        let redactors = self.redactors_of(destination);
        let redaction = Redaction::new(redactors.as_deref(), self.unfinished.redacted);
        let value = redaction.value(key, value);
        let counts = redaction.counts();
        let written = self.push_pair(destination, key, &value);
        self.unfinished.redacted = counts;
        written
    }

    /// Returns a text redacted, `None` if it stays as it is. What was replaced counts for the next span
    /// if the text is `of_span`. Without a destination secrets are replaced.
    #[cfg(feature = "redact")]
    pub fn redact(
        &mut self,
        destination: Option<DestinationId>,
        text: &[u8],
        of_span: bool,
    ) -> Option<Vec<u8>> {
        self.replaced(
            destination,
            of_span,
            &|redaction| match redaction.text(text) {
                Cow::Borrowed(_) => None,
                Cow::Owned(redacted) => Some(redacted),
            },
        )
    }

    /// Returns the mark of a text that a pattern of the program has found, or that could not be searched.
    /// It counts for the next span if the text is `of_span`.
    #[cfg(feature = "redact")]
    pub fn mark(
        &mut self,
        destination: DestinationId,
        text: &[u8],
        failed: bool,
        of_span: bool,
    ) -> Vec<u8> {
        let mark = |redaction: &Redaction<'_>| Some(redaction.mark(text, failed));
        let mark = self.replaced(Some(destination), of_span, &mark);
        mark.unwrap_or_default()
    }

    #[cfg(feature = "redact")]
    #[inline(never)]
    fn replaced(
        &mut self,
        destination: Option<DestinationId>,
        of_span: bool,
        replace: &dyn Fn(&Redaction<'_>) -> Option<Vec<u8>>,
    ) -> Option<Vec<u8>> {
        let redactors = match destination {
            Some(destination) => self.redactors_of(destination),
            None => Some(Arc::new(Redactors::new(Rules {
                detectors: Detectors::SECRETS,
                ..Rules::default()
            }))),
        };
        let of_span = of_span && destination.is_some();
        if let (true, Some(destination)) = (of_span, destination) {
            self.begin(destination);
        }
        let redaction = Redaction::new(redactors.as_deref(), self.unfinished.redacted);
        let replaced = replace(&redaction);
        if of_span {
            self.unfinished.redacted = redaction.counts();
        }
        replaced
    }

    /// Lets `write` put a span in front of its large strings, redacted. A mark may be longer than
    /// what it stands for, so a span that outgrows `need` is written once more with the room of the
    /// worst case.
    #[cfg(feature = "redact")]
    fn write_redacted(
        &mut self,
        need: usize,
        write: &WriteRedacted<'_>,
    ) -> Result<Written, WriteError> {
        let redactors = self.redactors_of(DestinationId(self.unfinished.destination));
        let earlier = self.unfinished.redacted;
        let redaction = Redaction::new(redactors.as_deref(), earlier);
        let attempt = |writer: &mut Writer<'_>, end: usize, constants: &[u8]| {
            redaction.begin_again(&earlier);
            write(writer, end, constants, &redaction)
        };
        let mut written = self.write(need, &attempt);
        if redactors.is_some() && matches!(written, Err(WriteError::Overflow)) {
            written = self.write(need * MOST_GROWTH, &attempt);
        }
        if written.is_ok() {
            self.count_redacted(&redaction.counts());
        }
        written
    }

    #[cfg(not(feature = "redact"))]
    #[inline(always)]
    fn write_redacted(
        &mut self,
        need: usize,
        write: &WriteRedacted<'_>,
    ) -> Result<Written, WriteError> {
        self.write(need, &|writer, end, constants| {
            write(writer, end, constants, &Redaction::default())
        })
    }

    /// Counts a span that ended and could not be recorded at all.
    pub fn lose(&mut self, reason: DropReason) {
        self.unfinished = Unfinished::default();
        self.root.record(1);
        self.count_dropped(1, reason);
    }

    /// Forgets the large strings of a span that will not be finished.
    pub fn abandon(&mut self) {
        self.unfinished = Unfinished::default();
    }

    #[inline]
    fn begin(&mut self, destination: DestinationId) {
        if self.unfinished.begun && self.unfinished.destination == destination.0 {
            return;
        }
        self.unfinished = Unfinished {
            begun: true,
            destination: destination.0,
            ..Unfinished::default()
        };
        while self.chunks.spans() >= self.limits.max_queue_size {
            if !self.evict_oldest() {
                self.refuse(DropReason::QueueFull);
                return;
            }
        }
    }

    /// Refuses the unfinished span. The first reason stands; what was written of the span is
    /// forgotten.
    #[cold]
    #[inline(never)]
    fn refuse(&mut self, reason: DropReason) {
        self.unfinished.bytes = 0;
        self.unfinished.value = 0;
        self.unfinished.refused.get_or_insert(reason);
    }

    /// Lets `write` put at most `need` bytes in front of the unfinished span.
    fn write(&mut self, need: usize, write: &Write<'_>) -> Result<Written, WriteError> {
        if let Some(reason) = self.unfinished.refused {
            return Err(WriteError::Dropped(reason));
        }
        let limit = self.limits.max_export_batch_size_bytes;
        if self.unfinished.bytes + need + self.chunks.header_room() > limit {
            return self.write_large(need, write);
        }
        self.write_at_once(need, write)
    }

    #[cold]
    #[inline(never)]
    fn write_large(&mut self, need: usize, write: &Write<'_>) -> Result<Written, WriteError> {
        let encoded = self.write_aside(need, write)?;
        self.write_at_once(encoded.len(), &|writer, _, _| {
            writer.bytes(&encoded);
            Ok(())
        })
    }

    /// Writes what may be too large for any request into memory of its own, so that no other span
    /// is evicted for it in vain.
    fn write_aside(&mut self, need: usize, write: &Write<'_>) -> Result<Vec<u8>, WriteError> {
        let scratch = chunks::zeroed(need);
        let mut scratch = scratch.ok_or(WriteError::Dropped(DropReason::QueueFull))?;
        let mut writer = Writer::new(&mut scratch, need);
        write(&mut writer, need + self.unfinished.bytes, &self.constants)?;
        let start = writer.position();
        let encoded = scratch.split_off(start);
        let body = self.unfinished.bytes + encoded.len() + self.chunks.header_room();
        if body > self.limits.max_export_batch_size_bytes {
            self.refuse(DropReason::SpanTooLarge);
            return Err(WriteError::Dropped(DropReason::SpanTooLarge));
        }
        Ok(encoded)
    }

    #[inline(always)]
    fn write_at_once(&mut self, need: usize, write: &Write<'_>) -> Result<Written, WriteError> {
        let slot = self.make_room(need).map_err(|reason| {
            self.refuse(reason);
            WriteError::Dropped(reason)
        })?;
        let Some((mut writer, end)) = self.chunks.writer(slot, self.unfinished.bytes) else {
            return Err(WriteError::Dropped(DropReason::Malformed));
        };
        let before = writer.position();
        write(&mut writer, end, &self.constants)?;
        let start = writer.position();
        // Redaction may have made it longer. The bytes in front are for the header.
        if before - start > need {
            return Err(WriteError::Overflow);
        }
        Ok(Written {
            slot,
            start,
            bytes: before - start,
        })
    }

    /// Ends the unfinished span: counts it as buffered or as dropped.
    fn finish(&mut self, written: Result<Written, WriteError>) -> Result<bool, PackError> {
        let kept = match written {
            Err(WriteError::SplitPair) => return Err(PackError::SplitPair),
            Err(WriteError::Dropped(reason)) => Err(reason),
            Err(WriteError::Overflow) => Err(DropReason::Malformed),
            Ok(Written { slot, start, .. }) => self.commit(slot, start),
        };
        let destination = DestinationId(self.unfinished.destination);
        self.unfinished = Unfinished::default();
        self.root.record(1);
        match kept {
            Err(reason) => self.count_dropped(1, reason),
            Ok(spans) if spans >= self.limits.max_export_batch_size => {
                self.close_full_chunk(destination);
            }
            Ok(_) => {}
        }
        Ok(kept.is_ok())
    }

    /// Counts the span into its chunk. Returns how many spans the chunk has now.
    fn commit(&mut self, slot: usize, start: usize) -> Result<usize, DropReason> {
        // The limits may have shrunk since the first part of this span was written.
        if self.chunks.spans() >= self.limits.max_queue_size {
            return Err(DropReason::QueueFull);
        }
        Ok(self.chunks.commit(slot, start))
    }
}

/// Writes part of a span, given where its body ends and the constants. Behind a pointer, because
/// a copy of the encoder for each way to call it would double the module.
type Write<'a> = dyn Fn(&mut Writer<'_>, usize, &[u8]) -> Result<(), PackError> + 'a;

/// The same, with what redacts the span.
type WriteRedacted<'a> =
    dyn Fn(&mut Writer<'_>, usize, &[u8], &Redaction<'_>) -> Result<(), PackError> + 'a;

struct Written {
    slot: usize,
    start: usize,
    bytes: usize,
}

enum WriteError {
    Dropped(DropReason),
    SplitPair,
    Overflow,
}

impl From<PackError> for WriteError {
    fn from(error: PackError) -> Self {
        match error {
            PackError::SplitPair => Self::SplitPair,
            PackError::Malformed => Self::Dropped(DropReason::Malformed),
            PackError::Overflow => Self::Overflow,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    #[test]
    fn a_large_string_is_refused_when_no_request_can_hold_it() {
        let mut buffer = SpanBuffer::new(Limits::default(), &[]);
        let destination = buffer.destination("https://example.test/v1/traces", "k");
        let most = buffer.limits.max_export_batch_size_bytes - buffer.chunks.header_room();
        let text = vec![b'x'; most + 1];
        assert!(!buffer.push_part(destination, &text));
        buffer.abandon();
        assert!(buffer.push_part(destination, &text[..most]));
    }
}
