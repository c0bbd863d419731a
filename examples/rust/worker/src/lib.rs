//! A Worker in Rust: it answers first, and sends its spans in `ctx.wait_until`.

use laminar_edge::program::{Laminar, Options};
use tracing::{info_span, instrument, Instrument};
use tracing_subscriber::prelude::*;
use worker::{event, Context, Delay, Env, Request, Response, Result};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    let key = env.secret("LMNR_PROJECT_API_KEY")?.to_string();
    let base = env.var("LMNR_BASE_URL")?.to_string();
    let laminar = Laminar::new(Options::new(key).base_url(base));
    // The first request of the isolate installs it.
    let _: std::result::Result<_, _> = tracing_subscriber::registry()
        .with(laminar_edge::tracing::layer(&laminar))
        .try_init();

    let said = answer(&request.path()).await;
    context.wait_until(async move {
        laminar.flush().await;
    });
    Response::ok(said)
}

#[instrument(fields(lmnr.span.input = path))]
async fn answer(path: &str) -> &'static str {
    // Concurrent requests keep their own parents.
    Delay::from(std::time::Duration::from_millis(1))
        .instrument(info_span!("search", lmnr.span.r#type = "TOOL"))
        .await;
    "answered"
}
