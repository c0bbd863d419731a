//! The rules of a redactor: what it replaces, and with which marks.

use std::ops::RangeInclusive;

use super::names::{kind_of, Kind};
use super::scan::is_one;

/// A set of detectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detectors(u16);

impl Detectors {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Provider keys, bearer tokens, JWTs, PEM keys, passwords in URLs, values under secret names.
    pub const SECRETS: Self = Self(1);
    /// Payment cards, by Luhn's checksum.
    pub const CARDS: Self = Self(1 << 1);
    /// IBANs, by their length and checksum.
    pub const IBANS: Self = Self(1 << 2);
    /// Addresses of e-mail.
    pub const EMAILS: Self = Self(1 << 3);
    /// Phone numbers: E.164, and national ones after a word such as `phone`.
    pub const PHONES: Self = Self(1 << 4);
    /// Public IP addresses.
    pub const IPS: Self = Self(1 << 5);
    /// National identity numbers, by their checksums.
    pub const IDS: Self = Self(1 << 6);
    /// Addresses of crypto currencies.
    pub const CRYPTO: Self = Self(1 << 7);
    /// MAC addresses.
    pub const MACS: Self = Self(1 << 8);
    /// Values under names that the user gives.
    pub(crate) const NAMES: Self = Self(1 << 9);
    /// Cards, IBANs, e-mail and phone numbers.
    pub const PERSONAL: Self = Self(0b1_1110);
    /// Everything.
    pub const STRICT: Self = Self(0x1FF);

    /// Returns both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one of `other` is in this set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the set whose members these bits name, as a host passes it.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & Self::STRICT.0)
    }
}

/// What is to be replaced.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Which detectors look.
    pub detectors: Detectors,
    /// Texts that are replaced wherever they stand, such as the project's own key. At most 16 of
    /// 8 to 256 bytes are looked for.
    pub secrets: Vec<String>,
    /// Further names whose values are replaced, whatever their case.
    pub names: Vec<String>,
    /// Texts that are never replaced, when they are all that was found.
    pub allowed: Vec<String>,
    /// A key for pseudonyms: equal values then get equal marks.
    pub pseudonym_key: Option<[u8; 16]>,
    /// What stands for a value of each label instead of `[REDACTED_…]`, in the order of
    /// [`LABELS`](super::labels::LABELS). Quotes, backslashes and control characters are left out of them,
    /// because JSON must stay JSON.
    pub marks: Vec<String>,
}

/// The most secrets of the program's own that are looked for, and how long they may be.
const MAX_SECRETS: usize = 16;
pub(crate) const SECRET_BYTES: RangeInclusive<usize> = 8..=256;

impl Rules {
    /// Returns what a name says about the text under it.
    #[inline(never)]
    pub(crate) fn kind_of(&self, name: &[u8]) -> Kind {
        let mut names = self.names.iter();
        if names.any(|other| is_one(name, other.as_bytes())) {
            return Kind::Secret;
        }
        if self.detectors.has(Detectors::SECRETS) {
            return kind_of(name);
        }
        Kind::Open
    }

    /// Returns the secrets of the program's own that may be looked for.
    pub(crate) fn own_secrets(&self) -> &[String] {
        self.secrets.get(..MAX_SECRETS).unwrap_or(&self.secrets)
    }
}
