//! What an answer or a request cannot do: fill memory, break the span, or bring secrets and pictures into it.

#[cfg(test)]
mod bounds {
    use laminar_edge_llm::{Call, End, Format, Options, Value};

    fn call(format: Format) -> Call {
        Call::new(Options {
            format,
            system: "openai".into(),
            model: String::new(),
            stream: false,
            known_host: false,
            record_inputs: true,
            record_outputs: true,
            media_limit_bytes: 1024,
        })
    }

    fn text(attributes: &[(String, Value)], key: &str) -> String {
        match attributes.iter().find(|(name, _)| *name == key) {
            Some((_, Value::Str(text))) => text.clone(),
            other => panic!("{key} is {other:?}"),
        }
    }

    #[test]
    fn an_unknown_host_has_to_show_that_it_is_a_call() {
        let is_call = |body: &str| call(Format::OpenAiChat).request(body.as_bytes()).is_call;
        assert!(is_call(r#"{"model":"m","messages":[]}"#));
        assert!(is_call(r#"{"model":"m","input":"x"}"#));
        for body in [
            "",
            "[]",
            "{}",
            "null",
            r#"{"model":"m"}"#,
            r#"{"messages":[]}"#,
            r#"{"model":7,"messages":[]}"#,
            r#"{"model":"m","messages":[]"#,
        ] {
            assert!(!is_call(body), "{body}");
        }
        let mut call = call(Format::OpenAiChat);
        call.request(br#"{"model":"m","messages":[]}"#);
        call.response(200, "text/html");
        call.chunk(b"<html><p>Hello</p></html>");
        assert!(!call.finish(End::Complete).fits);
    }

    #[test]
    fn images_are_replaced_by_type_and_size() {
        let picture = "iVBORw0KGgo".repeat(1000);
        let body = format!(
            r#"{{"model":"m","messages":[{{"role":"user","content":[{{"type":"text","text":"é\n\u00e9"}},{{"type":"image_url","image_url":{{"url":"data:image/png;base64,{picture}"}}}},{{"type":"file","file":{{"file_data":"{picture}"}}}}]}}]}}"#
        );
        let mut call = call(Format::OpenAiChat);
        for byte in body.as_bytes() {
            call.request_part(&[*byte]);
        }
        call.request(&[]);
        let messages = text(&call.request_attributes(), "gen_ai.input.messages");
        assert_eq!(
            messages,
            r#"[{"role":"user","content":[{"type":"text","text":"é\n\u00e9"},{"type":"image_url","image_url":{"url":"[image/png, 8265 bytes, not recorded]"}},{"type":"file","file":{"file_data":"[base64, 8250 bytes, not recorded]"}}]}]"#
        );
    }

    #[test]
    fn vectors_in_short_events_are_not_kept_however_they_are_cut() {
        let body = concat!(
            r#"data: {"type":"response.output_item.done","output_index":0,"#,
            r#""item":{"type":"message","data":[1,2],"role":"assistant","content":[3]}}"#,
            "\n\n",
        );
        for size in [1, 7, body.len()] {
            let mut call = call(Format::OpenAiResponses);
            call.request(br#"{"model":"m","input":"x","stream":true}"#);
            call.response(200, "text/event-stream");
            for piece in body.as_bytes().chunks(size) {
                call.chunk(piece);
            }
            let finished = call.finish(End::Complete);
            assert_eq!(
                text(&finished.attributes, "gen_ai.output.messages"),
                r#"[{"type":"message","data":[],"role":"assistant","content":[3]}]"#,
            );
        }
    }

    #[test]
    fn vectors_are_not_kept() {
        let mut call = call(Format::OpenAiEmbeddings);
        call.request(br#"{"model":"m","input":["a","b"]}"#);
        call.response(200, "application/json");
        let vector = "0.012345,".repeat(2000);
        let row = format!(r#"{{"object":"embedding","index":0,"embedding":[{vector}1]}}"#);
        call.chunk(br#"{"object":"list","data":["#);
        for _ in 0..1000 {
            call.chunk(row.as_bytes());
            call.chunk(b",");
        }
        call.chunk(row.as_bytes());
        assert!(call.held_bytes() < 200_000, "{}", call.held_bytes());
        call.chunk(br#"],"model":"m","usage":{"prompt_tokens":8,"total_tokens":8}}"#);
        let span = call.finish(End::Complete);
        let input = ("gen_ai.usage.input_tokens".into(), Value::Int(8));
        assert!(span.attributes.contains(&input));
        assert!(!span.incomplete);
    }

    #[test]
    fn output_without_end_is_cut_and_says_so() {
        let mut call = call(Format::OpenAiChat);
        call.request(br#"{"model":"m","messages":[],"stream":true}"#);
        call.response(200, "text/event-stream");
        let text = "word ".repeat(20_000);
        let event = format!(
            "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n"
        );
        for _ in 0..200 {
            call.chunk(event.as_bytes());
        }
        assert!(call.held_bytes() < 6 << 20);
        let span = call.finish(End::Complete);
        assert!(span
            .attributes
            .contains(&("laminar.output_cut".into(), Value::Bool(true))));
        assert!(span.incomplete);
    }

    #[test]
    fn an_oversize_event_is_skipped_and_counted() {
        let mut call = call(Format::OpenAiChat);
        call.request(br#"{"model":"m","messages":[],"stream":true}"#);
        call.response(200, "text/event-stream");
        call.chunk(b"data: {\"choices\":[{\"delta\":{\"content\":\"");
        for _ in 0..100 {
            call.chunk("some words ".repeat(10_000).as_bytes());
        }
        assert!(call.held_bytes() < 5 << 20);
        call.chunk(b"\"}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n");
        let span = call.finish(End::Complete);
        assert!(span
            .attributes
            .contains(&("laminar.skipped_events".into(), Value::Int(1))));
        assert!(text(&span.attributes, "gen_ai.output.messages").contains("\"Hi\""));
    }

    #[test]
    fn depth_and_number_of_values_are_bounded() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = [open.repeat(100_000), "1".into(), close.repeat(100_000)].concat();
            let mut call = call(Format::OpenAiChat);
            assert!(
                !call
                    .request(format!(r#"{{"model":"m","messages":[{deep}]}}"#).as_bytes())
                    .is_call
            );
        }
        let mut call = call(Format::OpenAiChat);
        let many = "1,".repeat(300_000);
        assert!(
            !call
                .request(format!(r#"{{"model":"m","messages":[{many}1]}}"#).as_bytes())
                .is_call
        );
    }

    #[test]
    fn the_largest_index_is_an_index() {
        let mut call = call(Format::OpenAiChat);
        call.request(br#"{"model":"m","messages":[],"stream":true}"#);
        call.response(200, "text/event-stream");
        call.chunk(b"data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":4294967295,\"id\":\"i\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}\n\n");
        let span = call.finish(End::Complete);
        assert!(text(&span.attributes, "gen_ai.output.messages").contains(r#""name":"f""#));
    }

    #[test]
    fn bytes_kept_by_other_calls_reduce_the_limit() {
        let mut call = call(Format::OpenAiChat);
        call.request(br#"{"model":"m","messages":[],"stream":true}"#);
        call.response(200, "text/event-stream");
        call.allow(1000);
        call.chunk(format!("data: {{\"x\":\"{}\"}}\n\n", "a b ".repeat(1000)).as_bytes());
        call.allow(1 << 20);
        call.chunk(b"data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n");
        let span = call.finish(End::Complete);
        assert!(span
            .attributes
            .contains(&("laminar.skipped_events".into(), Value::Int(1))));
        assert!(text(&span.attributes, "gen_ai.output.messages").contains("\"Hi\""));
    }

    #[test]
    fn without_outputs_there_are_counts_and_reasons_alone() {
        let mut call = Call::new(Options {
            format: Format::OpenAiChat,
            system: "openai".into(),
            model: String::new(),
            stream: false,
            known_host: true,
            record_inputs: false,
            record_outputs: false,
            media_limit_bytes: 1024,
        });
        call.request(br#"{"model":"m","messages":[{"role":"user","content":"planted"}],"tools":[{"type":"function","function":{"name":"planted"}}]}"#);
        call.response(200, "application/json");
        call.chunk(br#"{"id":"i","choices":[{"index":0,"message":{"role":"assistant","content":"planted"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#);
        let span = call.finish(End::Complete);
        assert!(!format!("{span:?}").contains("planted"));
        let reasons = Value::StrList(vec!["stop".into()]);
        assert!(span
            .attributes
            .contains(&("gen_ai.response.finish_reasons".into(), reasons)));
        assert!(span
            .attributes
            .contains(&("gen_ai.usage.output_tokens".into(), Value::Int(2))));
    }
}
