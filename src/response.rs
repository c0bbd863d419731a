//! What the server says in the body of a 2xx. Untrusted: anything odd counts as plain success.

use crate::protobuf::{Field, Fields};

/// `partial_success.rejected_spans` of an `ExportTraceServiceResponse`; 0 for an empty body, as
/// Laminar answers, and for anything that is not one.
pub fn rejected_spans(body: &[u8]) -> u64 {
    let partial_success = Fields(body).find_map(|field| match field {
        (1, Field::Bytes(message)) => Some(message),
        _ => None,
    });
    partial_success
        .and_then(|message| {
            Fields(message).find_map(|field| match field {
                (1, Field::Number(count)) => Some(count),
                _ => None,
            })
        })
        // The field is an int64: a negative count is no count.
        .filter(|count| i64::try_from(*count).is_ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_count() {
        assert_eq!(rejected_spans(&[0x0a, 0x02, 0x08, 0x03]), 3);
        assert_eq!(
            rejected_spans(&[0x0a, 0x05, 0x08, 0x03, 0x12, 0x01, b'x']),
            3
        );
    }

    #[test]
    fn anything_else_is_none() {
        assert_eq!(rejected_spans(&[]), 0);
        assert_eq!(rejected_spans(b"<html>ok</html>"), 0);
        assert_eq!(rejected_spans(&[0x0a, 0x7f, 0x08]), 0);
    }

    #[cfg(not(target_family = "wasm"))]
    proptest::proptest! {
        #[test]
        fn never_panics(body in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            rejected_spans(&body);
        }
    }
}
