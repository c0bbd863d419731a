//! Reads any body of a 2xx, and compares JSON with serde_json.
#![no_main]

use laminar_edge::{partial_success, PartialSuccess};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    for content_type in ["", "application/x-protobuf", "text/html"] {
        let found = partial_success(content_type, body);
        assert!(found.error_message.len() <= 200);
        assert!(found.rejected_spans <= i64::MAX.cast_unsigned());
    }
    let found = partial_success("application/json", body);
    assert!(found.error_message.len() <= 200);
    let document = serde_json::from_slice::<Value>(body);
    let halves = body
        .windows(3)
        .any(|at| matches!(at, [b'\\', b'u', b'd' | b'D']));
    match document {
        Ok(document) => {
            if let Some(expected) = expected(&document) {
                assert_eq!(found, expected);
            }
        }
        // serde_json refuses what JSON.parse and we accept: lone surrogates, and bytes that are no UTF-8.
        Err(_) if halves || std::str::from_utf8(body).is_err() => {}
        Err(_) => assert_eq!(found, PartialSuccess::default()),
    }
});

/// Returns `None` if a name is there in both spellings, because serde_json does not keep their order.
fn expected(document: &Value) -> Option<PartialSuccess> {
    let message = either(document, "partialSuccess", "partial_success")?;
    let count = either(message, "rejectedSpans", "rejected_spans")?;
    let digits = match count {
        Value::Number(number) => number.to_string(),
        Value::String(digits) => digits.clone(),
        _ => String::new(),
    };
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let count = digits
        .parse()
        .ok()
        .filter(|count: &i64| is_plain && *count >= 0);
    let mut error_message = either(message, "errorMessage", "error_message")?
        .as_str()
        .unwrap_or_default()
        .to_owned();
    while error_message.len() > 200 {
        error_message.pop();
    }
    Some(PartialSuccess {
        rejected_spans: count.map_or(0, i64::cast_unsigned),
        error_message,
    })
}

fn either<'a>(object: &'a Value, camel: &str, snake: &str) -> Option<&'a Value> {
    match (object.get(camel), object.get(snake)) {
        (Some(_), Some(_)) => None,
        (one, other) => Some(one.or(other).unwrap_or(&Value::Null)),
    }
}
