//! Records spans in an ordinary program and sends them at its end.
//!
//! `LMNR_PROJECT_API_KEY=… cargo run --package laminar-edge-example-host`

use std::env;
use std::error::Error;
use std::io::ErrorKind;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use laminar_edge::{
    classify, partial_success, Lease, Limits, Outcome, SpanBuffer, SpanData, SpanId, TraceId, Value,
};

/// How long a request may take before its spans are somebody else's to send.
const LEASE_MS: f64 = 10_000.0;

fn main() -> Result<(), Box<dyn Error>> {
    let base = env::var("LMNR_BASE_URL").unwrap_or_else(|_| "http://127.0.0.1:8000".into());
    let key = env::var("LMNR_PROJECT_API_KEY").unwrap_or_default();

    let mut buffer = SpanBuffer::new(Limits::default(), &[("service.name", "host example")]);
    let laminar = buffer.destination(&format!("{base}/v1/traces"), &key);

    let trace = TraceId::from_bytes(random()?).ok_or("a zero id")?;
    let mut answer = begin(trace, "answer")?;
    answer
        .attributes
        .push(("lmnr.span.input".into(), Value::from("What is a span?")));

    let mut search = begin(trace, "search")?;
    search.parent_span_id = Some(answer.span_id);
    search
        .attributes
        .push(("lmnr.span.type".into(), Value::from("TOOL")));
    end(&mut search);
    buffer.push(laminar, &search);

    answer
        .attributes
        .push(("lmnr.span.output".into(), Value::from("A piece of work.")));
    end(&mut answer);
    buffer.push(laminar, &answer);

    send_all(&mut buffer);
    println!("{:?}", buffer.stats());
    Ok(())
}

fn begin(trace: TraceId, name: &str) -> Result<SpanData, Box<dyn Error>> {
    let mut span = SpanData::new(
        trace,
        SpanId::from_bytes(random()?).ok_or("a zero id")?,
        name,
    );
    span.start_time_unix_nano = now_ns();
    Ok(span)
}

fn end(span: &mut SpanData) {
    span.end_time_unix_nano = now_ns();
}

/// Everything that ended before this call. What cannot be sent stays in the buffer.
fn send_all(buffer: &mut SpanBuffer) {
    let horizon = buffer.seal();
    while let Some(lease) = buffer.lease(horizon, &[], now_ms(), LEASE_MS) {
        let outcome = post(buffer, &lease);
        buffer.settle(lease.id, outcome);
        if matches!(outcome, Outcome::Unsent | Outcome::Ambiguous) {
            break;
        }
    }
}

fn post(buffer: &mut SpanBuffer, lease: &Lease) -> Outcome {
    // From here on the body may arrive, whatever we get to know of it.
    buffer.hand_over(lease.id);
    let (Some(target), Some(body)) = (
        buffer.destination_of(lease.destination),
        buffer.body(lease.id),
    ) else {
        return Outcome::Unsent;
    };
    let answer = ureq::post(&target.url)
        .config()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(5)))
        .build()
        .header("content-type", "application/x-protobuf")
        .header("authorization", format!("Bearer {}", target.key))
        .send(body);
    match answer {
        Ok(mut answer) => match classify(answer.status().as_u16()) {
            Outcome::Accepted { .. } => {
                let said = answer.body_mut().read_to_vec().unwrap_or_default();
                let rejected = partial_success("", &said).rejected_spans;
                Outcome::Accepted { rejected }
            }
            other => other,
        },
        Err(ureq::Error::ConnectionFailed | ureq::Error::HostNotFound) => Outcome::Unsent,
        Err(ureq::Error::Io(error)) if error.kind() == ErrorKind::ConnectionRefused => {
            Outcome::Unsent
        }
        Err(_) => Outcome::Ambiguous,
    }
}

fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

fn now_ns() -> u64 {
    u64::try_from(since_1970().as_nanos()).unwrap_or(u64::MAX)
}

fn now_ms() -> f64 {
    since_1970().as_secs_f64() * 1000.0
}
