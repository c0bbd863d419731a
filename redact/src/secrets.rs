//! Secrets that are known by what stands around them: tokens of headers and URLs, private keys, JSON
//! Web Tokens. `values.rs` has those that are known by a name.

use super::bytes::{
    is, is_in, AUTHORITY, BLANK, CAPITAL, DIGIT, DOT, JOINER, LINE, LOCAL_SIGN, QUERY, SMALL,
    TOKEN, WORD,
};
use super::json::{APOSTROPHE, BACKSLASH, BRACE, BRACKET, BRACKET_END, COLON, QUOTE, SLASH};
use super::names::{kind_of, Kind, MAX_NAME_BYTES};
use super::rules::{Rules, SECRET_BYTES};
use super::scan::{byte, words, Scan};

const HASH: u32 = b'#' as u32;
const QUESTION: u32 = b'?' as u32;
const AMPERSAND: u32 = b'&' as u32;
const AT: u32 = b'@' as u32;
const DOLLAR: u32 = b'$' as u32;
const BACKTICK: u32 = b'`' as u32;
const EQUALS: u32 = b'=' as u32;
const PARENTHESIS: u32 = b'(' as u32;

/// Returns a letter as a small one.
#[allow(clippy::cast_possible_truncation)] // It is below 256.
fn small(char: u32) -> u8 {
    char as u8 | 0x20
}

/// Returns the place at which a secret of the program's own is looked for: that of its first capital letter,
/// because these are seldom in texts.
#[inline(never)]
pub(super) fn anchor_of(secret: &[u8]) -> usize {
    let is_capital = |byte: &u8| is_in(*byte, CAPITAL);
    secret.iter().position(is_capital).unwrap_or(0)
}

/// Finds a secret of the program's own around the cursor.
pub(super) fn own_secret(scan: &mut Scan<'_>, rules: &Rules) -> bool {
    for secret in rules.own_secrets() {
        let secret = secret.as_bytes();
        scan.start = scan.at.wrapping_sub(anchor_of(secret));
        let text = scan.text.get(scan.start..).unwrap_or_default();
        if SECRET_BYTES.contains(&secret.len()) && text.starts_with(secret) {
            scan.at = scan.start + secret.len();
            return true;
        }
    }
    false
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

/// Finds the token of one of Telegram's bots, which has the bot's number before the colon at the cursor.
pub(super) fn bot_token(scan: &mut Scan<'_>, _: &Rules) -> bool {
    scan.back(DIGIT, 10);
    let digits = scan.at - scan.start;
    scan.at += 1;
    scan.run(WORD);
    digits > 7 && scan.length == 35
}

/// Finds what follows `Bearer ` or `Basic `, whose first letter is at the cursor.
pub(super) fn bearer(scan: &mut Scan<'_>, _: &Rules) -> bool {
    // Most words that begin like these two have another third letter.
    if !matches!(small(scan.byte(2)), b'a' | b's') {
        return false;
    }
    let is_basic = scan.eat_any(b"basic");
    if !(is_basic || scan.eat_any(b"bearer")) || scan.skip(BLANK) == 0 {
        return false;
    }
    scan.start = scan.at;
    scan.run(TOKEN);
    // Words of a language have neither digits nor capitals in the middle.
    let is_word = scan.digits == 0 && scan.inner_capitals < 2;
    let is_proven = !is_word
        && if is_basic {
            // A user name and a password.
            scan.length >= 8 && decodes(scan, false)
        } else {
            scan.length >= 16
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
    let begin = scan.at;
    while !scan.eat_any(END) {
        if scan.is_at_end() {
            // Who writes about keys names their first line. In a key a long word goes on here.
            scan.at = begin + 24;
            scan.run(TOKEN);
            let is_key = scan.is_at_end() || scan.length > 15;
            scan.at = scan.text.len();
            return is_key;
        }
        scan.at += 1;
    }
    true
}

/// Finds the password of a URL whose `://` begins at the cursor, or the secret path of a webhook of
/// Slack. The slashes may be escaped.
pub(super) fn url_secret(scan: &mut Scan<'_>, _: &Rules) -> bool {
    scan.at += 1;
    if !(scan.eat(b'/') && scan.eat(b'/')) {
        return false;
    }
    if scan.eat_any(b"hooks.slack.com") {
        // `services`, `workflows`, `triggers`, whose slashes may be escaped.
        if !(scan.eat(b'/') && scan.skip(SMALL) > 0 && scan.eat(b'/')) {
            return false;
        }
        scan.start = scan.at;
        while scan.skip(WORD) > 0 && scan.eat(b'/') {}
        return scan.at > scan.start + 8;
    }
    // Colons of an IPv6 address have a bracket before them.
    if scan.byte(0) == u32::from(b'[') {
        return false;
    }
    let mut users = 0;
    loop {
        let char = scan.byte(0);
        if char == COLON || !is(char, AUTHORITY) {
            break;
        }
        users += usize::from(char == AT);
        scan.at += 1;
    }
    if !scan.eat(b':') {
        return false;
    }
    scan.start = scan.at;
    // What a program puts in: `${PASSWORD}`, `{password}`.
    let is_variable = matches!(scan.byte(0), DOLLAR | BRACE);
    // A port, or a word that stands for one.
    let is_number = scan.skip(DIGIT) + scan.skip(CAPITAL | JOINER) > 0 || scan.eat_any(b"port");
    let is_port = is_number && !scan.is(AUTHORITY);
    let mut sign = 0;
    while scan.is(AUTHORITY) {
        if scan.byte(0) == AT {
            sign = scan.at;
        }
        scan.at += 1;
    }
    if sign == 0 && scan.is_at_end() {
        // A password that was cut.
        return !is_port && !is_variable;
    }
    // A password may have the signs that begin a path, but `git@host:a/b` is a path.
    if sign == 0 && !is_port && users == 0 {
        while scan.is(AUTHORITY) || matches!(scan.byte(0), SLASH | HASH | QUESTION) {
            if scan.byte(0) == AT {
                sign = scan.at;
                break;
            }
            scan.at += 1;
        }
    }
    scan.at = sign;
    sign > scan.start && !(is_variable && scan.byte(-1) == u32::from(b'}'))
}

/// Parameters of a URL that grant access, besides those with a secret name.
pub(super) const PARAMETERS: &[u8] = words!["key", "sig", "signature", "code", "auth"];

/// Finds the value of a query parameter, or what is assigned to a secret name, whose sign is at the cursor.
pub(super) fn query_value(scan: &mut Scan<'_>, _: &Rules) -> bool {
    let equals = scan.at;
    let kind = name_before(scan);
    let (name, end) = (scan.start, scan.at);
    // `&amp;` is how HTML writes the sign, and `\u0026` is how JSON may.
    scan.at = name;
    scan.start = name.saturating_sub(5);
    let is_query = matches!(scan.byte(-1), HASH | QUESTION | AMPERSAND)
        || scan.is_any(words!["&amp;", "u0026"]);
    if !is_query {
        scan.go_to(equals + 1);
        return is_likely(kind) && is_assigned(scan, false);
    }
    let is_signed = scan.eat_any(words!["x-amz-", "x-goog-"]);
    (scan.start, scan.at) = (name, end);
    let is_short = scan.is_any(PARAMETERS);
    scan.go_to(equals + 1);
    scan.run(QUERY);
    // `a&&token==b` compares, and `{token}` is what a program puts in.
    if !(is_short || is_signed || kind == Kind::Secret)
        || matches!(scan.before(0), EQUALS | DOLLAR | BRACE)
    {
        return false;
    }
    // A short `code` or `key` is the number of an error or the name of a column, and one without a
    // digit is a word.
    let least = if is_short { 8 } else { 1 };
    scan.length >= least && (scan.digits > 0 || !is_short)
}

/// Moves the start back over the name before the cursor, and returns what it says. A quote, a bracket or a blank
/// may stand between: `'token': '…'`, `env["TOKEN"] = '…'`.
#[inline(never)]
fn name_before(scan: &mut Scan<'_>) -> Kind {
    scan.blanks_before();
    while matches!(scan.before(1), APOSTROPHE | QUOTE | BRACKET_END | BACKSLASH) {
        scan.start -= 1;
    }
    scan.at = scan.start;
    scan.back(WORD | DOT, MAX_NAME_BYTES);
    if scan.before(1) == BACKSLASH {
        // The letter of an escape and the digits of an escaped `&` are no part of the name.
        scan.start += if scan.before(0) == u32::from(b'u') {
            5
        } else {
            1
        };
    }
    kind_of(scan.found())
}

fn is_likely(kind: Kind) -> bool {
    matches!(kind, Kind::Likely | Kind::Secret)
}

/// Moves the start and the cursor around the value at the cursor, and returns whether it proves that it is a
/// secret.
#[inline(never)]
fn is_assigned(scan: &mut Scan<'_>, is_header: bool) -> bool {
    while scan.eat(b' ') {}
    let escapes = scan.skip_backslashes();
    let quote = scan.byte(0);
    let is_quoted = matches!(quote, QUOTE | APOSTROPHE | BACKTICK);
    scan.at += usize::from(is_quoted);
    scan.start = scan.at;
    scan.run(if is_quoted {
        AUTHORITY | TOKEN
    } else {
        TOKEN | LOCAL_SIGN
    });
    let is_variable = matches!(scan.before(0), EQUALS | DOLLAR | BRACE | BRACKET);
    let is_proven = scan.digits > 0 && scan.length >= 8;
    let end = scan.at;
    let is_found = if is_quoted {
        let is_closed = scan.skip_backslashes() == escapes && scan.byte(0) == quote;
        is_closed && is_proven && scan.longest_word > 3
    } else {
        let is_long =
            scan.longest_word >= 12 && scan.length >= 16 && scan.length + 16 * scan.digits >= 48;
        let is_key = is_proven && (is_header || (is_long && scan.byte(0) != PARENTHESIS));
        // Another pair of a form follows, or of a connection string.
        let is_pair = scan.eat(b'&') || (is_proven && scan.eat(b';'));
        let is_form = is_pair && scan.skip(WORD | DOT) > 0 && scan.eat(b'=') && !scan.eat(b'=');
        escapes == 0 && (is_key || is_form)
    };
    scan.at = end;
    is_found && !is_variable
}

/// Headers whose values are credentials.
const HEADERS: &[u8] = words!["authorization", "x-api-key"];
/// Headers whose values are many credentials.
const COOKIES: &[u8] = words!["cookie", "set-cookie"];

/// Finds the value of a header in plain text, whose colon is at the cursor: up to the end of the
/// line. Finds what stands under another secret name as well.
pub(super) fn header_value(scan: &mut Scan<'_>, _: &Rules) -> bool {
    // The colon of a JSON object has a quote before it.
    let colon = scan.at;
    let kind = name_before(scan);
    let is_cookie = scan.is_any(COOKIES);
    let is_header = scan.is_any(HEADERS);
    // `arn:aws:secretsmanager:…:secret:…` is the name of a secret.
    let is_part = scan.before(1) == COLON;
    scan.go_to(colon + 1);
    if is_part || !is_likely(kind) {
        return false;
    }
    if is_cookie {
        scan.skip(BLANK);
        scan.start = scan.at;
        // A sentence about a header is not its value.
        let is_pair = scan.skip(WORD | DOT) > 0 && scan.eat(b'=');
        loop {
            scan.skip(LINE);
            // A value may stand in quotes, whose backslashes are those of JSON around it.
            let quote = scan.at;
            let escapes = scan.skip_backslashes();
            let is_quoted = byte(scan.text, quote.wrapping_sub(1)) == EQUALS
                && scan.eat(b'"')
                && scan.skip(TOKEN | LOCAL_SIGN | BLANK) > 0
                && scan.skip_backslashes() == escapes
                && scan.eat(b'"');
            if !is_quoted {
                scan.at = quote;
                return is_pair;
            }
        }
    }
    let is_found = is_assigned(scan, is_header);
    // `Token` and the like say what follows.
    if is_header && scan.digits == 0 && scan.skip(BLANK) > 0 {
        scan.start = scan.at;
        scan.run(TOKEN);
        return scan.length >= 12 && scan.digits > 0;
    }
    is_found
}
