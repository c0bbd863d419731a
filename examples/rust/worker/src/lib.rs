//! A Worker in Rust: it answers first, and its spans leave in `ctx.wait_until`.

use std::cell::RefCell;

use laminar_edge::{
    classify, partial_success, Lease, Limits, Outcome, SpanBuffer, SpanData, SpanId, TraceId, Value,
};
use worker::js_sys::Uint8Array;
use worker::{
    event, Context, Date, Env, Fetch, Headers, Method, Request, RequestInit, Response, Result,
};

/// How long a request may take before its spans are another request's to send.
const LEASE_MS: f64 = 30_000.0;

thread_local! {
    /// One for the isolate: what a request could not send, a later one does.
    static SPANS: RefCell<SpanBuffer> =
        RefCell::new(SpanBuffer::new(Limits::default(), &[("service.name", "worker example")]));
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    let url = format!("{}/v1/traces", env.var("LMNR_BASE_URL")?);
    let key = env.secret("LMNR_PROJECT_API_KEY")?.to_string();

    let mut answer = begin(TraceId::from_bytes(random()?), "answer")?;
    answer
        .attributes
        .push(("lmnr.span.input".into(), Value::String(request.path())));
    let mut search = begin(Some(answer.trace_id), "search")?;
    search.parent_span_id = Some(answer.span_id);
    end(&mut search);
    end(&mut answer);

    SPANS.with_borrow_mut(|spans| {
        let laminar = spans.destination(&url, &key);
        spans.push(laminar, &search);
        spans.push(laminar, &answer);
    });
    context.wait_until(send_all());
    Response::ok("answered")
}

fn begin(trace: Option<TraceId>, name: &str) -> Result<SpanData> {
    let (Some(trace), Some(id)) = (trace, SpanId::from_bytes(random()?)) else {
        return Err("an id of zeros".into());
    };
    let mut span = SpanData::new(trace, id, name);
    span.start_time_unix_nano = Date::now().as_millis() * 1_000_000;
    Ok(span)
}

fn end(span: &mut SpanData) {
    span.end_time_unix_nano = Date::now().as_millis() * 1_000_000;
}

/// Everything that ended before this call. What cannot be sent stays in the buffer.
async fn send_all() {
    let horizon = SPANS.with_borrow_mut(SpanBuffer::seal);
    while let Some(lease) =
        SPANS.with_borrow_mut(|spans| spans.lease(horizon, &[], now_ms(), LEASE_MS))
    {
        let outcome = match prepare(&lease) {
            Ok(request) => post(request).await,
            Err(_) => Outcome::Unsent,
        };
        // The buffer is never borrowed while this waits: other requests run in between.
        SPANS.with_borrow_mut(|spans| spans.settle(lease.id, outcome));
        if matches!(outcome, Outcome::Unsent | Outcome::Ambiguous) {
            break;
        }
    }
}

fn prepare(lease: &Lease) -> Result<Request> {
    SPANS.with_borrow_mut(|spans| {
        let (Some(target), Some(body)) = (
            spans.destination_of(lease.destination),
            spans.body(lease.id),
        ) else {
            return Err("the lease no longer holds".into());
        };
        let headers = Headers::new();
        headers.set("content-type", "application/x-protobuf")?;
        headers.set("authorization", &format!("Bearer {}", target.key))?;
        let mut init = RequestInit::new();
        init.with_method(Method::Post)
            .with_headers(headers)
            .with_body(Some(Uint8Array::from(body).into()));
        let request = Request::new_with_init(&target.url, &init)?;
        // From here on the body may arrive, whatever we get to know of it.
        spans.hand_over(lease.id);
        Ok(request)
    })
}

async fn post(request: Request) -> Outcome {
    let Ok(mut answer) = Fetch::Request(request).send().await else {
        return Outcome::Unsent;
    };
    let said = answer.bytes().await.unwrap_or_default();
    match classify(answer.status_code()) {
        Outcome::Accepted { .. } => Outcome::Accepted {
            rejected: partial_success("", &said).rejected_spans,
        },
        other => other,
    }
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 stay far below 2^53"
)]
fn now_ms() -> f64 {
    Date::now().as_millis() as f64
}
