//! Reads the requests and answers of LLM providers as they pass, and says what a span of them holds.
//!
//! The crate is pure: bytes come in, cut anywhere, and attributes come out. It knows no clock, no
//! network and no JavaScript.
//!
//! ```
//! use laminar_edge_llm::{Call, End, Format, Options};
//!
//! let mut call = Call::new(Options {
//!     format: Format::OpenAiChat,
//!     system: "openai".into(),
//!     model: String::new(),
//!     stream: false,
//!     known_host: true,
//!     record_inputs: true,
//!     record_outputs: true,
//!     media_limit_bytes: 65_536,
//! });
//! let body = br#"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}],"stream":true}"#;
//! let request = call.request(body);
//! assert_eq!(request.name, "chat gpt-4o-mini");
//!
//! call.response(200, "text/event-stream");
//! let seen = call.chunk(b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n");
//! assert!(seen.first_token);
//! call.chunk(b"data: [DONE]\n\n");
//!
//! let span = call.finish(End::Complete);
//! assert!(!span.incomplete);
//! ```

// Which rooms a room may import is in `xtask/src/rooms.rs`.
mod call;
mod formats;
mod framing;
mod json;
mod options;
mod output;
mod record;
mod rust;

pub use call::Call;
pub use options::{Format, Options};
pub use rust::{End, Fault, Finished, Request, Seen, Value};

#[cfg(all(feature = "js", target_arch = "wasm32"))]
#[doc(hidden)]
pub mod js;

// Smaller than the standard library's.
#[cfg(all(feature = "js", target_arch = "wasm32"))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
