/** Why spans were lost, in the order of src/buffer/ledger.rs. */
export const REASONS = [
  "evicted",
  "queue_full",
  "span_too_large",
  "payload_too_large",
  "unconfirmed",
  "shutdown",
  "malformed",
  "trap",
];
