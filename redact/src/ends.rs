//! How secret names and prefixes of keys end. Most names of ordinary text are told apart by that, before
//! anything else is looked at.

use super::keys::FORMS;
use super::names::{LAST, LIKELY};
use super::secrets::PARAMETERS;

/// The letters that a `?` before the last byte of a prefix stands for: kinds of tokens of Slack, GitHub,
/// DigitalOcean, Sentry and Vault.
const KINDS: &[u8] = b"abcdeoprsu";

/// For the last two letters of a name or prefix the ones that stand before them, one bit each. Letters
/// count by their lower five bits, which do not tell capital letters apart.
#[derive(Clone, Debug)]
pub(super) struct Ends([u32; 1024]);

impl Ends {
    /// Those of the names that are known, of the member `value`, which may stand beside a name, and of
    /// the prefixes in `keys.rs`.
    pub(super) const KNOWN: Self = Self::known();

    #[allow(clippy::indexing_slicing)] // Evaluated by the compiler.
    #[inline(never)]
    pub(super) const fn known() -> Self {
        let mut ends = Self([0; 1024]);
        let all = [LAST, LIKELY, PARAMETERS, b"pwd", b"key", b"token", b"value"];
        let mut place = 0;
        while place < all.len() {
            let mut rest = all[place];
            let mut word = rest;
            let mut length = 0;
            while let [first, others @ ..] = rest {
                rest = others;
                if *first == 0 {
                    ends.add(word.split_at(length).0);
                    word = others;
                    length = 0;
                } else {
                    length += 1;
                }
            }
            ends.add(word);
            place += 1;
        }
        place = 0;
        while place < FORMS.len() {
            // The last byte is the one at which the pass stops.
            let [.., third, second, last, _] = FORMS[place].prefix;
            let mut kinds = KINDS;
            while let [letter, others @ ..] = kinds {
                if last == b'?' {
                    ends.add(&[third, second, *letter]);
                }
                kinds = others;
            }
            if last != b'?' && third != 0 && third != b'?' {
                ends.add(&[third, second, last]);
            } else if last > 0 && last != b'?' {
                ends.add(&[second, last]);
            }
            place += 1;
        }
        ends
    }

    /// Adds how a name ends.
    #[inline(never)]
    pub(super) const fn add(&mut self, name: &[u8]) {
        match name {
            [.., third, second, last] => self.add_bits(*last, *second, 1 << (*third & 31)),
            [second, last] => self.add_bits(*last, *second, u32::MAX),
            [last] => {
                let mut second = 0;
                while second < 32 {
                    self.add_bits(*last, second, u32::MAX);
                    second += 1;
                }
            }
            [] => {}
        }
    }

    #[allow(clippy::indexing_slicing)] // Two times five bits are below 1,024.
    const fn add_bits(&mut self, last: u8, second: u8, third: u32) {
        self.0[place(last, second)] |= third;
    }

    /// Whether a name or a prefix may end before this place.
    #[inline(never)]
    pub(super) fn may_end(&self, text: &[u8], end: usize) -> bool {
        let at = |distance| text.get(end.wrapping_sub(distance)).copied().unwrap_or(0);
        let third = self.0.get(place(at(1), at(2))).copied().unwrap_or(0);
        third >> (at(3) & 31) & 1 != 0
    }
}

/// Returns where the bits of two letters stand.
const fn place(last: u8, second: u8) -> usize {
    ((last & 31) as usize) << 5 | (second & 31) as usize
}

#[cfg(test)]
mod tests {
    use super::Ends;
    use crate::is_secret_name;

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
                let end = last.len() + name.find(last).unwrap_or(0);
                assert!(Ends::KNOWN.may_end(name.as_bytes(), end), "{name}");
            }
        }
        assert!(!Ends::KNOWN.may_end(b"lmnr.span.input", 15));
    }
}
