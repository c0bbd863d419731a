//! The recorded answers of `tests/llm/bodies`: each gives the span that it should, however its bytes are
//! cut. `tests/llm` checks the same answers through JavaScript, and how Laminar shows them.

#[cfg(test)]
mod recorded {
    use std::fs;
    use std::path::Path;
    use std::sync::LazyLock;

    use laminar_edge_llm::{Call, End, Finished, Format, Options, Value};
    use proptest::prelude::*;
    use serde_json::Value as Json;

    struct Recorded {
        id: String,
        case: Json,
        body: Vec<u8>,
    }

    static RECORDED: LazyLock<Vec<Recorded>> = LazyLock::new(read_all);

    fn read_all() -> Vec<Recorded> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/llm/bodies");
        let mut list = Vec::new();
        for folder in fs::read_dir(&root).expect("tests/llm/bodies") {
            let folder = folder.expect("an entry").path();
            if !folder.is_dir() {
                continue;
            }
            for file in fs::read_dir(&folder).expect("a folder") {
                let file = file.expect("an entry").path();
                if file
                    .extension()
                    .is_some_and(|extension| extension == "json")
                {
                    list.push(Recorded {
                        id: file.display().to_string(),
                        case: serde_json::from_slice(&fs::read(&file).expect("a case"))
                            .expect("JSON"),
                        body: fs::read(file.with_extension("body")).expect("a body"),
                    });
                }
            }
        }
        list.sort_by(|one, other| one.id.cmp(&other.id));
        assert!(list.len() > 100);
        list
    }

    fn format_of(name: &str) -> Format {
        let all = (0..).map_while(Format::from_number);
        let mut named = all.filter(|format| format!("{format:?}") == name);
        named.next().expect("a format")
    }

    fn text<'a>(value: &'a Json, key: &str) -> &'a str {
        value[key].as_str().unwrap_or_default()
    }

    /// Runs a call whose answer arrives in these pieces.
    fn span(recorded: &Recorded, pieces: &[&[u8]]) -> Finished {
        let case = &recorded.case;
        let mut call = Call::new(Options {
            format: format_of(text(&case["call"], "format")),
            system: text(&case["call"], "system").to_owned(),
            model: text(&case["call"], "model").to_owned(),
            stream: case["call"]["stream"] == Json::Bool(true),
            known_host: true,
            record_inputs: true,
            record_outputs: true,
            media_limit_bytes: 64 << 10,
        });
        let request = match case["requestText"].as_str() {
            Some(text) => text.to_owned(),
            None => case["request"].to_string(),
        };
        assert!(call.request(request.as_bytes()).is_call, "{}", recorded.id);
        let response = &case["response"];
        if let Some(step) = response["headers"]["cf-aig-step"].as_str() {
            call.step(step.parse().expect("a number"));
        }
        let status = response["status"].as_u64().expect("a status");
        call.response(
            u16::try_from(status).expect("a status"),
            text(response, "contentType"),
        );
        let mut ended = false;
        for piece in pieces {
            ended |= call.chunk(piece).ended;
        }
        let cancelled = case["end"] == "cancelled" && !ended;
        call.finish(if cancelled {
            End::Cancelled
        } else {
            End::Complete
        })
    }

    fn attribute<'a>(span: &'a Finished, key: &str) -> Option<&'a Value> {
        let aliases: &[&str] = match key {
            "gen_ai.response.service_tier" => &[key, "openai.response.service_tier"],
            _ => &[key],
        };
        let mut attributes = span.attributes.iter();
        attributes
            .find(|(name, _)| aliases.contains(&name.as_str()))
            .map(|(_, value)| value)
    }

    /// Whether an attribute is what a case expects; what only a page could tell is left to `tests/llm`.
    fn is_as_expected(found: Option<&Value>, expected: &Json) -> bool {
        if let Some(any) = expected["oneOf"].as_array() {
            return any.iter().any(|expected| is_as_expected(found, expected));
        }
        if expected["optional"] == Json::Bool(true) {
            return true;
        }
        match (found, expected) {
            (None, expected) => expected.is_null(),
            (Some(Value::Str(found)), Json::String(expected)) => found == expected,
            (Some(Value::Bool(found)), Json::Bool(expected)) => found == expected,
            (Some(Value::Int(found)), Json::Number(expected)) => {
                found.to_string() == expected.to_string()
            }
            (Some(Value::StrList(found)), Json::Array(expected)) => found
                .iter()
                .map(String::as_str)
                .eq(expected.iter().filter_map(Json::as_str)),
            (Some(Value::Double(found)), Json::Object(_)) => {
                let expected: f64 = expected["double"].to_string().parse().expect("a number");
                found.parse() == Ok(expected)
            }
            (Some(Value::Int(found)), Json::Object(_)) => {
                expected["double"].as_i64() == Some(*found)
            }
            (Some(Value::Str(found)), Json::Object(_)) => match serde_json::from_str::<Json>(found)
            {
                Ok(found) if expected.get("json").is_some() => found == expected["json"],
                Ok(_) => true,
                Err(_) => false,
            },
            _ => false,
        }
    }

    #[test]
    fn every_recorded_answer_gives_its_span() {
        for recorded in RECORDED.iter() {
            let span = span(recorded, &[&recorded.body]);
            let expected = &recorded.case["span"];
            assert_eq!(span.name, text(expected, "name"), "{}", recorded.id);
            for (key, value) in expected["attributes"].as_object().expect("attributes") {
                let found = attribute(&span, key);
                assert!(
                    is_as_expected(found, value),
                    "{}: {key} is {found:?}, not {value}",
                    recorded.id
                );
            }
            let error = expected["error"].as_object();
            assert_eq!(span.error.is_some(), error.is_some(), "{}", recorded.id);
            if let (Some(found), Some(error)) = (&span.error, error) {
                for (key, found) in [("type", &found.kind), ("message", &found.message)] {
                    let expected = error.get(key).and_then(Json::as_str);
                    assert_eq!(found, expected.unwrap_or(found), "{}", recorded.id);
                }
            }
            if let Some(incomplete) = expected["incomplete"].as_bool() {
                assert_eq!(span.incomplete, incomplete, "{}", recorded.id);
            }
            assert!(!format!("{span:?}").contains("planted"), "{}", recorded.id);
        }
    }

    #[test]
    fn answers_byte_by_byte_give_the_same_spans() {
        for recorded in RECORDED.iter() {
            let bytes: Vec<&[u8]> = recorded.body.chunks(1).collect();
            let whole = span(recorded, &[&recorded.body]);
            assert_eq!(span(recorded, &bytes), whole, "{}", recorded.id);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_cut_gives_the_same_span(sizes in prop::collection::vec(1_usize..90, 1..40)) {
            for recorded in RECORDED.iter() {
                let mut pieces = Vec::new();
                let mut rest = recorded.body.as_slice();
                for size in sizes.iter().cycle() {
                    if rest.is_empty() {
                        break;
                    }
                    let (front, back) = rest.split_at((*size).min(rest.len()));
                    pieces.push(front);
                    rest = back;
                }
                let whole = span(recorded, &[&recorded.body]);
                prop_assert_eq!(span(recorded, &pieces), whole, "{}", recorded.id);
            }
        }

        /// A body that breaks anywhere, with one byte changed: no panic, and the same span however it is cut.
        #[test]
        fn broken_answers_are_harmless(at in any::<prop::sample::Index>(), byte in any::<u8>(), which in any::<prop::sample::Index>()) {
            let recorded = which.get(&RECORDED);
            let mut broken = Recorded { id: recorded.id.clone(), case: recorded.case.clone(), body: recorded.body.clone() };
            if !broken.body.is_empty() {
                let place = at.index(broken.body.len());
                broken.body[place] = byte;
            }
            let bytes: Vec<&[u8]> = broken.body.chunks(1).collect();
            let whole = span(&broken, &[&broken.body]);
            prop_assert_eq!(span(&broken, &bytes), whole);
        }
    }
}
