//! The pass over a text.

use super::contacts::{after_word, email, groups, ipv4, national_phone, phone, wallet};
use super::json::{opening_quote, string_end, without_backslashes};
use super::labels::{Label, Redacted, LABELS};
use super::names::{is_secret_name, MAX_NAME_BYTES};
use super::numbers::{digits, iban, is_card, is_identity, is_us_number, lettered_identity};
use super::pseudonym;
use super::rules::{Detectors, Rules};
use super::secrets::{
    bearer, header_value, json_web_token, private_key, provider_key, query_value, url_password,
    Span,
};
use super::text::{before, byte, skip_blanks};

// What a byte can be part of. One byte may stand for several detectors.
const PREFIX: u16 = 1;
const COLON: u16 = 1 << 1;
const EQUALS: u16 = 1 << 2;
const BEARER: u16 = 1 << 3;
const JWT: u16 = 1 << 4;
const OWN: u16 = 1 << 5;
const AT_SIGN: u16 = 1 << 6;
const PLUS: u16 = 1 << 7;
const DIGIT: u16 = 1 << 8;
const CAPITAL: u16 = 1 << 9;
const WALLET: u16 = 1 << 10;
const ESCAPE: u16 = 1 << 11;

/// The bytes at which each detector looks.
#[rustfmt::skip]
const ANCHORS: &[(Detectors, &[u8], u16)] = &[
    (Detectors::SECRETS, b"-_.Iz", PREFIX),
    (Detectors::SECRETS, b":", COLON),
    (Detectors::SECRETS, b"=", EQUALS),
    (Detectors::SECRETS, b"Bb", BEARER),
    (Detectors::SECRETS, b"J", JWT),
    (Detectors::EMAILS, b"@", AT_SIGN),
    (Detectors::EMAILS, b"\\", ESCAPE),
    (Detectors::PHONES, b"+", PLUS),
    (Detectors::CARDS.with(Detectors::IDS).with(Detectors::IPS).with(Detectors::PHONES), b"0123456789", DIGIT),
    (Detectors::IBANS.with(Detectors::IDS), b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", CAPITAL),
    (Detectors::IDS, b"0123456789", CAPITAL),
    (Detectors::CRYPTO, b"013b", WALLET),
    (Detectors::IPS.with(Detectors::MACS), b":", COLON),
];

/// The most secrets of the program's own that are looked for, and how long they may be.
const MAX_SECRETS: usize = 16;
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 8..=256;

/// Replaces what its rules name.
#[derive(Debug)]
pub struct Redactor {
    rules: Rules,
    classes: [u16; 256],
}

impl Redactor {
    /// Returns a redactor that follows these rules.
    #[must_use]
    pub fn new(mut rules: Rules) -> Self {
        rules
            .secrets
            .retain(|secret| SECRET_BYTES.contains(&secret.len()));
        rules.secrets.truncate(MAX_SECRETS);
        for mark in &mut rules.marks {
            mark.retain(|char| char >= ' ' && !matches!(char, '"' | '\\'));
        }
        let mut classes = [0_u16; 256];
        let mut mark = |bytes: &[u8], class: u16| {
            for byte in bytes {
                if let Some(entry) = classes.get_mut(usize::from(*byte)) {
                    *entry |= class;
                }
            }
        };
        for (detectors, bytes, class) in ANCHORS {
            if rules.detectors.has(*detectors) {
                mark(bytes, *class);
            }
        }
        if !rules.names.is_empty() {
            mark(b":", COLON);
        }
        for secret in &rules.secrets {
            mark(secret.as_bytes().get(..1).unwrap_or_default(), OWN);
        }
        Self { rules, classes }
    }

    /// Whether there is anything to look for.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.rules.detectors == Detectors::NONE
            && self.rules.secrets.is_empty()
            && self.rules.names.is_empty()
    }

    /// Whether the value under this name is to be replaced whole.
    #[must_use]
    pub fn hides(&self, name: &[u8]) -> bool {
        (self.rules.detectors.has(Detectors::SECRETS) && is_secret_name(name))
            || self
                .rules
                .names
                .iter()
                .any(|other| other.as_bytes().eq_ignore_ascii_case(name))
    }

    /// Returns the text with everything replaced, or `None` if it stays as it is. JSON stays JSON.
    #[must_use]
    pub fn redact(&self, text: &[u8], counts: &mut Redacted) -> Option<Vec<u8>> {
        let mut found = None;
        let mut done = 0;
        let mut at = 0;
        while let Some(next) = self.next_anchor(text, at) {
            at = next + 1;
            let Some(((start, end), label)) = self.detect(text, next) else {
                continue;
            };
            let start = start.max(done);
            if start >= end || self.is_allowed(text.get(start..end).unwrap_or_default()) {
                continue;
            }
            let out = found.get_or_insert_with(|| Vec::with_capacity(text.len()));
            out.extend_from_slice(text.get(done..start).unwrap_or_default());
            self.replace(text.get(start..end).unwrap_or_default(), label, out);
            counts.count(label);
            done = end;
            at = end.max(at);
        }
        let mut out = found?;
        out.extend_from_slice(text.get(done..).unwrap_or_default());
        Some(out)
    }

    /// Returns what stands for a value that is hidden because of its name.
    #[must_use]
    pub fn hidden(&self, value: &[u8], counts: &mut Redacted) -> Vec<u8> {
        let mut out = Vec::new();
        self.replace(value, Label::Secret, &mut out);
        counts.count(Label::Secret);
        out
    }

    fn next_anchor(&self, text: &[u8], from: usize) -> Option<usize> {
        let found = text.get(from..)?.iter().position(|byte| {
            // A `u8` is always within 256 entries.
            self.classes.get(usize::from(*byte)).copied().unwrap_or(0) != 0
        })?;
        Some(from + found)
    }

    /// Asks the detectors that the byte at `at` stands for; the first that proves its case decides.
    fn detect(&self, text: &[u8], at: usize) -> Option<(Span, Label)> {
        let class = self
            .classes
            .get(usize::from(byte(text, at)))
            .copied()
            .unwrap_or(0);
        let is = |wanted: u16| class & wanted != 0;
        let mut secret = None;
        if is(OWN) {
            secret = self.own_secret(text, at);
        }
        if is(PREFIX) {
            secret = secret
                .or_else(|| provider_key(text, at))
                .or_else(|| private_key(text, at));
        }
        if is(COLON) && self.rules.detectors.has(Detectors::SECRETS) {
            secret = secret
                .or_else(|| url_password(text, at))
                .or_else(|| self.named_value(text, at))
                .or_else(|| header_value(text, at));
        } else if is(COLON) && !self.rules.names.is_empty() {
            secret = secret.or_else(|| self.named_value(text, at));
        }
        if is(EQUALS) {
            secret = secret.or_else(|| query_value(text, at));
        }
        if is(BEARER) {
            secret = secret.or_else(|| bearer(text, at));
        }
        if is(JWT) {
            secret = secret.or_else(|| json_web_token(text, at));
        }
        if let Some(span) = secret {
            return Some((span, Label::Secret));
        }
        self.detect_personal(text, at, class)
    }

    fn detect_personal(&self, text: &[u8], at: usize, class: u16) -> Option<(Span, Label)> {
        let is = |wanted: u16| class & wanted != 0;
        let looks = |wanted: Detectors| self.rules.detectors.has(wanted);
        if is(AT_SIGN | ESCAPE) {
            if let Some(span) = email(text, at) {
                return Some((span, Label::PrivateEmail));
            }
        }
        if is(PLUS) {
            if let Some(span) = phone(text, at) {
                return Some((span, Label::PrivatePhone));
            }
        }
        if is(COLON) && looks(Detectors::IPS.with(Detectors::MACS)) {
            match groups(text, at) {
                Some((span, true)) if looks(Detectors::MACS) => {
                    return Some((span, Label::MacAddress))
                }
                Some((span, false)) if looks(Detectors::IPS) => {
                    return Some((span, Label::PrivateIp))
                }
                _ => {}
            }
        }
        // A word or a number is looked at once, at its first character.
        if before(text, at).is_ascii_digit() && byte(text, at).is_ascii_digit() {
            return None;
        }
        if is(DIGIT) {
            if let Some(found) = self.number(text, at) {
                return Some(found);
            }
        }
        if is(CAPITAL) {
            if looks(Detectors::IBANS) {
                if let Some(end) = iban(text, at) {
                    return Some(((at, end), Label::AccountNumber));
                }
            }
            if looks(Detectors::IDS) {
                let named = || after_word(text, at, &[b"nino", b"national insurance"]);
                if let Some(end) = lettered_identity(text, at, named) {
                    return Some(((at, end), Label::IdNumber));
                }
            }
        }
        if is(WALLET) {
            return wallet(text, at).map(|span| (span, Label::CryptoAddress));
        }
        None
    }

    fn number(&self, text: &[u8], at: usize) -> Option<(Span, Label)> {
        let looks = |wanted: Detectors| self.rules.detectors.has(wanted);
        if looks(Detectors::IPS) {
            if let Some(span) = ipv4(text, at) {
                return Some((span, Label::PrivateIp));
            }
        }
        if let Some(found) = digits(text, at) {
            let span = (at, found.end);
            if looks(Detectors::CARDS) && is_card(found.all()) {
                return Some((span, Label::AccountNumber));
            }
            let is_us = || text.get(at..found.end).is_some_and(is_us_number);
            if looks(Detectors::IDS) && (is_identity(found.all()) || is_us()) {
                return Some((span, Label::IdNumber));
            }
        }
        if looks(Detectors::PHONES) {
            return national_phone(text, at).map(|span| (span, Label::PrivatePhone));
        }
        None
    }

    fn own_secret(&self, text: &[u8], at: usize) -> Option<Span> {
        let rest = text.get(at..)?;
        let found = self
            .rules
            .secrets
            .iter()
            .find(|secret| rest.starts_with(secret.as_bytes()))?;
        Some((at, at + found.len()))
    }

    /// Finds the string under a secret name in JSON, whose colon is at `at`. The JSON may itself be
    /// a string of JSON: its quotes then have backslashes before them, as many as those of the name.
    fn named_value(&self, text: &[u8], at: usize) -> Option<Span> {
        let mut close = at;
        while matches!(before(text, close), b' ' | b'\t' | b'\n' | b'\r') && at - close < 8 {
            close -= 1;
        }
        if before(text, close) != b'"' {
            return None;
        }
        let name_end = without_backslashes(text, close - 1);
        let escapes = close - 1 - name_end;
        let least = name_end.saturating_sub(MAX_NAME_BYTES);
        let name_start = least
            + text
                .get(least..name_end)?
                .iter()
                .rposition(|byte| *byte == b'"')?
            + 1;
        if !self.hides(text.get(name_start..name_end)?) {
            return None;
        }
        let mut start = skip_blanks(text, at + 1);
        while byte(text, start) == b'[' {
            start = skip_blanks(text, start + 1);
        }
        let quote = opening_quote(text, start, escapes)?;
        let mut end = string_end(text, quote + 1, escapes);
        // A list of texts becomes a list of one.
        let next = |end: usize| {
            let comma = skip_blanks(text, end + escapes + 1);
            (byte(text, comma) == b',').then(|| skip_blanks(text, comma + 1))
        };
        if start > skip_blanks(text, at + 1) {
            while let Some(quote) = next(end).and_then(|at| opening_quote(text, at, escapes)) {
                end = string_end(text, quote + 1, escapes);
            }
        }
        let value = text.get(quote + 1..end)?;
        let is_marked = value.starts_with(b"[REDACTED") || value.is_empty();
        (!is_marked).then_some((quote + 1, end))
    }

    fn is_allowed(&self, value: &[u8]) -> bool {
        self.rules
            .allowed
            .iter()
            .any(|allowed| allowed.as_bytes() == value)
    }

    fn replace(&self, value: &[u8], label: Label, out: &mut Vec<u8>) {
        let name = LABELS.get(label as usize).copied().unwrap_or("FAILED");
        if let Some(mark) = self.rules.marks.get(label as usize) {
            return out.extend_from_slice(mark.as_bytes());
        }
        out.push(b'[');
        match &self.rules.pseudonym_key {
            // As in `[EMAIL_3f9a12c4]`: the label's last word.
            Some(key) => {
                let short = name.strip_prefix("PRIVATE_").unwrap_or(name);
                out.extend_from_slice(short.as_bytes());
                out.push(b'_');
                out.extend_from_slice(&pseudonym::mark(key, value));
            }
            None => {
                out.extend_from_slice(b"REDACTED_");
                out.extend_from_slice(name.as_bytes());
            }
        }
        out.push(b']');
    }
}
