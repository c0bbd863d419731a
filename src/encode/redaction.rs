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

    use laminar_edge_redact::{Detectors, Redacted, Redactor, Rules, LABELS};

    use crate::encode::fields::{span, string_value};
    use crate::encode::protobuf::Writer;

    /// The attribute that tells how many values of each label were replaced.
    const REDACTED_KEY: &[u8] = b"laminar.redacted";

    /// How the SDKs mark a text that they have cut. What stands before it ends there.
    const CUT: &[u8] = b"...[Laminar: truncated]";
    /// Names of models and ids, which are no personal data.
    const NAMES: &[&[u8]] = &[
        b"gen_ai.request.model",
        b"gen_ai.response.model",
        b"gen_ai.response.id",
        b"ai.model.id",
        b"ai.response.model",
        b"ai.response.id",
    ];
    /// The trace's session and user: personal data is left in them, unless everything is looked for.
    const WHO: &[&[u8]] = &[
        b"lmnr.association.properties.session_id",
        b"lmnr.association.properties.user_id",
    ];

    /// What redacts the spans of a destination.
    #[derive(Debug)]
    pub(crate) struct Redactors {
        all: Redactor,
        /// The same for names of models and the like, if that differs.
        names: Option<Redactor>,
        is_strict: bool,
        /// Whether there are names beside those that are secret anyway.
        knows_more: bool,
    }

    impl Redactors {
        pub(crate) fn new(rules: Rules) -> Self {
            let detectors = rules.detectors;
            let secrets = if detectors.has(Detectors::SECRETS) {
                Detectors::SECRETS
            } else {
                Detectors::NONE
            };
            let names = (detectors != secrets).then(|| {
                Redactor::new(Rules {
                    detectors: secrets,
                    ..rules.clone()
                })
            });
            Self {
                knows_more: !rules.names.is_empty(),
                all: Redactor::new(rules),
                names,
                is_strict: detectors == Detectors::STRICT,
            }
        }

        /// Whether there is anything to look for.
        pub(crate) fn is_idle(&self) -> bool {
            self.all.is_idle()
        }

        fn of(&self, key: &[u8]) -> &Redactor {
            match &self.names {
                Some(names) if self.is_name(key) => names,
                _ => &self.all,
            }
        }

        /// Whether the value of this attribute is to be hidden.
        fn hides(&self, key: &[u8]) -> bool {
            (self.knows_more || may_be_secret(key)) && self.all.hides(key)
        }

        fn is_name(&self, key: &[u8]) -> bool {
            NAMES.contains(&key) || (!self.is_strict && WHO.contains(&key))
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

        /// Whether anything is looked for.
        pub(crate) fn is_on(&self) -> bool {
            self.redactors.is_some()
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
                Some(redactors) => self.scan(&redactors.all, text),
            }
        }

        /// Returns what stands for a text that a program's own pattern has found.
        pub(crate) fn mark(&self, text: &[u8]) -> Vec<u8> {
            self.redactors.map_or_else(Vec::new, |redactors| {
                self.counted(|counts| redactors.all.hidden(text, counts))
            })
        }

        /// Returns the value of this attribute as it may leave.
        #[inline(always)]
        pub(crate) fn value<'t>(&self, key: &[u8], value: &'t [u8]) -> Cow<'t, [u8]> {
            match self.redactors {
                None => Cow::Borrowed(value),
                Some(redactors) => self.scan_value(redactors, key, value),
            }
        }

        /// Returns what stands for the whole value of this attribute, if its key hides it.
        pub(crate) fn hidden(&self, key: &[u8]) -> Option<Vec<u8>> {
            let redactors = self.redactors?;
            redactors
                .hides(key)
                .then(|| self.counted(|counts| redactors.all.hidden(b"", counts)))
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
            let (whole, cut) = match text.strip_suffix(CUT) {
                Some(whole) => (whole, CUT),
                None => (text, [].as_slice()),
            };
            let mut counts = Redacted::default();
            let redacted = redactor.redact(whole, &mut counts);
            redacted.map_or(Cow::Borrowed(text), |mut redacted| {
                redacted.extend_from_slice(cut);
                self.counted(|sum| sum.add(&counts));
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
            if !value.is_empty() && redactors.hides(key) {
                return Cow::Owned(self.counted(|counts| redactors.all.hidden(value, counts)));
            }
            self.scan(redactors.of(key), value)
        }

        fn counted<T>(&self, action: impl FnOnce(&mut Redacted) -> T) -> T {
            let mut counts = self.counts.get();
            let result = action(&mut counts);
            self.counts.set(counts);
            result
        }
    }

    /// Whether a name may be secret, by its last two letters: most names are told apart by them alone.
    fn may_be_secret(name: &[u8]) -> bool {
        match name.last_chunk() {
            Some([first, last]) if last.is_ascii_alphanumeric() => matches!(
                &[first | 0x20, last | 0x20],
                b"rd" | b"wd" | b"se" | b"et" | b"en" | b"ey" | b"al" | b"ls" | b"on" | b"ie"
            ),
            _ => true,
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

    #[cfg(test)]
    mod tests {
        use super::may_be_secret;
        use laminar_edge_redact::is_secret_name;

        #[test]
        fn no_secret_name_is_passed_over() {
            for last in [
                "password",
                "passwd",
                "passphrase",
                "secret",
                "token",
                "apikey",
                "credential",
                "credentials",
                "authorization",
                "cookie",
                "api_key",
            ] {
                for name in [
                    last.to_owned(),
                    last.to_uppercase(),
                    format!("my-{last}"),
                    format!("{last}_"),
                ] {
                    assert!(is_secret_name(name.as_bytes()), "{name}");
                    assert!(may_be_secret(name.as_bytes()), "{name}");
                }
            }
            assert!(!may_be_secret(b"lmnr.span.input"));
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
