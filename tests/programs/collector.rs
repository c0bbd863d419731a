//! A collector that gives the answers of a test.

use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The answer to a request.
#[derive(Clone)]
pub(crate) enum Answer {
    Status(u16),
    /// Status, headers and body.
    Raw(&'static str, Vec<u8>),
    /// This, and then nothing more.
    Endless(&'static str),
    /// The connection ends without an answer.
    Reset,
    /// The connection stays open without an answer.
    Hang,
}

pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) spans: Vec<Span>,
}

pub(crate) struct Collector {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Collector {
    /// Starts a collector that gives these answers in turn, and then repeats the last one.
    pub(crate) async fn start(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answers) = (Arc::clone(&requests), answers.to_vec());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&seen), answers.clone()));
            }
        });
        Self { url, requests }
    }

    pub(crate) fn has_seen_any(&self) -> bool {
        !self.requests.lock().unwrap().is_empty()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    /// Returns all spans that arrived, in order.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let requests = self.requests();
        requests.into_iter().flat_map(|each| each.spans).collect()
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Vec<Request>>>, answers: Vec<Answer>) {
    while let Some((head, body)) = read(&mut stream).await {
        let decoded = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
        let spans = decoded
            .resource_spans
            .into_iter()
            .flat_map(|resource| resource.scope_spans)
            .flat_map(|scope| scope.spans)
            .collect();
        let turn = {
            let mut seen = seen.lock().unwrap();
            seen.push(Request { head, spans });
            seen.len() - 1
        };
        let (head, body) = match answers[turn.min(answers.len() - 1)].clone() {
            Answer::Status(status) => (format!("HTTP/1.1 {status} x\r\n"), Vec::new()),
            Answer::Raw(head, body) => (head.to_owned(), body),
            Answer::Endless(start) => {
                stream.write_all(start.as_bytes()).await.unwrap();
                std::future::pending().await
            }
            Answer::Reset => return,
            Answer::Hang => std::future::pending().await,
        };
        let head = format!("{head}content-length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&body).await.unwrap();
    }
}

async fn read(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let length: usize = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .unwrap()
                .parse()
                .unwrap();
            if bytes.len() >= end + 4 + length {
                return Some((head, bytes[end + 4..][..length].to_vec()));
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
