//! The buffer of a program: in a Worker the one of the instance, which the flush of the boundary sends.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use own::Store;
#[cfg(target_arch = "wasm32")]
pub(crate) use shared::Store;

#[cfg(not(target_arch = "wasm32"))]
mod own {
    use std::sync::{Arc, Mutex, PoisonError};

    use crate::buffer::SpanBuffer;
    use crate::program::options::Options;

    /// Laminar discards resources; other receivers show this name.
    const RESOURCE: &[(&str, &str)] = &[
        ("service.name", "laminar-edge"),
        ("telemetry.sdk.name", "laminar-edge"),
        ("telemetry.sdk.language", "rust"),
        ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
    ];

    #[derive(Clone)]
    pub(crate) struct Store(Arc<Mutex<SpanBuffer>>);

    impl Store {
        pub(crate) fn new(options: &Options) -> Self {
            #[cfg_attr(
                not(feature = "redact"),
                expect(unused_mut, reason = "rules may follow")
            )]
            let mut buffer = SpanBuffer::new(options.limits, RESOURCE);
            #[cfg(feature = "redact")]
            buffer.set_redaction(options.rules());
            Self(Arc::new(Mutex::new(buffer)))
        }

        /// Runs `action` on the buffer. Nothing in it panics, so a poisoned lock holds what it should.
        pub(crate) fn with<T: Default>(&self, action: impl FnOnce(&mut SpanBuffer) -> T) -> T {
            action(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod shared {
    use crate::buffer::SpanBuffer;
    use crate::js::state::with;
    use crate::program::options::Options;

    #[derive(Clone)]
    pub(crate) struct Store;

    impl Store {
        pub(crate) fn new(options: &Options) -> Self {
            with((), |state| state.buffer.set_limits(options.limits));
            #[cfg(feature = "redact")]
            with((), |state| state.buffer.set_redaction(options.rules()));
            Self
        }

        #[expect(
            clippy::unused_self,
            reason = "elsewhere a store has a buffer of its own"
        )]
        pub(crate) fn with<T: Default>(&self, action: impl FnOnce(&mut SpanBuffer) -> T) -> T {
            with(T::default(), |state| action(&mut state.buffer))
        }
    }
}
