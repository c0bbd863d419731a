//! Every bound of the buffer, resolved once.

/// What the buffer may hold and what a request may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Spans in one request. OpenTelemetry's default, 512.
    pub max_export_batch_size: usize,
    /// Bytes of one request before compression. 4 MiB: Laminar refuses more than 5 MiB.
    pub max_export_batch_size_bytes: usize,
    /// Bytes of memory for spans, in flight and idle included. 16 MiB of an isolate's 128 MiB.
    pub max_queue_bytes: usize,
    /// Spans held, in flight included. 16,384.
    pub max_queue_size: usize,
    /// What happens to a batch that may have arrived.
    pub redelivery: Redelivery,
}

/// What happens to a batch that may have arrived: after a timeout, an answer such as 500, or a request
/// that was killed while it waited. A `fetch` that rejects counts as no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redelivery {
    /// Send it once more, counted as `redelivered`. The ingest server does not deduplicate.
    AtLeastOnce,
    /// Do not send it again; it is dropped as `unconfirmed`.
    AtMostOnce,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_export_batch_size: 512,
            max_export_batch_size_bytes: 4 << 20,
            max_queue_bytes: 16 << 20,
            max_queue_size: 16_384,
            redelivery: Redelivery::AtLeastOnce,
        }
    }
}

impl Limits {
    /// The smallest buffer that still works, so that a typing error in an option cannot turn
    /// every span away.
    const MIN_BYTES: usize = 4 << 10;

    /// Returns the limits with each number brought into its range: memory from 16 KiB to 512 MiB, a request
    /// from 4 KiB to the memory, spans from 1 to 1,048,576.
    pub fn bounded(self) -> Self {
        let max_queue_bytes = self.max_queue_bytes.clamp(4 * Self::MIN_BYTES, 512 << 20);
        let max_queue_size = self.max_queue_size.clamp(1, 1 << 20);
        Self {
            max_export_batch_size: self.max_export_batch_size.clamp(1, max_queue_size),
            max_export_batch_size_bytes: self
                .max_export_batch_size_bytes
                .clamp(Self::MIN_BYTES, max_queue_bytes),
            max_queue_bytes,
            max_queue_size,
            redelivery: self.redelivery,
        }
    }
}
