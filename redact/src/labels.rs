//! The labels of what is found, and counts of what was replaced.

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

    /// Adds the counts of another text.
    pub fn add(&mut self, other: &Self) {
        for (sum, count) in self.0.iter_mut().zip(other.0) {
            *sum = sum.saturating_add(count);
        }
    }

    pub(crate) fn count(&mut self, label: Label) {
        if let Some(count) = self.0.get_mut(label as usize) {
            *count = count.saturating_add(1);
        }
    }
}
