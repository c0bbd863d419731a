//! The pass over a text.

use super::contacts::{email, ipv4, ipv6, mac, national_phone, phone};
use super::keys::{provider_key, wallet};
use super::labels::{Label, Redacted, LABELS};
use super::numbers::{card, iban, identity, lettered_identity};
use super::pseudonym;
use super::rules::{Detectors, Rules};
use super::scan::Scan;
use super::secrets::{
    bearer, header_value, json_web_token, named_value, own_secret, private_key, query_value,
    url_password,
};

/// What is looked for at some bytes.
struct Detector {
    /// The sets that it belongs to.
    sets: Detectors,
    /// The bytes at which it looks.
    anchors: &'static [u8],
    label: Label,
    /// Moves the start and the cursor around what is found, from an anchor at the cursor; returns
    /// whether it is what the label says.
    find: fn(&mut Scan<'_>, &Rules) -> bool,
}

const DIGITS: &[u8] = b"0123456789";
const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS_AND_CAPITALS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The bit of [`own_secret`], the first of the detectors: such a secret may begin with any byte.
const OWN: u32 = 1;

/// The detectors from this one on look only where a word may begin.
const FIRST_OF_WORDS: usize = 12;

/// All detectors. At a byte the first one that finds something decides.
#[rustfmt::skip]
static DETECTORS: [Detector; 20] = {
    use Detectors as D;
    use Label as L;
    [
        detector(D::NONE, b"", L::Secret, own_secret),
        detector(D::SECRETS, b"-_.Iz", L::Secret, provider_key),
        detector(D::SECRETS, b"-", L::Secret, private_key),
        detector(D::SECRETS, b":", L::Secret, url_password),
        detector(D::SECRETS.with(D::NAMES), b":", L::Secret, named_value),
        detector(D::SECRETS, b":", L::Secret, header_value),
        detector(D::SECRETS, b"=", L::Secret, query_value),
        detector(D::SECRETS, b"J", L::Secret, json_web_token),
        detector(D::EMAILS, b"@\\", L::PrivateEmail, email),
        detector(D::MACS, b":", L::MacAddress, mac),
        detector(D::IPS, b":", L::PrivateIp, ipv6),
        detector(D::CRYPTO, b"x13", L::CryptoAddress, wallet),
        // FIRST_OF_WORDS
        detector(D::SECRETS, b"Bb", L::Secret, bearer),
        detector(D::PHONES, b"+", L::PrivatePhone, phone),
        detector(D::IPS, DIGITS, L::PrivateIp, ipv4),
        detector(D::CARDS, DIGITS, L::AccountNumber, card),
        detector(D::IDS, DIGITS, L::IdNumber, identity),
        detector(D::PHONES, DIGITS, L::PrivatePhone, national_phone),
        detector(D::IBANS, CAPITALS, L::AccountNumber, iban),
        detector(D::IDS, DIGITS_AND_CAPITALS, L::IdNumber, lettered_identity),
    ]
};

const fn detector(
    sets: Detectors,
    anchors: &'static [u8],
    label: Label,
    find: fn(&mut Scan<'_>, &Rules) -> bool,
) -> Detector {
    Detector {
        sets,
        anchors,
        label,
        find,
    }
}

/// Replaces what its rules name.
#[derive(Debug)]
pub struct Redactor {
    pub(super) rules: Rules,
    /// Which detectors look at each byte: one bit for each of [`DETECTORS`].
    anchors: [u32; 256],
    /// The bits of the detectors that find secrets.
    secrets: u32,
}

impl Redactor {
    /// Returns a redactor that follows these rules.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        let mut sets = rules.detectors;
        if !rules.names.is_empty() {
            sets = sets.with(Detectors::NAMES);
        }
        let mut anchors = [0; 256];
        let mut secrets = OWN;
        for (place, detector) in DETECTORS.iter().enumerate() {
            if sets.has(detector.sets) {
                mark(&mut anchors, detector.anchors, 1 << place);
            }
            if detector.sets.has(Detectors::SECRETS) {
                secrets |= 1 << place;
            }
        }
        for secret in rules.own_secrets() {
            mark(&mut anchors, secret.get(..1).unwrap_or_default(), OWN);
        }
        Self {
            rules,
            anchors,
            secrets,
        }
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
        self.rules.hides(name)
    }

    /// Returns the text with everything replaced, or `None` if it stays as it is. JSON stays JSON.
    #[must_use]
    pub fn redact(&self, text: &[u8], counts: &mut Redacted) -> Option<Vec<u8>> {
        self.pass(text, u32::MAX, counts)
    }

    /// Does the same with secrets alone, for text in which personal data may stand.
    #[must_use]
    pub fn redact_secrets(&self, text: &[u8], counts: &mut Redacted) -> Option<Vec<u8>> {
        self.pass(text, self.secrets, counts)
    }

    #[inline(never)]
    fn pass(&self, text: &[u8], wanted: u32, counts: &mut Redacted) -> Option<Vec<u8>> {
        let mut next = Some(self.next_anchor(text)?);
        let mut out = Vec::new();
        let mut scan = Scan::new(text);
        // What stands before this is in `out`.
        let mut done = 0;
        let mut at = 0;
        while let Some((skipped, detectors)) = next {
            at += skipped + 1;
            if let Some(label) = self.detect(&mut scan, at - 1, detectors & wanted) {
                scan.start = scan.start.max(done);
                let value = scan.found();
                if !value.is_empty() && !self.is_allowed(value) {
                    push(&mut out, text.get(done..scan.start).unwrap_or_default());
                    self.replace(value, label, &mut out);
                    counts.count(label);
                    done = scan.at;
                    at = done.max(at);
                }
            }
            next = self.next_anchor(text.get(at..).unwrap_or_default());
        }
        // Something that was found ends after the first byte.
        if done == 0 {
            // It has no memory that could be given back.
            std::mem::forget(out);
            return None;
        }
        push(&mut out, text.get(done..).unwrap_or_default());
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

    /// Returns how many bytes stand before the next at which a detector looks, and which ones look.
    #[inline(never)]
    fn next_anchor(&self, text: &[u8]) -> Option<(usize, u32)> {
        // A `u8` is always within 256 entries.
        let of = |byte: u8| self.anchors.get(usize::from(byte)).copied().unwrap_or(0);
        // Four bytes are looked at together, because most are no anchors.
        let (fours, _) = text.as_chunks::<4>();
        let is_passed = |&[a, b, c, d]: &[u8; 4]| of(a) | of(b) | of(c) | of(d) == 0;
        let passed = 4 * fours.iter().take_while(|four| is_passed(four)).count();
        let rest = text.get(passed..).unwrap_or_default();
        for (skipped, byte) in rest.iter().enumerate() {
            let detectors = of(*byte);
            if detectors != 0 {
                return Some((passed + skipped, detectors));
            }
        }
        None
    }

    /// Asks these detectors about what is at a place; the first that finds something decides.
    #[inline(never)]
    fn detect(&self, scan: &mut Scan<'_>, at: usize, mut detectors: u32) -> Option<Label> {
        while detectors != 0 {
            let place = detectors.trailing_zeros() as usize;
            let detector = DETECTORS.get(place)?;
            scan.go_to(at);
            if (place < FIRST_OF_WORDS || scan.begins()) && (detector.find)(scan, &self.rules) {
                return Some(detector.label);
            }
            detectors &= detectors - 1;
        }
        None
    }

    fn is_allowed(&self, value: &[u8]) -> bool {
        self.rules
            .allowed
            .iter()
            .any(|allowed| allowed.as_bytes() == value)
    }

    fn replace(&self, value: &[u8], label: Label, out: &mut Vec<u8>) {
        if let Some(mark) = self.rules.marks.get(label as usize) {
            let is_kept = |byte: &u8| *byte >= b' ' && !matches!(byte, b'"' | b'\\');
            for byte in mark.bytes().filter(is_kept) {
                push(out, &[byte]);
            }
            return;
        }
        let name = LABELS
            .get(label as usize)
            .copied()
            .unwrap_or("FAILED")
            .as_bytes();
        match &self.rules.pseudonym_key {
            // As in `[EMAIL_3f9a12c4]`: the label's last word.
            Some(key) => {
                push(out, b"[");
                push(out, name.get(label.prefix_bytes()..).unwrap_or_default());
                push(out, b"_");
                push(out, &pseudonym::mark(key, value));
            }
            None => {
                push(out, b"[REDACTED_");
                push(out, name);
            }
        }
        push(out, b"]");
    }
}

/// Lets detectors look at these bytes.
#[inline(never)]
fn mark(anchors: &mut [u32; 256], bytes: &[u8], detectors: u32) {
    for byte in bytes {
        if let Some(anchor) = anchors.get_mut(usize::from(*byte)) {
            *anchor |= detectors;
        }
    }
}

/// Appends bytes. A call is smaller than what the standard library inlines.
#[inline(never)]
fn push(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes);
}
