//! Redaction of one span while it is encoded, and the count of what was replaced.
//!
//! Without the feature `redact` nothing is looked for, and the compiler leaves all of it out.

#[cfg(feature = "redact")]
pub(crate) use on::Redaction;

#[cfg(not(feature = "redact"))]
pub(crate) use off::Redaction;

#[cfg(feature = "redact")]
mod on {
    use std::borrow::Cow;
    use std::cell::Cell;

    use laminar_edge_redact::{Redacted, Redactor, LABELS};

    use crate::encode::fields::{span, string_value};
    use crate::encode::protobuf::Writer;

    /// The attribute that tells how many values of each label were replaced.
    const REDACTED_KEY: &[u8] = b"laminar.redacted";

    /// What redacts the strings of one span.
    #[derive(Debug, Default)]
    pub(crate) struct Redaction<'a> {
        redactor: Option<&'a Redactor>,
        counts: Cell<Redacted>,
    }

    impl<'a> Redaction<'a> {
        /// Returns a redaction that has replaced as much as `counts` says.
        pub(crate) fn new(redactor: Option<&'a Redactor>, counts: Redacted) -> Self {
            Self {
                redactor,
                counts: Cell::new(counts),
            }
        }

        /// Whether anything is looked for.
        pub(crate) fn is_on(&self) -> bool {
            self.redactor.is_some()
        }

        /// Returns how much was replaced so far.
        pub(crate) fn counts(&self) -> Redacted {
            self.counts.get()
        }

        /// Returns the text as it may leave.
        #[inline(always)]
        pub(crate) fn text<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
            match self.redactor {
                None => Cow::Borrowed(text),
                Some(redactor) => self.scan(redactor, text),
            }
        }

        /// Returns the value of this attribute as it may leave.
        #[inline(always)]
        pub(crate) fn value<'t>(&self, key: &[u8], value: &'t [u8]) -> Cow<'t, [u8]> {
            match self.redactor {
                None => Cow::Borrowed(value),
                Some(redactor) => self.scan_value(redactor, key, value),
            }
        }

        /// Returns what stands for the whole value of this attribute, if its key hides it.
        pub(crate) fn hidden(&self, key: &[u8]) -> Option<Vec<u8>> {
            let redactor = self.redactor?;
            redactor
                .hides(key)
                .then(|| self.counted(|counts| redactor.hidden(b"", counts)))
        }

        /// Writes the attribute that says what was replaced, if anything was.
        pub(crate) fn write_counts(&self, writer: &mut Writer<'_>) {
            let counts = self.counts.get();
            if counts.total() == 0 {
                return;
            }
            let mut json = Vec::new();
            for (label, count) in LABELS.iter().zip(counts.0) {
                if count > 0 {
                    json.push(if json.is_empty() { b'{' } else { b',' });
                    json.push(b'"');
                    json.extend_from_slice(label.as_bytes());
                    json.extend_from_slice(b"\":");
                    push_number(&mut json, count);
                }
            }
            json.push(b'}');
            string_value(writer, span::ATTRIBUTES, REDACTED_KEY, &json);
        }

        #[inline(never)]
        fn scan<'t>(&self, redactor: &Redactor, text: &'t [u8]) -> Cow<'t, [u8]> {
            self.counted(|counts| redactor.redact(text, counts))
                .map_or(Cow::Borrowed(text), Cow::Owned)
        }

        #[inline(never)]
        fn scan_value<'t>(
            &self,
            redactor: &Redactor,
            key: &[u8],
            value: &'t [u8],
        ) -> Cow<'t, [u8]> {
            if !value.is_empty() && redactor.hides(key) {
                return Cow::Owned(self.counted(|counts| redactor.hidden(value, counts)));
            }
            self.scan(redactor, value)
        }

        fn counted<T>(&self, action: impl FnOnce(&mut Redacted) -> T) -> T {
            let mut counts = self.counts.get();
            let result = action(&mut counts);
            self.counts.set(counts);
            result
        }
    }

    /// Writes a number in decimal. The standard library's way brings its formatter along.
    fn push_number(out: &mut Vec<u8>, number: u32) {
        let mut divisor = 1;
        while number / divisor > 9 {
            divisor *= 10;
        }
        while divisor > 0 {
            out.push(b'0' + (number / divisor % 10) as u8);
            divisor /= 10;
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

    impl Redaction<'_> {
        #[inline(always)]
        pub(crate) fn is_on(&self) -> bool {
            false
        }

        #[inline(always)]
        pub(crate) fn text<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
            Cow::Borrowed(text)
        }

        #[inline(always)]
        pub(crate) fn value<'t>(&self, _: &[u8], value: &'t [u8]) -> Cow<'t, [u8]> {
            Cow::Borrowed(value)
        }

        #[inline(always)]
        pub(crate) fn hidden(&self, _: &[u8]) -> Option<Vec<u8>> {
            None
        }

        #[inline(always)]
        pub(crate) fn write_counts(&self, _: &mut Writer<'_>) {}
    }
}
