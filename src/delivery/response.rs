//! Reads the body of a 2xx answer. The body is untrusted: anything odd counts as plain success.

use crate::delivery::json::{scan, Token};
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
#[cold]
#[inline(never)]
pub fn partial_success(content_type: &str, body: &[u8]) -> PartialSuccess {
    let content_type = content_type.as_bytes();
    let found = match body {
        // No answer in protobuf begins with a brace, and not every collector names its content type.
        [b'{', ..] => from_json(body),
        // With or without parameters.
        _ if begins_with(content_type, b"application/json") => from_json(body),
        _ if begins_with(content_type, b"text/") => None,
        _ => from_protobuf(body),
    };
    found.unwrap_or_default()
}

fn begins_with(text: &[u8], start: &[u8]) -> bool {
    text.get(..start.len())
        .is_some_and(|text| text.eq_ignore_ascii_case(start))
}

/// Reads an answer that is known to be protobuf.
fn from_protobuf(body: &[u8]) -> Option<PartialSuccess> {
    let mut found = PartialSuccess::default();
    let is_partial_success = |field: &(u32, Field<'_>)| field.0 == 1;
    let message = Fields(body).find(is_partial_success)?;
    let (_, Field::Bytes(message)) = message else {
        return None;
    };
    for field in Fields(message) {
        match field {
            (1, Field::Number(count)) => found.rejected_spans = counted(count),
            (2, Field::Bytes(text)) => found.error_message = lossy(text, MAX_MESSAGE_BYTES),
            _ => {}
        }
    }
    Some(found)
}

/// The document itself, as a place.
const DOCUMENT: u32 = 0;
/// The object that is the answer.
const ANSWER: u32 = 1;
/// The object that it has as `partialSuccess`.
const PARTIAL_SUCCESS: u32 = 2;
/// Any other.
const ELSEWHERE: u32 = 3;

/// The keys that are read, as ProtoJSON and the schema spell them.
const NAMES: [&[u8]; 6] = [
    b"partialSuccess",
    b"partial_success",
    b"rejectedSpans",
    b"rejected_spans",
    b"errorMessage",
    b"error_message",
];

/// Reads an answer in JSON. Of a key that comes twice the last counts, as in `JSON.parse`.
fn from_json(body: &[u8]) -> Option<PartialSuccess> {
    let mut found = PartialSuccess::default();
    scan(body, &mut |parent, key, token| {
        let name = NAMES.iter().position(|spelled| *spelled == key);
        // Each has two spellings.
        match (parent, name.map(|name| name / 2)) {
            // What is no object has no member with a name.
            (DOCUMENT, _) => return ANSWER,
            (ANSWER, Some(0)) => {
                found = PartialSuccess::default();
                if token == Token::Object {
                    return PARTIAL_SUCCESS;
                }
            }
            (PARTIAL_SUCCESS, Some(1)) => {
                // ProtoJSON spells 64-bit numbers as strings and accepts both.
                let (Token::String(digits) | Token::Number(digits)) = token else {
                    found.rejected_spans = 0;
                    return ELSEWHERE;
                };
                found.rejected_spans = whole_number(digits).map_or(0, counted);
            }
            (PARTIAL_SUCCESS, Some(2)) => {
                let Token::String(text) = token else {
                    found.error_message = String::new();
                    return ELSEWHERE;
                };
                found.error_message = lossy(text, MAX_MESSAGE_BYTES);
            }
            _ => {}
        }
        ELSEWHERE
    })?;
    Some(found)
}

/// Returns a count of an int64 field. A negative one is none.
fn counted(count: u64) -> u64 {
    i64::try_from(count).map_or(0, i64::cast_unsigned)
}

/// Returns the characters that begin a text and fit in so many bytes. What is no UTF-8 becomes U+FFFD.
#[inline(never)]
pub(crate) fn lossy(mut text: &[u8], max_bytes: usize) -> String {
    let mut whole = String::new();
    while let Some((first, rest)) = text.split_first() {
        text = rest;
        let mut point = u32::from(*first);
        // A character of more bytes says by its first one how many.
        let bytes = first.leading_ones();
        point &= 0x7f >> bytes;
        for _ in 1..bytes {
            let Some((next @ 0x80..0xc0, rest)) = text.split_first() else {
                point = NO_CHARACTER;
                break;
            };
            point = point << 6 | u32::from(next & 0x3f);
            text = rest;
        }
        let char = char::from_u32(point).filter(|char| match bytes {
            0 => true,
            // One that takes fewer bytes is spelled wrong; one byte is no beginning.
            _ => char.len_utf8() == bytes as usize && bytes > 1,
        });
        let char = char.unwrap_or(char::REPLACEMENT_CHARACTER);
        if whole.len() + char.len_utf8() > max_bytes {
            break;
        }
        whole.push(char);
    }
    whole
}

/// Beyond Unicode, and with six bits more as well.
const NO_CHARACTER: u32 = 0x0200_0000;

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
            (r#"{"partialSuccess":{"rejectedSpans":true}}"#, found(0, "")),
            (r#"{"partialSuccess":{"rejectedSpans":3.5}}"#, found(0, "")),
            (r#"{"partialSuccess":{"rejectedSpans":3e2}}"#, found(0, "")),
            (
                r#"{"partialSuccess":{"rejectedSpans":"0x10"}}"#,
                found(0, ""),
            ),
            (
                r#"{"partialSuccess":{"rejectedSpans":"1e2"}}"#,
                found(0, ""),
            ),
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
    fn text_that_is_no_utf8_is_shown_with_what_is_readable() {
        for (text, shown) in [
            (&b"a\xffb"[..], "a\u{fffd}b"),
            (b"a\x80b", "a\u{fffd}b"),
            // Cut, spelled with too many bytes, half of a pair, beyond Unicode, with too many bytes.
            (b"\xe4\xb8", "\u{fffd}"),
            (b"\xe4\xb8b", "\u{fffd}b"),
            (b"\xc0\xafb", "\u{fffd}b"),
            (b"\xe0\x80\xafb", "\u{fffd}b"),
            (b"\xed\xa0\x80b", "\u{fffd}b"),
            (b"\xf4\x90\x80\x80b", "\u{fffd}b"),
            (b"\xf8\x88\x80\x80\x80b", "\u{fffd}b"),
            (b"\xff\x80\x80\x80\x80\x80\x80\x80b", "\u{fffd}b"),
        ] {
            assert_eq!(lossy(text, 100), shown, "{text:x?}");
        }
        let text = "aé世🙂".as_bytes();
        for (max_bytes, shown) in [(10, "aé世🙂"), (9, "aé世"), (2, "a"), (0, "")] {
            assert_eq!(lossy(text, max_bytes), shown);
        }
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
            let is_utf8 = std::str::from_utf8(&body).is_ok();
            let shown = lossy(&body, 10_000);
            proptest::prop_assert_eq!(is_utf8, shown.as_bytes() == body);
        }

        #[test]
        fn any_text_is_shown_as_it_is(text in ".*") {
            proptest::prop_assert_eq!(lossy(text.as_bytes(), 10_000), text);
        }
    }
}
