//! Detects e-mail, IP and MAC addresses, and phone numbers.

use super::bytes::{
    is, ALPHANUMERIC, BRACKET, DIGIT, DOT, FOREIGN, HEX, JOINER, LETTER, LOCAL_SIGN, SEPARATOR,
    WORD,
};
use super::json::BACKSLASH;
use super::rules::Rules;
use super::scan::{words, Scan};

// Letters of escapes, and digits.
const LF: u32 = b'n' as u32;
const CR: u32 = b'r' as u32;
const TAB: u32 = b't' as u32;
const TWO: u32 = b'2' as u32;
const THREE: u32 = b'3' as u32;

/// Ends of names of files, which have an `@` before their size: `logo@2x.png`.
const FILES: &[u8] = words!["png", "jpg", "jpeg", "gif", "svg", "webp", "js", "css"];

/// Finds an address of e-mail around the sign at the cursor, which may be written as `\u0040`.
pub(super) fn email(scan: &mut Scan<'_>, _: &Rules) -> bool {
    let sign = scan.start;
    if scan.before(1) == u32::from(b'.') || !scan.eat(b'@') || !scan.is(ALPHANUMERIC | FOREIGN) {
        return false;
    }
    scan.back(WORD | DOT | LOCAL_SIGN | FOREIGN, 70);
    // The letter of an escape is no part of the address.
    let is_escape = scan.before(1) == BACKSLASH;
    if is_escape && matches!(scan.before(0), LF | CR | TAB) {
        scan.start += 1;
    }
    while is(scan.before(0), DOT | JOINER | LOCAL_SIGN) {
        scan.start += 1;
    }
    let start = scan.start;
    if start == sign {
        return false;
    }
    let mut dots = 0;
    loop {
        scan.start = scan.at;
        let mut is_top = scan.skip(LETTER) > 1;
        while scan.is(ALPHANUMERIC | FOREIGN) || scan.byte(0) == u32::from(b'-') {
            scan.at += 1;
            is_top = false;
        }
        if scan.byte(0) != u32::from(b'.') || !is(scan.byte(1), ALPHANUMERIC | FOREIGN) {
            let is_file = scan.is_any(FILES);
            scan.start = start;
            return dots > 0 && is_top && !is_file;
        }
        scan.at += 1;
        dots += 1;
    }
}

/// Finds an international number whose plus sign is at the cursor.
pub(super) fn phone(scan: &mut Scan<'_>, _: &Rules) -> bool {
    scan.at += 1;
    let count = dialled(scan);
    // No country has a code that begins with these.
    let is_unknown = scan.value(0) == 0 || matches!(scan.decimal(0, 2), 28 | 83 | 89);
    (8..=15).contains(&count) && !is_unknown
}

/// A number after one of these is one of a phone.
const PHONES: &[u8] = words!["tel", "phone", "mobile", "cell", "fax", "call"];

/// Finds a national number that begins at the cursor, if a word for phones stands before it.
pub(super) fn national_phone(scan: &mut Scan<'_>, _: &Rules) -> bool {
    (7..=12).contains(&dialled(scan)) && scan.is_after(PHONES)
}

/// Reads a number as phones have them and returns how many digits it has, or 0 if a word goes on.
#[inline(never)]
fn dialled(scan: &mut Scan<'_>) -> usize {
    scan.number(DIGIT, 16, SEPARATOR | BRACKET, 2);
    if scan.is(ALPHANUMERIC) {
        return 0;
    }
    scan.count
}

/// Finds a public IPv4 address that begins at the cursor. Four numbers after `ver` or `version` are
/// none.
pub(super) fn ipv4(scan: &mut Scan<'_>, _: &Rules) -> bool {
    if scan.before(1) == u32::from(b'.') {
        return false;
    }
    let mut address = 0_u32;
    for octet in 0..4 {
        if octet > 0 && !scan.eat(b'.') {
            return false;
        }
        scan.number(DIGIT, 4, 0, 0);
        let value = scan.decimal(0, 4);
        let is_padded = scan.count > 1 && scan.value(0) == 0;
        if scan.count == 0 || is_padded || value > 255 {
            return false;
        }
        address = address << 8 | value;
    }
    let goes_on = scan.byte(0) == u32::from(b'.') && is(scan.byte(1), DIGIT);
    let is_private = matches!(address >> 24, 0 | 10 | 127)
        || matches!(address >> 16, 0xC0A8 | 0xA9FE)
        || address >> 20 == 0xAC1;
    !(goes_on || is_private || scan.is(WORD) || scan.is_after(b"ver"))
}

/// Finds a MAC address whose first colon is at the cursor: six pairs of digits.
pub(super) fn mac(scan: &mut Scan<'_>, _: &Rules) -> bool {
    groups(scan) == 6 && scan.at - scan.start == 17
}

/// Finds a public IPv6 address whose first colon is at the cursor. All of them begin with a group of
/// four digits, of which the first is 2 or 3. So times, and paths of types such as `a::b`, are none.
pub(super) fn ipv6(scan: &mut Scan<'_>, _: &Rules) -> bool {
    let colon = scan.at;
    groups(scan) == 8 && colon - scan.start == 4 && matches!(scan.before(0), TWO | THREE)
}

/// Reads groups of up to four hexadecimal digits with colons between them, of which the first is at
/// the cursor. Returns how many there are: 8 if two colons stand for those that are missing, 0 if a
/// word goes on before or after them.
#[inline(never)]
fn groups(scan: &mut Scan<'_>) -> usize {
    scan.back(HEX, 4);
    if !scan.begins() || scan.before(1) == u32::from(b':') {
        return 0;
    }
    scan.at = scan.start;
    let (mut count, mut gaps) = (0, 0);
    loop {
        let digits = scan.skip(HEX);
        count += usize::from(digits > 0);
        gaps += usize::from(digits == 0);
        if digits > 4 {
            return 0;
        }
        if !scan.eat(b':') {
            return match gaps {
                _ if digits == 0 || scan.is(WORD) => 0,
                0 => count,
                1 if count < 8 => 8,
                _ => 0,
            };
        }
    }
}
