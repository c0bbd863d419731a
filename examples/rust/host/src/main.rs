//! Records spans in an ordinary program, with `tracing` and with OpenTelemetry, and sends them at its end.
//!
//! `LMNR_PROJECT_API_KEY=… cargo run --package laminar-edge-example-host`

use std::env;

use laminar_edge::opentelemetry::LaminarExporter;
use laminar_edge::program::{Laminar, Options};
use opentelemetry::trace::{Tracer, TracerProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{field, info, info_span, instrument, Span};
use tracing_subscriber::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let key = env::var("LMNR_PROJECT_API_KEY").unwrap_or_default();
    let base = env::var("LMNR_BASE_URL").unwrap_or_else(|_| "https://api.lmnr.ai".into());
    let laminar = Laminar::new(Options::new(key).base_url(base));
    tracing_subscriber::registry()
        .with(laminar_edge::tracing::layer(&laminar))
        .init();

    answer("What is a span?").await;
    by_opentelemetry(&laminar);

    println!("{:?}", laminar.flush(&reqwest::Client::new()).await);
    println!("{:?}", laminar.stats());
}

#[instrument(skip_all, fields(lmnr.span.input = question, lmnr.span.output = field::Empty))]
async fn answer(question: &str) {
    let found = info_span!("search", lmnr.span.r#type = "TOOL").in_scope(|| {
        info!(pages = 1, "found");
        "A piece of work."
    });
    Span::current().record("lmnr.span.output", found);
}

/// Does the work of a library that is instrumented with OpenTelemetry.
fn by_opentelemetry(laminar: &Laminar) {
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(LaminarExporter::new(laminar))
        .build();
    let tracer = provider.tracer("library");
    tracer.in_span("work", |_context| tracer.in_span("step", |_context| {}));
}
