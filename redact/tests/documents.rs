//! Secrets anywhere in documents, and ordinary text that has none.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test that panics has done its work, helpers included"
)]

use std::fs;
use std::path::Path;

use laminar_edge_redact::{Detectors, Redacted, Redactor, Rules};
use proptest::prelude::*;
use serde_json::{Map, Value};

fn redactor(detectors: Detectors) -> Redactor {
    Redactor::new(Rules {
        detectors,
        ..Rules::default()
    })
}

fn redact(detectors: Detectors, text: &str) -> String {
    redactor(detectors)
        .redact(text.as_bytes(), &mut Redacted::default())
        .map_or_else(|| text.to_owned(), |out| String::from_utf8(out).unwrap())
}

/// Keys of each form, made of these letters.
fn secret() -> impl Strategy<Value = String> {
    let letters = "[a-zA-Z]{3}[0-9]{2}[a-zA-Z0-9]{43}";
    (0..9, letters).prop_map(|(form, body)| match form {
        0 => format!("sk-{body}"),
        1 => format!("sk-ant-api03-{body}"),
        2 => format!("ghp_{}", &body[..36]),
        3 => format!("AKIA{}", body[..16].to_uppercase()),
        4 => format!("AIza{}", &body[..35]),
        5 => format!("glpat-{}", &body[..20]),
        6 => format!("hf_{}", &body[..34]),
        7 => format!("eyJhbGciOiJIUzI1NiJ9.{body}.{body}"),
        _ => format!("npm_{}", &body[..36]),
    })
}

/// Text around a secret that leaves it a word of its own.
fn around() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[ -,./:;<=>?@\\[\\]^`{|}~\n\t\"\\\\é中]{0,12}",
        "[a-z ]{0,30} ",
        Just("https://example.com/?q=".to_owned()),
    ]
}

/// A document with the secret somewhere in it, as deep as chance has it.
fn document(secret: String) -> impl Strategy<Value = Value> {
    let leaf = (around(), around())
        .prop_map(move |(before, after)| Value::String(format!("{before} {secret} {after}")));
    leaf.prop_recursive(5, 32, 4, |inner| {
        let name = prop_oneof![
            "[a-z_]{1,8}",
            Just("password".to_owned()),
            Just("messages".to_owned())
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Value::Array),
            prop::collection::vec((name, inner.clone()), 1..4)
                .prop_map(|pairs| Value::Object(Map::from_iter(pairs))),
            // JSON as a string in JSON, as tool calls have their arguments.
            inner.prop_map(|value| Value::String(value.to_string())),
        ]
    })
}

proptest! {
    #[test]
    fn no_planted_secret_stays(
        (secret, document) in secret().prop_flat_map(|s| (Just(s.clone()), document(s)))
    ) {
        let text = document.to_string();
        let out = redact(Detectors::SECRETS, &text);
        prop_assert!(!out.contains(&secret), "{secret} in {out}");
        prop_assert!(serde_json::from_str::<Value>(&out).is_ok(), "{out}");
        prop_assert_eq!(redact(Detectors::SECRETS, &out), out);
    }

    #[test]
    fn json_stays_json_and_its_shape(
        text in "(\\{\"[a-z]{1,4}\":\"[ -~é中]{0,40}\"\\})|[ -~\n]{0,200}",
        detectors in 0_u16..0x200,
    ) {
        let out = redact(Detectors::from_bits(detectors), &text);
        if serde_json::from_str::<Value>(&text).is_ok() {
            prop_assert!(serde_json::from_str::<Value>(&out).is_ok(), "{text} became {out}");
        }
    }

    #[test]
    fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..400), cut in 0_usize..400) {
        let all = redactor(Detectors::STRICT);
        let _ = all.redact(&bytes, &mut Redacted::default());
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut end = cut.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        redact(Detectors::STRICT, &text[..end]);
    }

    /// Wherever a text is cut, what stays of the secret at its end is replaced, if it is long enough.
    #[test]
    fn a_cut_secret_is_replaced(secret in secret(), kept in 24_usize..60) {
        let text = format!("key: {secret}");
        let cut = &text[..kept.min(text.len())];
        let out = redact(Detectors::SECRETS, cut);
        prop_assert!(out.ends_with("[REDACTED_SECRET]"), "{cut} became {out}");
    }
}

/// Source, pages and logs as programs have them: nothing in them is a secret.
#[test]
fn ordinary_text_stays() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut corpus = String::new();
    for folder in [
        "src/buffer",
        "src/delivery",
        "src/encode",
        "src/js",
        "pkg/lib/record",
        "pkg/lib/streams",
        "www/pages",
        // Not www/agent, whose agent has a key to show that it is replaced.
        "pkg/lib/delivery",
        "benches",
    ] {
        let mut files: Vec<_> = fs::read_dir(root.join(folder)).unwrap().collect();
        files.sort_by_key(|entry| entry.as_ref().unwrap().path());
        for entry in files {
            let path = entry.unwrap().path();
            if path.is_file() && path.extension().is_some_and(|end| end != "svg") {
                corpus.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut seed = 7_u64;
    let mut random = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        seed >> 16
    };
    for line in 0..2_000 {
        let (a, b, c) = (random(), random(), random());
        corpus.push_str(&format!(
            "2026-11-{:02}T10:{:02}:{:02}.{:03}Z INFO request {:08x}-{:04x}-4{:03x}-a{:03x}-{:012x} took {} ms, \
             {{\"trace_id\":\"{:016x}{:016x}\",\"input_tokens\":{},\"etag\":\"W/\\\"{:x}\\\"\"}} line {line}\n",
            a % 28 + 1, b % 60, c % 60, a % 1000, a as u32, b as u16, c & 0xFFF, a & 0xFFF, b & 0xFFFF_FFFF_FFFF,
            c % 500, a, b, c % 4096, a,
        ));
    }
    assert!(corpus.len() > 200_000, "{} bytes", corpus.len());
    for line in corpus.lines() {
        assert_eq!(redact(Detectors::SECRETS, line), line);
    }
    assert_eq!(redact(Detectors::SECRETS, &corpus), corpus);
}
