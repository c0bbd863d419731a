//! The flush of a program that is no Worker: it sends one lease after the other, with reqwest.

use core::error::Error;
use core::future::Future;
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response};
use tokio::time::{sleep, timeout};

use crate::buffer::Horizon;
use crate::delivery::{
    backoff_ms, judge, partial_success, retry_after_ms, Attempted, Lease, Outcome, Pace, Verdict,
};
use crate::program::clock::{now_ms, random_share};
use crate::program::laminar::Laminar;
use crate::program::report::{FlushError, FlushReport};

/// How long a lease outlives the holder's last possible send.
const LEASE_MARGIN_MS: f64 = 2_000.0;
/// How often a flush checks whether others have settled their batches.
const LOOK_MS: f64 = 50.0;
/// How often the holder of a lease renews it.
const BEAT_MS: f64 = 250.0;
/// With less time than this left, no request is begun.
const WORTH_MS: f64 = 200.0;
/// How long the body of an answer is read, as in the npm package.
const BODY_MS: f64 = 2_000.0;
/// A partial success is shorter than this.
const BODY_BYTES: usize = 64 << 10;
/// Bytes of an error page that are shown in the report.
const SHOWN_BYTES: usize = 200;

/// The result of one request.
struct Attempt {
    verdict: Verdict,
    status: u16,
    error: Option<FlushError>,
}

/// One flush under way.
struct Flush<'a> {
    laminar: &'a Laminar,
    client: &'a Client,
    horizon: Horizon,
    began: Instant,
    /// Failures in a row.
    failures: u32,
    report: FlushReport,
}

impl Laminar {
    /// Sends every span that has ended before this call, and says what became of them. It never fails:
    /// what cannot be sent within the budget stays in memory for the next flush, and every loss has its
    /// reason in [`stats`](Self::stats). It runs on tokio, as reqwest does.
    ///
    /// Await it before the program ends, or every few seconds in one that lives on. If its future is
    /// dropped half-way, a later flush takes the batch over when its lease has run out.
    ///
    /// A redirect counts as a refusal: let `base_url` be the final one, or build the client with
    /// `reqwest::redirect::Policy::none()`.
    pub async fn flush(&self, client: &Client) -> FlushReport {
        let mut flush = Flush {
            laminar: self,
            client,
            horizon: self
                .store
                .with(|buffer| Some(buffer.seal()))
                .unwrap_or_else(|| Horizon::from_number(0)),
            began: Instant::now(),
            failures: 0,
            report: FlushReport::default(),
        };
        flush.run().await;
        let (pending, _) = flush.remaining();
        flush.report.concluded(pending)
    }
}

impl Flush<'_> {
    async fn run(&mut self) {
        loop {
            if let Some(lease) = self.lease() {
                let attempt = self.send(&lease).await;
                if !self.settle(&lease, attempt).await {
                    return;
                }
                continue;
            }
            // Batches that another flush is sending may come back or arrive.
            if self.remaining().1 == 0 || self.left_ms() < WORTH_MS {
                return;
            }
            pause(LOOK_MS).await;
            self.laminar
                .store
                .with(|buffer| buffer.expire_silent(now_ms(), LOOK_MS, 3.0 * BEAT_MS));
        }
    }

    fn left_ms(&self) -> f64 {
        self.laminar.budget_ms - self.began.elapsed().as_secs_f64() * 1_000.0
    }

    /// Spans that the flush covers and that are still here, and those of them that are being sent.
    fn remaining(&self) -> (usize, usize) {
        self.laminar
            .store
            .with(|buffer| buffer.remaining(self.horizon))
    }

    fn lease(&self) -> Option<Lease> {
        let is_first = self.report.attempts == 0;
        if !is_first && self.left_ms() < WORTH_MS {
            return None;
        }
        let ttl_ms = self.laminar.budget_ms + LEASE_MARGIN_MS;
        self.laminar
            .store
            .with(|buffer| buffer.lease(self.horizon, &[], now_ms(), ttl_ms))
    }

    async fn send(&mut self, lease: &Lease) -> Attempt {
        let parts = self.laminar.store.with(|buffer| {
            let target = buffer.destination_of(lease.destination)?;
            let (url, key) = (target.url.clone(), target.key.clone());
            let body = buffer.body(lease.id)?.to_vec();
            // From here on the body may arrive, whatever the request returns.
            buffer.hand_over(lease.id).then_some((url, key, body))
        });
        let Some((url, key, body)) = parts else {
            return Attempt::failed(Attempted::NoConnection, "the lease is no longer in force");
        };
        self.report.attempts += 1;
        self.report.bytes += body.len() as u64;
        let mut request = self
            .client
            .post(&url)
            .header(CONTENT_TYPE, "application/x-protobuf")
            .body(body);
        if !key.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        let sent = timeout(
            duration(self.left_ms().max(1.0)),
            self.beating(lease, request.send()),
        );
        let mut response = match sent.await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Attempt::from_error(&error),
            Err(_) => {
                return Attempt::failed(Attempted::NoAnswer, "no answer within the time allowed")
            }
        };
        // The status decides, so a body that takes longer changes nothing.
        let mut body = Vec::new();
        let read = self.beating(lease, read(&mut response, &mut body));
        let _is_whole = timeout(duration(self.left_ms().min(BODY_MS)), read).await;
        body.truncate(BODY_BYTES);
        Attempt::answered(&url, &response, &body)
    }

    /// Renews the lease regularly, as long as `work` takes.
    async fn beating<T>(&self, lease: &Lease, work: impl Future<Output = T>) -> T {
        let beat = async {
            loop {
                pause(BEAT_MS).await;
                self.laminar.store.with(|buffer| buffer.beat(lease.id));
            }
        };
        tokio::pin!(work, beat);
        core::future::poll_fn(|context| {
            // It never ends. Polling it wakes this task when the next renewal is due.
            let _: core::task::Poll<()> = beat.as_mut().poll(context);
            work.as_mut().poll(context)
        })
        .await
    }

    /// Settles a request, and waits as long as its answer asks for. False if nothing more can be sent in
    /// time.
    async fn settle(&mut self, lease: &Lease, attempt: Attempt) -> bool {
        let Attempt {
            verdict: Verdict { outcome, pace },
            status,
            error,
        } = attempt;
        let settled = self.laminar.store.with(|buffer| {
            if let Pace::Hold { ms } = pace {
                buffer.hold(lease.destination, now_ms(), ms, status);
            }
            buffer.settle(lease.id, outcome)
        });
        self.report.add(settled);
        if error.is_some() {
            self.report.error = error;
        }
        let least_ms = match pace {
            Pace::Go => {
                self.failures = 0;
                return true;
            }
            Pace::BackOff => 0.0,
            Pace::Hold { ms } => ms,
        };
        self.failures += 1;
        let ms = backoff_ms(self.failures, random_share()).max(least_ms);
        if ms + WORTH_MS >= self.left_ms() {
            return false;
        }
        pause(ms).await;
        true
    }
}

impl Attempt {
    fn answered(url: &str, response: &Response, body: &[u8]) -> Self {
        let status = response.status().as_u16();
        // A redirect that was followed became a GET, whose success says nothing about the spans.
        let was_redirected = reqwest::Url::parse(url).is_ok_and(|sent| sent != *response.url());
        if was_redirected {
            return Self {
                verdict: judge(Attempted::Answered {
                    status: 302,
                    retry_after_ms: None,
                }),
                status: 302,
                error: Some(FlushError {
                    message: format!("redirected to {}", response.url()),
                    status: Some(302),
                }),
            };
        }
        let headers = response.headers();
        let retry_after = text(headers, RETRY_AFTER.as_str())
            .filter(|_| !response.status().is_success())
            .and_then(|value| retry_after_ms(value, now_ms()));
        let mut verdict = judge(Attempted::Answered {
            status,
            retry_after_ms: retry_after,
        });
        let message = match &mut verdict.outcome {
            Outcome::Accepted { rejected } => {
                let kind = text(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
                let partial = partial_success(kind, body);
                *rejected = partial.rejected_spans;
                let is_worth_saying = *rejected > 0 || !partial.error_message.is_empty();
                is_worth_saying.then_some(partial.error_message)
            }
            _ => Some(shown(status, body)),
        };
        Self {
            verdict,
            status,
            error: message.map(|message| FlushError {
                message,
                status: Some(status),
            }),
        }
    }

    fn from_error(error: &reqwest::Error) -> Self {
        // After other errors it is unknown whether the body was sent.
        let attempted = if error.is_connect() || error.is_builder() {
            Attempted::NoConnection
        } else {
            Attempted::NoAnswer
        };
        // The cause is more precise than reqwest's own message, which contains the URL.
        let mut cause: &dyn Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        Self::failed(attempted, &cause.to_string())
    }

    fn failed(attempted: Attempted, message: &str) -> Self {
        Self {
            verdict: judge(attempted),
            status: 0,
            error: Some(FlushError {
                message: message.to_owned(),
                status: None,
            }),
        }
    }
}

/// Reads the beginning of the body. The bytes that have arrived are enough, because the status decides.
async fn read(response: &mut Response, body: &mut Vec<u8>) {
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > BODY_BYTES {
            break;
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn shown(status: u16, body: &[u8]) -> String {
    let start = body.get(..SHOWN_BYTES).unwrap_or(body);
    let page = String::from_utf8_lossy(start);
    format!("HTTP {status} {}", page.trim())
        .trim_end()
        .to_owned()
}

async fn pause(ms: f64) {
    sleep(duration(ms)).await;
}

fn duration(ms: f64) -> Duration {
    Duration::from_secs_f64(ms.max(0.0) / 1_000.0)
}
