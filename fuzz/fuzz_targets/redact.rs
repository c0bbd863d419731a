//! Redaction: text stays text, JSON stays JSON, and a secret that is known is gone wherever it stood.
#![no_main]

use laminar_edge_redact::{Detectors, Redacted, Redactor, Rules};
use libfuzzer_sys::fuzz_target;

/// The project's own key, which is found by equality.
const OWN: &str = "q8Rt5Vw2Xy9Za4Bc7De1Fg6Hj3Kl0Mn8";

fuzz_target!(|input: (u16, bool, u16, &str)| {
    let (detectors, keyed, at, text) = input;
    let redactor = Redactor::new(Rules {
        detectors: Detectors::from_bits(detectors),
        secrets: vec![OWN.to_owned()],
        names: vec!["birthDate".to_owned()],
        pseudonym_key: keyed.then_some([7; 16]),
        ..Rules::default()
    });
    // A number alone is text.
    let is_json =
        serde_json::from_str::<serde_json::Value>(text).is_ok_and(|json| !json.is_number());
    let redacted = redact(&redactor, text);
    if is_json {
        serde_json::from_str::<serde_json::Value>(&redacted).expect(&redacted);
    }

    let at = (0..=usize::from(at).min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    let (before, after) = text.split_at(at);
    let planted = format!("{before}{OWN}{after}");
    assert!(!redact(&redactor, &planted).contains(OWN));
});

/// What is not counted is not changed, and what is not changed is not counted.
fn redact(redactor: &Redactor, text: &str) -> String {
    let mut counts = Redacted::default();
    match redactor.redact(text.as_bytes(), &mut counts) {
        Some(bytes) => {
            assert!(counts.total() > 0);
            String::from_utf8(bytes).unwrap()
        }
        None => {
            assert_eq!(counts.total(), 0);
            text.to_owned()
        }
    }
}
