//! The labels of what is found, and counts of what was replaced.

use super::scan::push;

/// What was found, by the names that Laminar's server uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// A key, a token, a password.
    Secret,
    /// A payment card or a bank account.
    AccountNumber,
    /// An address of e-mail.
    PrivateEmail,
    /// A phone number.
    PrivatePhone,
    /// A public IP address.
    PrivateIp,
    /// A national identity number.
    IdNumber,
    /// The address of a wallet.
    CryptoAddress,
    /// The address of a network card.
    MacAddress,
    /// A text that could not be searched, as the caller says; no detector finds it.
    Failed,
}

impl Label {
    /// Returns how long the `PRIVATE_` is with which the label begins, if it does.
    pub(crate) fn prefix_bytes(self) -> usize {
        match self {
            Self::PrivateEmail | Self::PrivatePhone | Self::PrivateIp => "PRIVATE_".len(),
            _ => 0,
        }
    }
}

/// The labels as they are written, in the order of [`Label`].
pub const LABELS: [&str; 9] = [
    "SECRET",
    "ACCOUNT_NUMBER",
    "PRIVATE_EMAIL",
    "PRIVATE_PHONE",
    "PRIVATE_IP",
    "ID_NUMBER",
    "CRYPTO_ADDRESS",
    "MAC_ADDRESS",
    "FAILED",
];

/// How many values of each label were replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Redacted(pub [u32; LABELS.len()]);

impl Redacted {
    /// Returns how many values were replaced in all.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0
            .iter()
            .fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Returns how many values were replaced in all, from wider counts.
    #[must_use]
    pub fn narrowed(sums: &[u64; LABELS.len()]) -> Self {
        Self(sums.map(|sum| u32::try_from(sum).unwrap_or(u32::MAX)))
    }

    /// Adds the counts to wider ones, and returns whether there are any.
    #[inline(never)]
    pub fn add_to(&self, sums: &mut [u64]) -> bool {
        let mut any = 0;
        for (sum, count) in sums.iter_mut().zip(self.0) {
            *sum += u64::from(count);
            any |= count;
        }
        any > 0
    }

    /// Returns the counts as an object of JSON; labels with a count of 0 are left out.
    #[must_use]
    pub fn json(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut before = b"{\"";
        for (label, count) in LABELS.iter().zip(self.0) {
            if count > 0 {
                push(&mut out, before);
                before = b",\"";
                push(&mut out, label.as_bytes());
                push(&mut out, b"\":");
                // The standard library's way brings its formatter along.
                let mut unit = 1;
                while count / unit > 9 {
                    unit *= 10;
                }
                while unit > 0 {
                    #[allow(clippy::cast_possible_truncation)] // It is below 10.
                    push(&mut out, &[b'0' + (count / unit % 10) as u8]);
                    unit /= 10;
                }
            }
        }
        push(&mut out, b"}");
        out
    }

    pub(crate) fn count(&mut self, label: Label) {
        if let Some(count) = self.0.get_mut(label as usize) {
            *count = count.saturating_add(1);
        }
    }
}
