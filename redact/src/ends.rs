//! How secret names and prefixes of keys end. Most names of ordinary text are told apart by that, before
//! anything else is looked at.

use super::keys::FORMS;
use super::names::{LAST, LIKELY};
use super::secrets::PARAMETERS;

/// For each last letter of a name or prefix the ones that stand before it, and the ones before these, one
/// bit each. Letters count by their lower five bits, which do not tell capital letters apart.
#[derive(Clone, Debug)]
pub(super) struct Ends {
    second: [u32; 32],
    third: [u32; 32],
}

impl Ends {
    /// Those of the names that are known, of the member `value`, which may stand beside a name, and of
    /// the prefixes in `keys.rs`.
    pub(super) const KNOWN: Self = Self::known();

    #[allow(clippy::indexing_slicing)] // Evaluated by the compiler.
    const fn known() -> Self {
        let mut ends = Self {
            second: [0; 32],
            third: [0; 32],
        };
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
            let mut letter = b'a';
            while letter <= b'z' {
                if last == b'?' {
                    ends.add(&[third, second, letter]);
                }
                letter += 1;
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
    #[allow(clippy::indexing_slicing)] // The lower five bits are below 32.
    #[inline(never)]
    pub(super) const fn add(&mut self, name: &[u8]) {
        let (last, second, third) = match name {
            [.., third, second, last] => (*last, bit(*second), bit(*third)),
            [second, last] => (*last, bit(*second), u32::MAX),
            [last] => (*last, u32::MAX, u32::MAX),
            [] => return,
        };
        self.second[(last & 31) as usize] |= second;
        self.third[(last & 31) as usize] |= third;
    }

    /// Whether a name or a prefix may end before this place.
    #[inline(never)]
    pub(super) fn may_end(&self, text: &[u8], end: usize) -> bool {
        let at = |distance| text.get(end.wrapping_sub(distance)).copied().unwrap_or(0) & 31;
        let last = usize::from(at(1));
        let of = |letters: &[u32; 32]| letters.get(last).copied().unwrap_or(0);
        of(&self.second) >> at(2) & of(&self.third) >> at(3) & 1 != 0
    }
}

const fn bit(letter: u8) -> u32 {
    1 << (letter & 31)
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
