//! What is known by its prefix: keys of providers and addresses of wallets.
//!
//! A new kind of key is one more row of [`FORMS`]. The last byte of its prefix must be one at which
//! the pass stops, see `DETECTORS` in `pass.rs`.

use super::bytes::{ALPHANUMERIC, BASE58, CAPITAL, DIGIT, DOT, HEX, SMALL, TOKEN, WORD};
use super::rules::Rules;
use super::scan::Scan;

/// The longest prefix.
const PREFIX_BYTES: usize = 11;

/// What stands after a prefix.
pub(super) struct Form {
    /// Zeros, and the prefix after them, in which `?` stands for any letter.
    pub(super) prefix: [u8; PREFIX_BYTES],
    /// The fewest characters after it, and the most.
    least: u8,
    most: u8,
    /// The fewest letters and digits without a sign between them, with a digit among them. Words
    /// of a language that are joined by hyphens have fewer.
    word: u8,
    alphabet: u16,
}

const ANY: u8 = u8::MAX;

/// What keys and addresses look like.
#[rustfmt::skip]
pub(super) const FORMS: [Form; 50] = [
    form("sk-", WORD, 20, ANY, 12),
    form("csk-", WORD, 20, ANY, 12),
    form("vck_", WORD, 20, ANY, 12),
    form("ntn_", WORD, 20, ANY, 12),
    form("sbp_", WORD, 20, ANY, 12),
    form("vcp_", WORD, 20, ANY, 12),
    form("tvly-", WORD, 20, ANY, 12),
    form("pylf_", WORD, 20, ANY, 12),
    form("pcsk_", WORD, 20, ANY, 12),
    form("nvapi-", WORD, 20, ANY, 12),
    form("shpat_", WORD, 20, ANY, 12),
    form("sntry?_", WORD, 20, ANY, 12),
    form("lsv2_pt_", WORD, 20, ANY, 12),
    form("r8_", ALPHANUMERIC, 37, 37, 0),
    form("xapp-", WORD, 20, ANY, 8),
    form("figd_", WORD, 20, ANY, 8),
    form("glsa_", WORD, 20, ANY, 8),
    form("glpat-", WORD, 20, ANY, 8),
    form("dckr_pat_", WORD, 20, ANY, 8),
    form("sb_secret_", WORD, 20, ANY, 8),
    form("github_pat_", WORD, 22, ANY, 12),
    form("pypi-", WORD, 16, ANY, 12),
    form("xox?-", WORD, 10, ANY, 8),
    form("xai-", ALPHANUMERIC, 40, ANY, 12),
    form("gsk_", ALPHANUMERIC, 40, ANY, 12),
    form("pplx-", ALPHANUMERIC, 40, ANY, 12),
    form("fc-", HEX, 32, 32, 0),
    form("key-", HEX, 32, 32, 0),
    form("e2b_", HEX, 40, 40, 0),
    form("sk_", HEX, 48, 48, 0),
    form("GOCSPX-", WORD, 28, 28, 8),
    form("?k_live_", ALPHANUMERIC, 16, ANY, 8),
    form("?k_test_", ALPHANUMERIC, 16, ANY, 8),
    form("whsec_", TOKEN, 20, ANY, 8),
    form("gh?_", ALPHANUMERIC, 36, ANY, 0),
    form("hf_", ALPHANUMERIC, 30, ANY, 0),
    form("npm_", ALPHANUMERIC, 36, 36, 0),
    form("lin_api_", ALPHANUMERIC, 32, ANY, 0),
    form("secret_", ALPHANUMERIC, 43, 43, 0),
    form("do?_v1_", HEX, 64, 64, 0),
    form("ya29.", WORD, 20, ANY, 0),
    form("SG.", WORD | DOT, 66, ANY, 12),
    form("hv?.", WORD, 24, ANY, 12),
    form("AKI", CAPITAL | DIGIT, 17, 17, 0),
    form("ASI", CAPITAL | DIGIT, 17, 17, 0),
    form("AIz", WORD, 36, 36, 0),
    // Addresses of wallets.
    form("0x", HEX, 40, 40, 0),
    form("bc1", SMALL | DIGIT, 39, 59, 0),
    form("1", BASE58, 25, 34, 0),
    form("3", BASE58, 25, 34, 0),
];

static ALL: [Form; 50] = FORMS;

const fn form(prefix: &str, alphabet: u16, least: u8, most: u8, word: u8) -> Form {
    let mut padded = [0; PREFIX_BYTES];
    let (_, last) = padded.split_at_mut(PREFIX_BYTES - prefix.len());
    last.copy_from_slice(prefix.as_bytes());
    Form {
        prefix: padded,
        least,
        most,
        word,
        alphabet,
    }
}

/// Finds a key whose prefix ends with the byte at the cursor. A key that was cut counts.
pub(super) fn provider_key(scan: &mut Scan<'_>, _: &Rules) -> bool {
    has_form(scan)
}

/// Finds the address of a wallet whose prefix ends with the byte at the cursor. In base58, which is
/// the shorter one, it has letters of both cases.
pub(super) fn wallet(scan: &mut Scan<'_>, _: &Rules) -> bool {
    let is_found = has_form(scan) && scan.length > 24;
    let capitals = scan.inner_capitals;
    is_found && (scan.length > 34 || (capitals > 0 && capitals + scan.digits + 1 < scan.length))
}

/// Reads what stands after a prefix, and returns whether it is as its form says.
#[inline(never)]
fn has_form(scan: &mut Scan<'_>) -> bool {
    let place = scan.at;
    scan.at += 1;
    // A hyphen or a dot of ordinary text mostly has a blank after it.
    if !scan.is(WORD) {
        return false;
    }
    let text = scan.text.get(..=place).unwrap_or_default();
    for form in &ALL {
        let mut before = text.iter();
        let mut prefix = form.prefix.iter().rev();
        let is_there = prefix.all(|char| {
            *char == 0
                || before.next_back().is_some_and(|byte| {
                    byte == char || (*char == b'?' && byte.is_ascii_alphabetic())
                })
        });
        scan.start = before.as_slice().len();
        if is_there && scan.begins() {
            scan.run(form.alphabet);
            let (least, most) = (usize::from(form.least), usize::from(form.most));
            // `key-20240101` is no cut key.
            return (scan.is_cut() && (form.alphabet != HEX || scan.length > most / 2))
                || (scan.length >= least
                    && (scan.length <= most || form.most == ANY)
                    && scan.longest_word >= usize::from(form.word)
                    && (form.word == 0 || scan.is_mixed())
                    && !scan.is(ALPHANUMERIC));
        }
    }
    false
}
