//! The pass over a text.

use super::contacts::{email, ipv4, ipv6, mac, national_phone, phone};
use super::ends::Ends;
use super::json::{number, Number, BRACKET_END};
use super::keys::{provider_key, wallet};
use super::labels::{Label, Redacted, LABELS};
use super::names::Kind;
use super::numbers::{card, iban, identity, lettered_identity};
use super::pseudonym;
use super::rules::{Detectors, Rules};
use super::scan::{push, Scan};
use super::secrets::{
    anchor_of, bearer, bot_token, header_value, json_web_token, own_secret, private_key,
    query_value, url_secret,
};
use super::values::{hides_text, named_value, pair_value};

/// What is looked for at some bytes.
struct Detector {
    /// The sets that it belongs to.
    sets: Detectors,
    /// The bytes of which one stands before an anchor; any may if there are none.
    before: &'static [u8],
    /// The bytes at which it looks.
    anchors: &'static [u8],
    /// The bytes of which one stands after an anchor; any may if there are none.
    after: &'static [u8],
    label: Label,
    /// Moves the start and the cursor around what is found, from an anchor at the cursor; returns
    /// whether it is what the label says.
    find: fn(&mut Scan<'_>, &Rules) -> bool,
}

const ANY: &[u8] = b"";
const DIGITS: &[u8] = b"0123456789";
const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS_AND_CAPITALS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// What secret names end in, after which [`header_value`] looks.
const HEADER_ENDS: &[u8] = b"dehlnstyDEHLNSTY";
/// What stands between a string and the sign after it.
const AFTER_STRING: &[u8] = b"\" \t\n\r";
/// What stands between the beginnings of a list of pairs and of a pair.
const BEFORE_PAIR: &[u8] = b"[, \t\n\r";
/// What stands between a sign and the string after it.
const BEFORE_STRING: &[u8] = b"\"\\[ \t\n\r";

/// The bit of [`own_secret`], the first of the detectors, whose anchors are those of the secrets.
const OWN: u32 = 1;
/// The bits of [`provider_key`], [`header_value`] and [`query_value`], which look after a name or prefix.
const AFTER_ENDS: u32 = 1 << 1 | 1 << 6 | 1 << 7;
/// The bit of [`named_value`], which looks after names.
const NAMED: u32 = 1 << 2;

/// The place of [`query_value`] where a blank or a quote stands before the sign.
const ASSIGNED: usize = 8;
/// The detectors from this one on look only where a word may begin.
const FIRST_OF_WORDS: usize = 15;

/// All detectors. At a byte the first one that finds something decides.
#[rustfmt::skip]
const ALL: [Detector; 23] = {
    use Detectors as D;
    use Label as L;
    [
        detector(D::NONE, ANY, ANY, ANY, L::Secret, own_secret),
        detector(D::SECRETS, ANY, b"-_.Iz", ANY, L::Secret, provider_key),
        detector(D::SECRETS.with(D::NAMES), AFTER_STRING, b":", BEFORE_STRING, L::Secret, named_value),
        detector(D::SECRETS.with(D::NAMES), BEFORE_PAIR, b"[", BEFORE_STRING, L::Secret, pair_value),
        detector(D::SECRETS, ANY, b"-", b"-", L::Secret, private_key),
        detector(D::SECRETS, ANY, b":", b"/\\", L::Secret, url_secret),
        detector(D::SECRETS, HEADER_ENDS, b":", ANY, L::Secret, header_value),
        detector(D::SECRETS, ANY, b"=", ANY, L::Secret, query_value),
        detector(D::SECRETS, b" '", b"=:", b" '\"`", L::Secret, query_value),
        detector(D::SECRETS, DIGITS, b":", b"A", L::Secret, bot_token),
        detector(D::SECRETS, b"y", b"J", ANY, L::Secret, json_web_token),
        detector(D::EMAILS, ANY, b"@\\", ANY, L::PrivateEmail, email),
        detector(D::MACS, ANY, b":", ANY, L::MacAddress, mac),
        detector(D::IPS, ANY, b":", ANY, L::PrivateIp, ipv6),
        detector(D::CRYPTO, ANY, b"x13", ANY, L::CryptoAddress, wallet),
        // FIRST_OF_WORDS
        detector(D::SECRETS, ANY, b"Bb", b"aeAE", L::Secret, bearer),
        detector(D::PHONES, ANY, b"+", b"(0123456789", L::PrivatePhone, phone),
        detector(D::IPS, ANY, DIGITS, ANY, L::PrivateIp, ipv4),
        detector(D::CARDS, ANY, DIGITS, ANY, L::AccountNumber, card),
        detector(D::IDS, ANY, DIGITS, ANY, L::IdNumber, identity),
        detector(D::PHONES, ANY, DIGITS, ANY, L::PrivatePhone, national_phone),
        detector(D::IBANS, ANY, CAPITALS, ANY, L::AccountNumber, iban),
        detector(D::IDS, ANY, DIGITS_AND_CAPITALS, ANY, L::IdNumber, lettered_identity),
    ]
};

const fn detector(
    sets: Detectors,
    before: &'static [u8],
    anchors: &'static [u8],
    after: &'static [u8],
    label: Label,
    find: fn(&mut Scan<'_>, &Rules) -> bool,
) -> Detector {
    Detector {
        sets,
        before,
        anchors,
        after,
        label,
        find,
    }
}

/// How the SDKs mark a text that they have cut. What stands before it ends there.
const CUT: &[u8] = b"...[Laminar: truncated]";

static DETECTORS: [Detector; 23] = ALL;

/// The detectors that take any byte before an anchor, and after it.
const ANYWHERE: (u32, u32) = {
    let (mut before, mut after) = (0, 0);
    let mut place = 0;
    while place < ALL.len() {
        #[allow(clippy::indexing_slicing)] // Evaluated by the compiler.
        let detector = &ALL[place];
        before |= (detector.before.is_empty() as u32) << place;
        after |= (detector.after.is_empty() as u32) << place;
        place += 1;
    }
    (before, after)
};

/// For each byte the detectors that take it: one bit for each of [`DETECTORS`].
type Table = [u32; 256];

/// Replaces what its rules name.
#[derive(Debug)]
pub struct Redactor {
    pub(super) rules: Rules,
    /// Which detectors look at each byte, before each, and after each.
    anchors: Table,
    before: Table,
    after: Table,
    /// How names and prefixes end.
    ends: Ends,
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
        let mut redactor = Self {
            anchors: [0; 256],
            before: [ANYWHERE.0; 256],
            after: [ANYWHERE.1; 256],
            ends: Ends::KNOWN,
            secrets: OWN,
            rules,
        };
        for (place, detector) in DETECTORS.iter().enumerate() {
            let bit = 1 << place;
            let wanted = if sets.has(detector.sets) { bit } else { 0 };
            mark(&mut redactor.anchors, detector.anchors, wanted);
            mark(&mut redactor.before, detector.before, bit);
            mark(&mut redactor.after, detector.after, bit);
            if detector.sets.has(Detectors::SECRETS) {
                redactor.secrets |= bit;
            }
        }
        for secret in redactor.rules.own_secrets() {
            let secret = secret.as_bytes();
            let anchor = secret.get(anchor_of(secret)..).unwrap_or_default();
            mark(
                &mut redactor.anchors,
                anchor.get(..1).unwrap_or_default(),
                OWN,
            );
        }
        for name in &redactor.rules.names {
            redactor.ends.add(name.as_bytes());
        }
        redactor
    }

    /// Whether there is anything to look for.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.rules.detectors == Detectors::NONE
            && self.rules.secrets.is_empty()
            && self.rules.names.is_empty()
    }

    /// Whether whatever stands under this name is to be replaced whole.
    #[must_use]
    pub fn hides(&self, name: &[u8]) -> bool {
        self.may_be_secret(name) && self.rules.kind_of(name) == Kind::Secret
    }

    /// Whether the text under this name is to be replaced whole.
    #[must_use]
    #[inline]
    pub fn hides_text(&self, name: &[u8], value: &[u8]) -> bool {
        self.may_be_secret(name) && hides_text(name, value, &self.rules)
    }

    /// Whether a name may be secret, by its end.
    #[inline(always)]
    fn may_be_secret(&self, name: &[u8]) -> bool {
        let is_sign = |last: &u8| !last.is_ascii_alphanumeric();
        self.ends.may_end(name, name.len()) || name.last().is_some_and(is_sign)
    }

    /// Returns the text with everything replaced, or `None` if it stays as it is. JSON stays JSON.
    /// A text may end with the mark of Laminar's SDKs for one that they have cut.
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
        // Most texts have no place at which a detector looks.
        let mut next = Some(self.next_place(text, 0)?);
        let mut out = Vec::new();
        let mut scan = Scan::new(text.strip_suffix(CUT).unwrap_or(text));
        // What stands before this is in `out`.
        let mut done = 0;
        while let Some((at, detectors)) = next {
            let mut after = at + 1;
            if let Some(label) = self.detect(&mut scan, at, detectors & wanted) {
                scan.start = scan.start.max(done);
                let value = scan.found();
                if !value.is_empty() && !self.is_allowed(value) {
                    // A name of a user may stand between the place and what was found, and be a secret too.
                    let passed = (at + 1).min(scan.start);
                    push(&mut out, text.get(done..passed).unwrap_or_default());
                    let between = text.get(passed..scan.start).unwrap_or_default();
                    let redacted = self.pass(between, wanted, counts);
                    push(&mut out, redacted.as_deref().unwrap_or(between));
                    self.replace_in(&scan, label, &mut out);
                    counts.count(label);
                    done = scan.at;
                    after = done.max(after);
                }
            }
            next = self.next_place(text, after);
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

    /// Returns the next place at which a detector looks, and which ones look there. This is the loop
    /// that all texts go through; everything else runs seldom.
    #[inline(never)]
    fn next_place(&self, text: &[u8], from: usize) -> Option<(usize, u32)> {
        // A `u8` is always within 256 entries.
        let get = |table: &Table, byte: u8| table.get(usize::from(byte)).copied().unwrap_or(0);
        let of = |byte| get(&self.anchors, byte);
        let mut at = from;
        loop {
            // Four bytes are looked at together, because most are no anchors.
            let (blocks, _) = text.get(at..)?.as_chunks::<4>();
            let is_passed = |&&[a, b, c, d]: &&[u8; 4]| of(a) | of(b) | of(c) | of(d) == 0;
            at += 4 * blocks.iter().take_while(is_passed).count();
            let mut rest = text.get(at..)?.iter();
            at += rest.position(|byte| of(*byte) != 0)?;
            let anchor = of(text.get(at).copied().unwrap_or(0));
            let byte = |at: usize| text.get(at).copied().unwrap_or(0);
            let mut found = anchor
                & get(&self.before, byte(at.wrapping_sub(1)))
                & get(&self.after, byte(at + 1));
            if found & AFTER_ENDS != 0 && !self.ends.may_end(text, at) {
                found &= !AFTER_ENDS;
            }
            if found & NAMED != 0 && !self.may_be_named(text, at) {
                found &= !NAMED;
            }
            if found != 0 {
                return Some((at, found));
            }
            at += 1;
        }
    }

    /// Whether a name may stand before a sign and be secret, by its end. Quotes of JSON in JSON have
    /// backslashes before them.
    #[inline(always)]
    fn may_be_named(&self, text: &[u8], sign: usize) -> bool {
        let mut end = sign;
        let before = |end: usize, distance| text.get(end.wrapping_sub(distance)).copied();
        while before(end, 1).is_some_and(|byte| byte <= b' ') {
            end -= 1;
        }
        if before(end, 1) != Some(b'"') {
            return false;
        }
        end -= 1;
        while before(end, 1) == Some(b'\\') {
            end -= 1;
        }
        self.ends.may_end(text, end)
            // One of the last three letters may be written as `\u0064`.
            || (5..=7).any(|distance| {
                before(end, distance) == Some(b'u') && before(end, distance + 1) == Some(b'\\')
            })
            || before(end, 1).is_some_and(|last| !last.is_ascii_alphanumeric())
    }

    /// Asks these detectors about what is at a place; the first that finds something decides.
    #[inline(never)]
    fn detect(&self, scan: &mut Scan<'_>, at: usize, mut detectors: u32) -> Option<Label> {
        while detectors != 0 {
            let place = detectors.trailing_zeros() as usize;
            let detector = DETECTORS.get(place)?;
            scan.go_to(at);
            // Most of what is assigned has a name that is not secret, by its end.
            let may_find = if place == ASSIGNED {
                self.ends.may_end(scan.text, at - 1) || scan.before(2) == BRACKET_END
            } else {
                place < FIRST_OF_WORDS || scan.begins()
            };
            if may_find && (detector.find)(scan, &self.rules) {
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

    /// Replaces what was found, so that JSON stays JSON: a number has no quotes that its mark could use.
    #[inline(never)]
    fn replace_in(&self, scan: &Scan<'_>, label: Label, out: &mut Vec<u8>) {
        let value = scan.found();
        match number(scan) {
            Number::Text => self.replace(value, label, out),
            Number::Element => push(out, b"null"),
            Number::Member { backslashes } => {
                let quote = br#"\\\""#;
                let quote = quote
                    .get(quote.len() - 1 - backslashes..)
                    .unwrap_or_default();
                push(out, quote);
                self.replace(value, label, out);
                push(out, quote);
            }
        }
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

/// Lets a detector take these bytes.
#[inline(never)]
fn mark(table: &mut Table, bytes: &[u8], detector: u32) {
    for byte in bytes {
        if let Some(detectors) = table.get_mut(usize::from(*byte)) {
            *detectors |= detector;
        }
    }
}
