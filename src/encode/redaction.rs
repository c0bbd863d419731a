//! Redaction of one span while it is encoded, and the count of what was replaced.
//!
//! Without the feature `redact` nothing is looked for, and the compiler leaves all of it out.

#[cfg(feature = "redact")]
pub(crate) use on::{Redaction, Redactors};

#[cfg(not(feature = "redact"))]
pub(crate) use off::Redaction;

#[cfg(feature = "redact")]
mod on {
    use std::borrow::Cow;
    use std::cell::Cell;

    use laminar_edge_redact::{Detectors, Redacted, Redactor, Rules};

    use crate::encode::fields::{close_string, span};
    use crate::encode::protobuf::Writer;

    /// The attribute that tells how many values of each label were replaced.
    const REDACTED_KEY: &[u8] = b"laminar.redacted";

    /// Stands for a text that could not be searched.
    const FAILED: &[u8] = b"[REDACTED_FAILED]";

    /// Attributes in which only secrets are replaced, because models and ids are not personal data. The
    /// last two are the trace's session and user, in which `STRICT` finds personal data too.
    const NAMES: &[&[u8]] = &[
        b"gen_ai.request.model",
        b"gen_ai.response.model",
        b"gen_ai.response.id",
        b"ai.model.id",
        b"ai.response.model",
        b"ai.response.id",
        b"lmnr.association.properties.session_id",
        b"lmnr.association.properties.user_id",
    ];

    /// What redacts the spans of a destination.
    #[derive(Debug)]
    pub(crate) struct Redactors {
        all: Redactor,
        /// In how many of [`NAMES`] only secrets are looked for.
        names: usize,
    }

    impl Redactors {
        pub(crate) fn new(rules: Rules) -> Self {
            let detectors = rules.detectors;
            Self {
                names: match detectors {
                    // Nothing else is looked for anyway.
                    Detectors::NONE | Detectors::SECRETS => 0,
                    Detectors::STRICT => NAMES.len() - 2,
                    _ => NAMES.len(),
                },
                all: Redactor::new(rules),
            }
        }

        /// Whether there is anything to look for.
        pub(crate) fn is_idle(&self) -> bool {
            self.all.is_idle()
        }

        /// Whether only secrets are looked for in the value of this attribute.
        fn is_name(&self, key: &[u8]) -> bool {
            let mut names = NAMES.iter().take(self.names);
            names.any(|name| *name == key)
        }
    }

    /// What redacts the strings of one span.
    #[derive(Debug, Default)]
    pub(crate) struct Redaction<'a> {
        redactors: Option<&'a Redactors>,
        counts: Cell<Redacted>,
    }

    impl<'a> Redaction<'a> {
        /// Returns a redaction that has replaced as much as `counts` says.
        pub(crate) fn new(redactors: Option<&'a Redactors>, counts: Redacted) -> Self {
            Self {
                redactors,
                counts: Cell::new(counts),
            }
        }

        /// Forgets what was replaced since `counts`.
        pub(crate) fn begin_again(&self, counts: &Redacted) {
            self.counts.set(*counts);
        }

        /// Returns how much was replaced so far.
        pub(crate) fn counts(&self) -> Redacted {
            self.counts.get()
        }

        /// Returns the text as it may leave.
        #[inline(always)]
        pub(crate) fn text<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
            match self.redactors {
                None => Cow::Borrowed(text),
                Some(redactors) => self.scan(redactors, b"", text),
            }
        }

        /// Writes a field with the text as it may leave.
        #[inline(never)]
        pub(crate) fn field(&self, writer: &mut Writer<'_>, field: u32, text: &[u8]) {
            writer.bytes_field(field, &self.text(text));
        }

        /// Returns what stands for a text that a pattern of the program has found, or that could not be
        /// searched.
        pub(crate) fn mark(&self, text: &[u8], failed: bool) -> Vec<u8> {
            let mut counts = self.counts.get();
            let mark = match self.redactors {
                _ if failed => {
                    let [.., failures] = &mut counts.0;
                    *failures = failures.saturating_add(1);
                    FAILED.to_owned()
                }
                Some(redactors) => redactors.all.hidden(text, &mut counts),
                None => Vec::new(),
            };
            self.counts.set(counts);
            mark
        }

        /// Returns the value of this attribute as it may leave.
        #[inline(always)]
        pub(crate) fn value<'t>(&self, key: &[u8], value: &'t [u8]) -> Cow<'t, [u8]> {
            match self.redactors {
                None => Cow::Borrowed(value),
                Some(redactors) => self.scan_value(redactors, key, value),
            }
        }

        /// Returns what stands for the whole value of this attribute, if its key hides it. What was
        /// replaced in it before that does not count then.
        pub(crate) fn hidden(&self, key: &[u8], before: Redacted) -> Option<Vec<u8>> {
            let all = &self.redactors?.all;
            all.hides(key).then(|| {
                self.counts.set(before);
                self.mark(b"", false)
            })
        }

        /// Writes the attribute that says what was replaced, if anything was.
        pub(crate) fn write_counts(&self, writer: &mut Writer<'_>) {
            let counts = self.counts();
            if counts.total() == 0 {
                return;
            }
            let end = writer.position();
            writer.bytes(&counts.json());
            close_string(writer, span::ATTRIBUTES, REDACTED_KEY, end);
        }

        #[inline(never)]
        fn scan<'t>(&self, redactors: &Redactors, key: &[u8], text: &'t [u8]) -> Cow<'t, [u8]> {
            let mut counts = self.counts.get();
            let redacted = if redactors.is_name(key) {
                redactors.all.redact_secrets(text, &mut counts)
            } else {
                redactors.all.redact(text, &mut counts)
            };
            redacted.map_or(Cow::Borrowed(text), |redacted| {
                self.counts.set(counts);
                Cow::Owned(redacted)
            })
        }

        #[inline(never)]
        fn scan_value<'t>(
            &self,
            redactors: &Redactors,
            key: &[u8],
            value: &'t [u8],
        ) -> Cow<'t, [u8]> {
            if !value.is_empty() && redactors.all.hides_text(key, value) {
                return Cow::Owned(self.mark(value, false));
            }
            self.scan(redactors, key, value)
        }
    }
}

#[cfg(not(feature = "redact"))]
mod off {
    use std::borrow::Cow;
    use std::marker::PhantomData;

    use crate::encode::protobuf::Writer;

    /// What would redact the strings of one span.
    #[derive(Debug, Default)]
    pub(crate) struct Redaction<'a>(PhantomData<&'a ()>);

    /// What would have been replaced.
    #[derive(Clone, Copy)]
    pub(crate) struct Nothing;

    impl Redaction<'_> {
        #[inline(always)]
        pub(crate) fn text<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
            Cow::Borrowed(text)
        }

        #[inline(always)]
        pub(crate) fn value<'t>(&self, _: &[u8], value: &'t [u8]) -> Cow<'t, [u8]> {
            Cow::Borrowed(value)
        }

        #[inline(always)]
        pub(crate) fn field(&self, writer: &mut Writer<'_>, field: u32, text: &[u8]) {
            writer.bytes_field(field, text);
        }

        #[inline(always)]
        pub(crate) fn counts(&self) -> Nothing {
            Nothing
        }

        #[inline(always)]
        pub(crate) fn hidden(&self, _: &[u8], _: Nothing) -> Option<Vec<u8>> {
            None
        }

        #[inline(always)]
        pub(crate) fn write_counts(&self, _: &mut Writer<'_>) {}
    }
}
