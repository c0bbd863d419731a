//! Secrets that are known by what stands around them: tokens of headers and URLs, private keys, JSON
//! Web Tokens, values under secret names.

use super::bytes::{
    is, AUTHORITY, BLANK, CAPITAL, DIGIT, DOT, LINE, LOCAL_SIGN, QUERY, SMALL, TOKEN, WORD,
};
use super::json::{BACKSLASH, QUOTE};
use super::names::{is_secret_name, MAX_NAME_BYTES};
use super::rules::Rules;
use super::scan::{byte, words, Scan};

const SLASH: u32 = b'/' as u32;
const BRACKET: u32 = b'[' as u32;
const HASH: u32 = b'#' as u32;
const QUESTION: u32 = b'?' as u32;
const AMPERSAND: u32 = b'&' as u32;
const SEMICOLON: u32 = b';' as u32;

/// Returns a letter as a small one.
#[allow(clippy::cast_possible_truncation)] // It is below 256.
fn small(char: u32) -> u8 {
    char as u8 | 0x20
}

/// Finds a secret of the program's own that begins at the cursor.
pub(super) fn own_secret(scan: &mut Scan<'_>, rules: &Rules) -> bool {
    let text = scan.text.get(scan.at..).unwrap_or_default();
    let mut secrets = rules.own_secrets();
    let found = secrets.find(|secret| text.starts_with(secret));
    scan.at += found.map_or(0, <[u8]>::len);
    found.is_some()
}

/// Finds a JSON Web Token whose `eyJ` ends at the cursor: its first part decodes to an object with
/// `alg` or `typ`.
pub(super) fn json_web_token(scan: &mut Scan<'_>, _: &Rules) -> bool {
    scan.at += 1;
    scan.start = scan.at;
    if !(scan.step_back(b'J') && scan.step_back(b'y') && scan.step_back(b'e') && scan.begins()) {
        return false;
    }
    scan.at = scan.start;
    scan.run(WORD);
    let is_found = decodes(scan, true) && (scan.is_at_end() || scan.eat(b'.'));
    scan.run(WORD | DOT);
    is_found
}

/// Finds what follows `Bearer ` or `Basic `, whose first letter is at the cursor.
pub(super) fn bearer(scan: &mut Scan<'_>, _: &Rules) -> bool {
    if !matches!(small(scan.byte(1)), b'a' | b'e') {
        return false;
    }
    let is_basic = scan.eat_any(b"basic");
    if !(is_basic || scan.eat_any(b"bearer")) || scan.skip(BLANK) == 0 {
        return false;
    }
    scan.start = scan.at;
    scan.run(TOKEN);
    let is_proven = if is_basic {
        // A user name and a password.
        scan.length >= 8 && decodes(scan, false)
    } else {
        // Words of a language have neither digits nor capitals in the middle.
        scan.length >= 16 && (scan.digits > 0 || scan.inner_capitals > 1)
    };
    is_proven || (!is_basic && scan.is_cut())
}

/// Whether the base64 between the start and the cursor, in either alphabet, is text of a JSON Web
/// Token's header, or else text with a colon.
#[inline(never)]
fn decodes(scan: &Scan<'_>, is_header: bool) -> bool {
    let (mut bits, mut count, mut last) = (0_u32, 0, 0_u32);
    for place in scan.start..scan.at {
        let char = byte(scan.text, place);
        let value = if is(char, CAPITAL) {
            char - u32::from(b'A')
        } else if is(char, SMALL) {
            char - u32::from(b'a') + 26
        } else if is(char, DIGIT) {
            char - u32::from(b'0') + 52
        } else {
            // `+` and `-`, or else `/` and `_`.
            62 + u32::from(char == u32::from(b'/') || char == u32::from(b'_'))
        };
        bits = bits << 6 | value;
        count += 6;
        if count >= 8 {
            count -= 8;
            let byte = bits >> count & 0xFF;
            last = last << 8 | byte;
            let is_wanted = if is_header {
                last == u32::from_be_bytes(*b"alg\"") || last == u32::from_be_bytes(*b"typ\"")
            } else {
                byte == u32::from(b':')
            };
            // Text has no control characters but blanks, and headers and names of users are ASCII.
            if is_wanted || !(9..0x7F).contains(&byte) {
                return is_wanted;
            }
        }
    }
    false
}

/// Finds a private key in PEM whose first hyphen is at the cursor. A key that is cut goes to the
/// end.
pub(super) fn private_key(scan: &mut Scan<'_>, _: &Rules) -> bool {
    const END: &[u8] = words!["PRIVATE KEY-----", "PRIVATE KEY BLOCK-----"];
    let is_alone = small(scan.byte(1)) != b'-';
    if is_alone || scan.before(1) == u32::from(b'-') || !scan.eat_any(b"-----BEGIN ") {
        return false;
    }
    // `RSA`, `EC`, `OPENSSH`, `PGP`, `ENCRYPTED` or nothing stands between.
    while !scan.eat_any(END) {
        if scan.skip(CAPITAL) + scan.skip(BLANK) == 0 {
            return scan.is_at_end();
        }
    }
    while !scan.is_at_end() && !scan.eat_any(END) {
        scan.at += 1;
    }
    true
}

/// Finds the password of a URL whose `://` begins at the cursor. The slashes may be escaped.
pub(super) fn url_password(scan: &mut Scan<'_>, _: &Rules) -> bool {
    scan.at += 1;
    let is_slash = matches!(scan.byte(0), SLASH | BACKSLASH);
    if !(is_slash && scan.eat(b'/') && scan.eat(b'/')) {
        return false;
    }
    let colon = scan.start;
    let host = scan.at;
    let mut sign = 0;
    while scan.is(AUTHORITY) {
        let char = scan.byte(0);
        if char == u32::from(b'@') {
            sign = scan.at;
        }
        scan.at += 1;
        if char == u32::from(b':') && scan.start == colon {
            scan.start = scan.at;
        }
    }
    let first = scan.before(0);
    // What a program puts in: `${PASSWORD}`, `{password}`.
    let is_variable = first == u32::from(b'$') || first == u32::from(b'{');
    // Colons of an IPv6 address have a bracket before them.
    if scan.start == colon || byte(scan.text, host) == u32::from(b'[') {
        return false;
    }
    if sign == 0 {
        // A number at the end of the text is a port; anything else is a password that was cut.
        return scan.is_at_end() && !is(first, DIGIT) && !is_variable;
    }
    scan.at = sign;
    sign > scan.start && !(is_variable && scan.byte(-1) == u32::from(b'}'))
}

/// Parameters of a URL that grant access, besides those with a secret name.
const PARAMETERS: &[u8] = words!["key", "sig", "signature", "code", "auth"];

/// Finds the value of a query parameter whose `=` is at the cursor.
pub(super) fn query_value(scan: &mut Scan<'_>, _: &Rules) -> bool {
    scan.back(WORD | DOT, MAX_NAME_BYTES);
    if scan.before(1) == BACKSLASH && scan.before(0) == u32::from(b'u') {
        // The digits of an escaped `&` are no part of the name.
        scan.start += 5;
    } else if !matches!(scan.before(1), HASH | QUESTION | AMPERSAND | SEMICOLON) {
        return false;
    }
    let is_short = scan.is_any(PARAMETERS);
    let is_secret = is_short || is_secret_name(scan.found());
    let equals = scan.at;
    scan.at = scan.start;
    if !(is_secret || scan.eat_any(b"x-amz-")) {
        return false;
    }
    // `&amp;` is how HTML writes the sign, and `\u0026` is how JSON may.
    scan.at = scan.start;
    scan.start = scan.start.saturating_sub(5);
    if !(matches!(scan.byte(-1), HASH | QUESTION | AMPERSAND)
        || scan.is_any(words!["&amp;", "u0026"]))
    {
        return false;
    }
    scan.go_to(equals + 1);
    scan.run(QUERY);
    // `a&&token==b` compares.
    if scan.before(0) == u32::from(b'=') {
        return false;
    }
    // A short `code` or `key` is the number of an error or the name of a column, and one without a
    // digit is a word.
    let least = if is_short { 8 } else { 1 };
    scan.length >= least && (scan.digits > 0 || !is_short)
}

/// Headers whose values are credentials.
const HEADERS: &[u8] = words![
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "api-key"
];
/// Headers whose values are many credentials.
const COOKIES: &[u8] = words!["cookie", "set-cookie"];

/// Finds the value of a header in plain text, whose colon is at the cursor: up to the end of the
/// line.
pub(super) fn header_value(scan: &mut Scan<'_>, _: &Rules) -> bool {
    // Each name ends in one of these. The colon of a JSON object has a quote before it.
    if !matches!(small(scan.byte(-1)), b'e' | b'n' | b'y') {
        return false;
    }
    scan.back(WORD | DOT, MAX_NAME_BYTES);
    let is_cookie = scan.is_any(COOKIES);
    if !(is_cookie || scan.is_any(HEADERS)) || !scan.begins() {
        return false;
    }
    scan.at += 1;
    scan.skip(BLANK);
    scan.start = scan.at;
    if is_cookie {
        // A sentence about a header is not its value.
        let is_pair = scan.skip(WORD | DOT) > 0 && scan.eat(b'=');
        scan.skip(LINE);
        return is_pair;
    }
    scan.run(TOKEN);
    // `Token` and the like say what follows.
    if scan.digits == 0 && scan.skip(BLANK) > 0 {
        scan.start = scan.at;
        scan.run(TOKEN);
        return scan.length >= 12 && scan.digits > 0;
    }
    scan.length >= 8 && scan.digits > 0
}

/// Finds the string under a secret name in JSON, whose colon is at the cursor. The JSON may itself
/// be a string of JSON: its quotes then have backslashes before them, as many as those of the name.
pub(super) fn named_value(scan: &mut Scan<'_>, rules: &Rules) -> bool {
    let colon = scan.at;
    // Only strings are hidden, and lists of them.
    let next = scan.byte(1);
    if !(matches!(next, QUOTE | BACKSLASH | BRACKET) || is(next, BLANK)) {
        return false;
    }
    scan.back(BLANK, 8);
    if !scan.step_back(b'"') {
        return false;
    }
    let escapes = scan.backslashes_before();
    scan.at = scan.start;
    // Most names are told apart by their last letters, before their first one is looked for.
    if !rules.may_hide(scan.text.get(..scan.at).unwrap_or_default()) {
        return false;
    }
    scan.back(LINE | LOCAL_SIGN, MAX_NAME_BYTES);
    if scan.before(1) != QUOTE || !rules.hides(scan.found()) {
        return false;
    }
    scan.at = colon + 1;
    scan.skip(BLANK);
    let is_list = scan.byte(0) == BRACKET;
    while scan.byte(0) == BRACKET {
        scan.at += 1;
        scan.skip(BLANK);
    }
    if !scan.open_string(escapes) {
        return false;
    }
    scan.start = scan.at;
    let mut end;
    loop {
        scan.string_end(escapes);
        end = scan.at;
        scan.at += escapes + 1;
        scan.skip(BLANK);
        // A list of texts becomes a list of one.
        let goes_on = is_list && scan.eat(b',') && {
            scan.skip(BLANK);
            scan.open_string(escapes)
        };
        if !goes_on {
            break;
        }
    }
    scan.at = end;
    !is_harmless(scan, escapes)
}

/// Whether the string between the start and the cursor is no secret, whatever its name.
fn is_harmless(scan: &mut Scan<'_>, escapes: usize) -> bool {
    let end = scan.at;
    scan.at += escapes + 1;
    scan.skip(BLANK);
    // A token of a model's answer has its probability after it.
    let mut is_harmless = scan.eat(b',') && {
        scan.skip(BLANK);
        scan.open_string(escapes) && scan.eat_any(b"logprob")
    };
    scan.at = scan.start;
    // A mark of an earlier redaction stays; what stands beside it is a part of the secret.
    if scan.eat_any(b"[REDACTED") {
        scan.skip(WORD);
        is_harmless |= scan.at + 1 == end;
    }
    // `"cookie": "^1.0.2"` is a package and its version.
    if scan.byte(0) == u32::from(b'^') || scan.byte(0) == u32::from(b'~') {
        scan.at += 1;
    }
    if scan.skip(DIGIT) > 0 && scan.skip(DOT) == 1 {
        scan.skip(DIGIT | DOT);
        is_harmless |= scan.at == end;
    }
    scan.at = end;
    is_harmless
}
