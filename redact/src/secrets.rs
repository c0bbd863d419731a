//! Secrets: keys of providers, tokens, private keys, passwords in URLs.

use super::names::{is_secret_name, one_of, MAX_NAME_BYTES};
use super::text::{before, byte, ends, follows, read, run, skip_blanks, starts, Alphabet, Run};

/// The bytes from the first to before the second.
pub(super) type Span = (usize, usize);

/// What the keys of one provider look like after their prefix.
struct KeyForm {
    /// The prefix, up to a byte that is rare in other text: the pass stops there.
    prefix: &'static [u8],
    /// Its last two bytes, which are compared first.
    ends_in: [u8; 2],
    alphabet: Alphabet,
    /// The fewest characters after it, and the most.
    least: usize,
    most: usize,
    /// The fewest letters and digits without a sign between them, with a digit among them. Words
    /// of a language that are joined by hyphens have fewer.
    word: usize,
}

const fn form(
    prefix: &'static [u8],
    alphabet: Alphabet,
    least: usize,
    most: usize,
    word: usize,
) -> KeyForm {
    let ends_in = match prefix {
        [.., second_last, last] => [*second_last, *last],
        _ => [0; 2],
    };
    KeyForm {
        prefix,
        ends_in,
        alphabet,
        least,
        most,
        word,
    }
}

const ANY: usize = usize::MAX;

#[rustfmt::skip]
const KEY_FORMS: &[KeyForm] = &[
    form(b"sk-", Alphabet::Base64Url, 20, ANY, 12),
    form(b"sk_live_", Alphabet::Alphanumeric, 16, ANY, 0),
    form(b"sk_test_", Alphabet::Alphanumeric, 16, ANY, 0),
    form(b"rk_live_", Alphabet::Alphanumeric, 16, ANY, 0),
    form(b"whsec_", Alphabet::Token, 20, ANY, 0),
    form(b"ghp_", Alphabet::Alphanumeric, 36, ANY, 0),
    form(b"gho_", Alphabet::Alphanumeric, 36, ANY, 0),
    form(b"ghu_", Alphabet::Alphanumeric, 36, ANY, 0),
    form(b"ghs_", Alphabet::Alphanumeric, 36, ANY, 0),
    form(b"ghr_", Alphabet::Alphanumeric, 36, ANY, 0),
    form(b"github_pat_", Alphabet::Base64Url, 22, ANY, 12),
    form(b"glpat-", Alphabet::Base64Url, 20, ANY, 8),
    form(b"xoxa-", Alphabet::Base64Url, 10, ANY, 8),
    form(b"xoxb-", Alphabet::Base64Url, 10, ANY, 8),
    form(b"xoxo-", Alphabet::Base64Url, 10, ANY, 8),
    form(b"xoxp-", Alphabet::Base64Url, 10, ANY, 8),
    form(b"xoxr-", Alphabet::Base64Url, 10, ANY, 8),
    form(b"xoxs-", Alphabet::Base64Url, 10, ANY, 8),
    form(b"AKI", Alphabet::Capital, 17, 17, 0),
    form(b"ASI", Alphabet::Capital, 17, 17, 0),
    form(b"AIz", Alphabet::Base64Url, 36, 36, 0),
    form(b"ya29.", Alphabet::Base64Url, 20, ANY, 0),
    form(b"hf_", Alphabet::Alphanumeric, 30, ANY, 0),
    form(b"npm_", Alphabet::Alphanumeric, 36, 36, 0),
    form(b"pypi-", Alphabet::Base64Url, 16, ANY, 12),
    form(b"key-", Alphabet::Hex, 32, 32, 0),
    form(b"lin_api_", Alphabet::Alphanumeric, 32, ANY, 0),
    form(b"dop_v1_", Alphabet::Hex, 64, 64, 0),
    form(b"pylf_", Alphabet::Base64Url, 20, ANY, 12),
];

/// A key that ends with the text was perhaps cut: so many characters of it are enough.
const CUT: usize = 8;

/// Finds a key whose prefix ends with the byte at `at`.
pub(super) fn provider_key(text: &[u8], at: usize) -> Option<Span> {
    if byte(text, at) == b'.' && before(text, at) == b'G' {
        return sendgrid_key(text, at);
    }
    let last = byte(text, at);
    let second_last = before(text, at);
    // Most places are decided here: in a prefix a letter or digit stands before the last byte.
    if !second_last.is_ascii_alphanumeric() {
        return None;
    }
    let head = text.get(..=at)?;
    let form = KEY_FORMS
        .iter()
        .find(|form| form.ends_in == [second_last, last] && head.ends_with(form.prefix))?;
    let start = at + 1 - form.prefix.len();
    if !starts(text, start) {
        return None;
    }
    let found = run(text, at + 1, form.alphabet);
    let whole = found.length >= form.least
        && found.length <= form.most
        && ends(text, found.end)
        && found.longest_word >= form.word
        && (form.word == 0 || found.digits > 0);
    (whole || is_cut(text, &found, CUT)).then_some((start, found.end))
}

/// `SG.`, 22 characters, a dot and 43 more.
fn sendgrid_key(text: &[u8], at: usize) -> Option<Span> {
    let start = at.checked_sub(2)?;
    if byte(text, start) != b'S' || !starts(text, start) {
        return None;
    }
    let first = run(text, at + 1, Alphabet::Base64Url);
    if first.length != 22 || byte(text, first.end) != b'.' {
        return is_cut(text, &first, CUT).then_some((start, first.end));
    }
    let second = run(text, first.end + 1, Alphabet::Base64Url);
    (second.length >= 43 || second.end == text.len()).then_some((start, second.end))
}

/// Whether the text ends where the run does, and a digit is among at least so many characters.
fn is_cut(text: &[u8], run: &Run, least: usize) -> bool {
    run.end == text.len() && run.length >= least && run.digits > 0
}

/// Finds a JSON Web Token whose `eyJ` ends with the byte at `at`: its first part decodes to an
/// object with `alg` or `typ`.
pub(super) fn json_web_token(text: &[u8], at: usize) -> Option<Span> {
    let start = at.checked_sub(2)?;
    if !text.get(start..)?.starts_with(b"eyJ") || !starts(text, start) {
        return None;
    }
    let header = run(text, start, Alphabet::Base64Url);
    if !names_algorithm(text.get(start..header.end)?) {
        return None;
    }
    if header.end == text.len() {
        return Some((start, header.end));
    }
    let payload = part_after(text, header.end)?;
    let Some(signature) = part_after(text, payload.end) else {
        return (payload.end == text.len()).then_some((start, payload.end));
    };
    Some((start, signature.end))
}

fn part_after(text: &[u8], at: usize) -> Option<Run> {
    (byte(text, at) == b'.').then(|| run(text, at + 1, Alphabet::Base64Url))
}

/// Whether base64url decodes to text in which `alg` or `typ` stands.
fn names_algorithm(encoded: &[u8]) -> bool {
    let mut last_four = [0; 4];
    decode(encoded, |byte| {
        last_four.rotate_left(1);
        last_four[3] = byte;
        matches!(&last_four, b"alg\"" | b"typ\"")
    })
}

/// Decodes base64 in either alphabet until `wanted` says that it has seen enough.
fn decode(encoded: &[u8], mut wanted: impl FnMut(u8) -> bool) -> bool {
    let mut bits = 0_u32;
    let mut count = 0;
    for byte in encoded.iter().copied() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return false,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            #[allow(clippy::cast_possible_truncation)] // The eight bits that are complete.
            let whole = (bits >> count) as u8;
            if wanted(whole) {
                return true;
            }
        }
    }
    false
}

/// Finds what follows `Bearer ` or `Basic `, whose first letter is at `at`.
pub(super) fn bearer(text: &[u8], at: usize) -> Option<Span> {
    if !matches!(byte(text, at + 1), b'a' | b'e' | b'A' | b'E') {
        return None;
    }
    let is_basic = follows(text, at, b"basic");
    if !(is_basic || follows(text, at, b"bearer")) || !starts(text, at) {
        return None;
    }
    let word = at + if is_basic { 5 } else { 6 };
    let value = skip_blanks(text, word);
    if value == word {
        return None;
    }
    let found = run(text, value, Alphabet::Token);
    // Words of a language have neither digits nor capitals in the middle.
    let is_token = found.length >= 16 && (found.digits > 0 || found.inner_capitals > 1);
    let proven = if is_basic {
        found.length >= 8 && holds_colon(text.get(value..found.end)?)
    } else {
        is_token
    };
    (proven || is_cut(text, &found, CUT)).then_some((value, found.end))
}

/// Whether base64 decodes to a user name and a password.
fn holds_colon(encoded: &[u8]) -> bool {
    let end = encoded.iter().position(|byte| *byte == b'=');
    let encoded = encoded
        .get(..end.unwrap_or(encoded.len()))
        .unwrap_or_default();
    let mut printable = true;
    let found = decode(encoded, |byte| {
        printable &= byte >= b' ' && byte != 0x7F;
        byte == b':'
    });
    found && printable
}

/// Finds a private key in PEM whose first hyphen is at `at`. A key that is cut goes to the end.
pub(super) fn private_key(text: &[u8], at: usize) -> Option<Span> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    const END: &[u8] = b"PRIVATE KEY-----";
    if byte(text, at + 1) != b'-' || before(text, at) == b'-' {
        return None;
    }
    let rest = text.get(at..)?;
    if !rest.starts_with(BEGIN) {
        return None;
    }
    // `RSA`, `EC`, `OPENSSH`, `ENCRYPTED` or nothing stands between.
    let title = run_of_title(text, at + BEGIN.len());
    if title == text.len() {
        return Some((at, title));
    }
    if !text.get(..title)?.ends_with(b"PRIVATE KEY") || !text.get(title..)?.starts_with(b"-----") {
        return None;
    }
    let body = text.get(title..)?;
    let end = body
        .windows(END.len())
        .skip(1)
        .position(|found| found == END)
        .map_or(text.len(), |found| title + 1 + found + END.len());
    Some((at, end))
}

fn run_of_title(text: &[u8], mut at: usize) -> usize {
    while byte(text, at).is_ascii_uppercase() || byte(text, at) == b' ' {
        at += 1;
    }
    at
}

/// Finds the password of a URL whose `://` begins at `at`.
pub(super) fn url_password(text: &[u8], at: usize) -> Option<Span> {
    let slashes = (read(text, at + 1), 0).0;
    let host = at + 1 + slashes.1;
    let (second, bytes) = read(text, host);
    if slashes.0 != b'/' || second != b'/' {
        return None;
    }
    let start = host + bytes;
    let mut colon = None;
    let mut last_at_sign = None;
    let mut end = start;
    loop {
        match byte(text, end) {
            b':' => colon = colon.or(Some(end + 1)),
            b'@' => last_at_sign = Some(end),
            // A password may hold a slash, but then it is not a URL that anybody can read.
            0..=b' ' | b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b')' => {
                break
            }
            _ => {}
        }
        end += 1;
    }
    let password = colon?;
    let Some(end) = last_at_sign.filter(|at| *at > password) else {
        // A number at the end of the text is a port; anything else is a password that was cut.
        let rest = text.get(password..end)?;
        let is_cut = end == text.len() && rest.iter().any(|byte| !byte.is_ascii_digit());
        let is_port = rest.first().is_none_or(u8::is_ascii_digit) || rest.first() == Some(&b'$');
        return (is_cut && !is_port && last_at_sign.is_none()).then_some((password, end));
    };
    Some((password, end))
}

/// Parameters of a URL that grant access, besides those with a secret name.
const PARAMETERS: &[&[u8]] = &[b"key", b"sig", b"signature", b"code", b"auth"];

/// Finds the value of a query parameter whose `=` is at `at`.
pub(super) fn query_value(text: &[u8], at: usize) -> Option<Span> {
    let start = name_before(text, at)?;
    let name = text.get(start..at)?;
    // `&amp;` is how HTML writes the sign.
    if !matches!(before(text, start), b'?' | b'&' | b';') {
        return None;
    }
    let signed = follows(name, 0, b"x-amz-");
    let short = one_of(name, PARAMETERS);
    if before(text, start) == b';' && !text.get(..start)?.ends_with(b"&amp;") {
        return None;
    }
    if !(signed || short || is_secret_name(name)) {
        return None;
    }
    let end = value_end(text, at + 1);
    // A short `code` or `key` is the number of an error or the name of a column.
    let least = if short { 8 } else { 1 };
    (end - at > least).then_some((at + 1, end))
}

fn value_end(text: &[u8], mut at: usize) -> usize {
    while !matches!(
        byte(text, at),
        0..=b' '
            | b'&'
            | b'#'
            | b'"'
            | b'\''
            | b'<'
            | b'>'
            | b'`'
            | b'\\'
            | b')'
            | b','
            | b';'
            | b'}'
            | b']'
    ) {
        at += 1;
    }
    at
}

/// Returns where the name that ends before `at` begins, if it is not empty and not too long.
fn name_before(text: &[u8], at: usize) -> Option<usize> {
    let least = at.saturating_sub(MAX_NAME_BYTES);
    let mut start = at;
    while start > least
        && matches!(before(text, start), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.')
    {
        start -= 1;
    }
    (start < at).then_some(start)
}

/// Headers whose values are credentials.
const HEADERS: &[&[u8]] = &[
    b"authorization",
    b"proxy-authorization",
    b"x-api-key",
    b"api-key",
    b"cookie",
    b"set-cookie",
];

/// Finds the value of a header in plain text, whose colon is at `at`: up to the end of the line.
pub(super) fn header_value(text: &[u8], at: usize) -> Option<Span> {
    let start = name_before(text, at)?;
    let name = text.get(start..at)?;
    if !one_of(name, HEADERS) || !starts(text, start) {
        return None;
    }
    let value = skip_blanks(text, at + 1);
    let is_cookie = follows(name, name.len().saturating_sub(6), b"cookie");
    let found = run(text, value, Alphabet::Token);
    // A sentence about a header is not its value.
    let proven = if is_cookie {
        found.length > 2
            && text
                .get(value..found.end)?
                .iter()
                .skip(1)
                .any(|byte| *byte == b'=')
    } else {
        found.length >= 8 && found.digits > 0
    };
    let end = if is_cookie {
        line_end(text, value)
    } else {
        found.end
    };
    proven.then_some((value, end))
}

fn line_end(text: &[u8], mut at: usize) -> usize {
    while !matches!(byte(text, at), 0 | b'\n' | b'\r' | b'"' | b'\\' | b'\'') {
        at += 1;
    }
    at
}
