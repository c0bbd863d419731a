//! Reads the body of a 2xx answer. The body is untrusted: anything odd counts as plain success.

use crate::delivery::json::{unescape, Scanner};
use crate::delivery::retry_after::whole_number;
use crate::encode::protobuf::{Field, Fields};

/// How much of an error message is kept.
const MAX_MESSAGE_BYTES: usize = 200;

/// `partial_success` of an `ExportTraceServiceResponse`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartialSuccess {
    /// Spans that the server will never take.
    pub rejected_spans: u64,
    /// Why, in at most 200 bytes. With no span rejected it is a warning.
    pub error_message: String,
}

/// Reads OTLP's answer in protobuf or in JSON. All zero and empty for an empty body, as Laminar
/// answers, for one that was cut, and for anything that is neither.
pub fn partial_success(content_type: &str, body: &[u8]) -> PartialSuccess {
    let is_text = content_type.as_bytes().starts_with(b"text/");
    let found = match body {
        // No answer in protobuf begins with a brace, and not every collector names its content type.
        [b'{', ..] => from_json(body),
        _ if says_json(content_type) => from_json(body),
        _ if is_text => None,
        _ => from_protobuf(body),
    };
    found.unwrap_or_default()
}

/// Whether this is `application/json`, with or without parameters.
fn says_json(content_type: &str) -> bool {
    const JSON: &[u8] = b"application/json";
    content_type
        .as_bytes()
        .get(..JSON.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(JSON))
}

/// Reads an answer that is known to be protobuf.
pub(crate) fn from_protobuf(body: &[u8]) -> Option<PartialSuccess> {
    let mut found = PartialSuccess::default();
    let message = Fields(body).find_map(|field| match field {
        (1, Field::Bytes(message)) => Some(message),
        _ => None,
    })?;
    for field in Fields(message) {
        match field {
            (1, Field::Number(count)) => found.rejected_spans = counted(count),
            (2, Field::Bytes(text)) => found.error_message = lossy(text),
            _ => {}
        }
    }
    Some(found)
}

/// Reads an answer in JSON. Of a key that comes twice the last counts, as in `JSON.parse`.
fn from_json(body: &[u8]) -> Option<PartialSuccess> {
    let mut found = PartialSuccess::default();
    let mut scanner = Scanner::new(body);
    scanner.object(&mut |scanner, key| {
        if !matches!(&*name(key), b"partialSuccess" | b"partial_success") {
            return scanner.skip();
        }
        found = PartialSuccess::default();
        match scanner.peek()? {
            b'{' => scanner.object(&mut |scanner, key| member(scanner, key, &mut found)),
            _ => scanner.skip(),
        }
    })?;
    scanner.at_end().then_some(found)
}

fn member(scanner: &mut Scanner<'_>, key: &[u8], found: &mut PartialSuccess) -> Option<()> {
    match &*name(key) {
        b"rejectedSpans" | b"rejected_spans" => found.rejected_spans = count(scanner)?,
        b"errorMessage" | b"error_message" => found.error_message = message(scanner)?,
        _ => scanner.skip()?,
    }
    Some(())
}

/// Reads a count. ProtoJSON spells 64-bit numbers as strings and accepts both.
fn count(scanner: &mut Scanner<'_>) -> Option<u64> {
    let digits = match scanner.peek()? {
        b'"' => scanner.string()?,
        b'-' | b'0'..=b'9' => scanner.number()?,
        _ => {
            scanner.skip()?;
            b""
        }
    };
    Some(whole_number(digits).map_or(0, counted))
}

fn message(scanner: &mut Scanner<'_>) -> Option<String> {
    match scanner.peek()? {
        b'"' => Some(lossy(&unescape(scanner.string()?, MAX_MESSAGE_BYTES))),
        _ => scanner.skip().map(|()| String::new()),
    }
}

/// Returns a key with its escapes resolved. The keys that matter here are short.
fn name(spelled: &[u8]) -> Vec<u8> {
    unescape(spelled, 32)
}

/// Returns a count of an int64 field. A negative one is none.
fn counted(count: u64) -> u64 {
    i64::try_from(count).map_or(0, i64::cast_unsigned)
}

fn lossy(text: &[u8]) -> String {
    // A character that begins within the limit ends within three more bytes.
    let front = text.get(..MAX_MESSAGE_BYTES + 3).unwrap_or(text);
    let mut message = String::from_utf8_lossy(front).into_owned();
    while message.len() > MAX_MESSAGE_BYTES {
        message.pop();
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROTOBUF: &str = "application/x-protobuf";
    const JSON: &str = "application/json";

    fn found(rejected_spans: u64, error_message: &str) -> PartialSuccess {
        PartialSuccess {
            rejected_spans,
            error_message: error_message.to_owned(),
        }
    }

    #[test]
    fn protobuf() {
        let table: [(&[u8], _); 7] = [
            (&[0x0a, 0x02, 0x08, 0x03], found(3, "")),
            (&[0x0a, 0x05, 0x08, 0x03, 0x12, 0x01, b'x'], found(3, "x")),
            (&[0x0a, 0x03, 0x12, 0x01, b'x'], found(0, "x")),
            (
                &[0x0a, 0x05, 0x12, 0x03, b'a', 0xff, b'b'],
                found(0, "a\u{fffd}b"),
            ),
            (&[], found(0, "")),
            (&[0x0a, 0x7f, 0x08], found(0, "")),
            // -1
            (
                &[
                    0x0a, 11, 0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1,
                ],
                found(0, ""),
            ),
        ];
        for (body, expected) in table {
            assert_eq!(partial_success(PROTOBUF, body), expected, "{body:?}");
            assert_eq!(partial_success("", body), expected, "{body:?}");
        }
    }

    #[test]
    fn json() {
        let table = [
            (
                r#"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"why"}}"#,
                found(3, "why"),
            ),
            (
                r#"{"partial_success":{"rejected_spans":3,"error_message":"w\u0068y"}}"#,
                found(3, "why"),
            ),
            (
                r#" { "x" : [ "}" , {} ] , "partialSuccess" : { "y" : null , "rejectedSpans" : 3 } } "#,
                found(3, ""),
            ),
            (
                r#"{"partialSuccess":{"errorMessage":"slow down"}}"#,
                found(0, "slow down"),
            ),
            (
                r#"{"partial\u0053uccess":{"rejectedSpans":3}}"#,
                found(3, ""),
            ),
            // As JSON.parse does it.
            (
                r#"{"partialSuccess":{"rejectedSpans":3,"rejectedSpans":4}}"#,
                found(4, ""),
            ),
            (
                r#"{"partialSuccess":{"rejectedSpans":3},"partialSuccess":null}"#,
                found(0, ""),
            ),
            (
                r#"{"partialSuccess":{"errorMessage":"x","errorMessage":7,"rejectedSpans":3,"rejectedSpans":{}}}"#,
                found(0, ""),
            ),
            (
                r#"{"partialSuccess":{"rejectedSpans":9223372036854775807}}"#,
                found(i64::MAX.cast_unsigned(), ""),
            ),
            (
                r#"{"partialSuccess":{"rejectedSpans":"9223372036854775808"}}"#,
                found(0, ""),
            ),
            (
                r#"{"partialSuccess":{"rejectedSpans":99999999999999999999}}"#,
                found(0, ""),
            ),
            (r#"{"partialSuccess":{"rejectedSpans":-3}}"#, found(0, "")),
            (
                r#"{"partialSuccess":{"rejectedSpans":"three"}}"#,
                found(0, ""),
            ),
            (r#"{"partialSuccess":{"rejectedSpans":[3]}}"#, found(0, "")),
            (r#"{"partialSuccess":null}"#, found(0, "")),
            (
                r#"{"message":"{\"partialSuccess\":{\"rejectedSpans\":3}}"}"#,
                found(0, ""),
            ),
            (
                r#"{"nested":{"partialSuccess":{"rejectedSpans":3}}}"#,
                found(0, ""),
            ),
            (r#"{"rejectedSpans":3}"#, found(0, "")),
            (r#"{"partialSuccess":{"rejectedSpans":3}"#, found(0, "")),
            (r#"{"partialSuccess":{"rejectedSpans":3}}x"#, found(0, "")),
            (r#"[{"partialSuccess":{"rejectedSpans":3}}]"#, found(0, "")),
            ("{}", found(0, "")),
            ("", found(0, "")),
            ("<html>ok</html>", found(0, "")),
        ];
        for (body, expected) in table {
            for content_type in [
                JSON,
                "Application/JSON; charset=utf-8",
                "application/json;x",
            ] {
                assert_eq!(
                    partial_success(content_type, body.as_bytes()),
                    expected,
                    "{body}"
                );
            }
        }
    }

    #[test]
    fn a_body_says_more_than_a_wrong_content_type() {
        let json = br#"{"partialSuccess":{"rejectedSpans":3}}"#;
        for content_type in ["", PROTOBUF, "text/plain;charset=UTF-8"] {
            assert_eq!(partial_success(content_type, json), found(3, ""));
        }
        // A page is no protobuf, whatever its bytes happen to say.
        assert_eq!(
            partial_success("text/html", b"\x0a\x02\x08\x03"),
            found(0, "")
        );
        assert_eq!(partial_success("", b"<html>ok</html>"), found(0, ""));
    }

    #[test]
    fn messages_are_cut_at_a_character() {
        let long = "é".repeat(1_000);
        let json = format!(r#"{{"partialSuccess":{{"errorMessage":"a{long}"}}}}"#);
        let from_json = partial_success(JSON, json.as_bytes()).error_message;
        let text = format!("a{long}");
        let message = [&[0x12, 0xd1, 0x0f], text.as_bytes()].concat();
        let body = [&[0x0a, 0xd4, 0x0f], message.as_slice()].concat();
        let from_protobuf = partial_success(PROTOBUF, &body).error_message;
        assert_eq!(from_json, text[..199]);
        assert_eq!(from_protobuf, from_json);
    }

    #[cfg(not(target_family = "wasm"))]
    proptest::proptest! {
        #[test]
        fn any_body_is_read(
            content_type in "|application/json|application/x-protobuf|text/html|[ -~]{0,20}",
            body in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
        ) {
            let found = partial_success(&content_type, &body);
            proptest::prop_assert!(found.error_message.len() <= MAX_MESSAGE_BYTES);
        }
    }
}
