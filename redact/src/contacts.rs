//! Detects e-mail, IP, MAC and wallet addresses, and phone numbers.

use super::secrets::Span;
use super::text::{before, byte, ends, follows, is_word, read, starts};

/// Finds an address of e-mail around the sign at `at`, which may be written as `\u0040`.
pub(super) fn email(text: &[u8], at: usize) -> Option<Span> {
    let (sign, bytes) = read(text, at);
    if sign != b'@' {
        return None;
    }
    let mut start = at;
    while is_local(before(text, start)) && at - start < 64 {
        start -= 1;
    }
    // The letter of an escape is no part of the address.
    if before(text, start) == b'\\' && matches!(byte(text, start), b'n' | b'r' | b't') {
        start += 1;
    }
    while matches!(byte(text, start), b'.' | b'-' | b'+') && start < at {
        start += 1;
    }
    let (end, last) = domain(text, at + bytes)?;
    let is_picture = matches!(
        last,
        b"png" | b"jpg" | b"jpeg" | b"gif" | b"svg" | b"webp" | b"js" | b"css"
    );
    let is_top = last.len() >= 2 && last.iter().all(u8::is_ascii_alphabetic);
    (start < at && before(text, at) != b'.' && is_top && !is_picture).then_some((start, end))
}

fn is_local(byte: u8) -> bool {
    is_word(byte) || byte >= 0x80 || matches!(byte, b'.' | b'+' | b'%' | b'\'')
}

/// Returns where a domain with at least one dot ends, and its last label.
fn domain(text: &[u8], start: usize) -> Option<(usize, &[u8])> {
    let (mut end, mut label, mut dots) = (start, start, 0);
    loop {
        let char = byte(text, end);
        if char.is_ascii_alphanumeric() || char >= 0x80 || (char == b'-' && end > label) {
            end += 1;
        } else if char == b'.'
            && end > label
            && (byte(text, end + 1).is_ascii_alphanumeric() || byte(text, end + 1) >= 0x80)
        {
            dots += 1;
            end += 1;
            label = end;
        } else {
            break;
        }
    }
    (dots > 0 && end - start < 254).then(|| (end, text.get(label..end).unwrap_or_default()))
}

/// Country codes of one digit, and the first digits of those of two; all others have three.
const ONE: &[u8] = b"17";
const TWO: &[&[u8; 2]] = &[
    b"20", b"27", b"30", b"31", b"32", b"33", b"34", b"36", b"39", b"40", b"41", b"43", b"44",
    b"45", b"46", b"47", b"48", b"49", b"51", b"52", b"53", b"54", b"55", b"56", b"57", b"58",
    b"60", b"61", b"62", b"63", b"64", b"65", b"66", b"81", b"82", b"84", b"86", b"90", b"91",
    b"92", b"93", b"94", b"95", b"98",
];
/// First two digits of country codes of three.
const THREE: &[&[u8; 2]] = &[
    b"21", b"22", b"23", b"24", b"25", b"26", b"29", b"35", b"37", b"38", b"42", b"50", b"59",
    b"67", b"68", b"69", b"80", b"85", b"87", b"88", b"96", b"97", b"99",
];

/// Finds an international number whose plus sign is at `at`.
pub(super) fn phone(text: &[u8], at: usize) -> Option<Span> {
    if !starts(text, at) {
        return None;
    }
    let (end, count, first) = dialled(text, at + 1);
    let known = ONE.contains(&first[0]) || TWO.contains(&&first) || THREE.contains(&&first);
    ((8..=15).contains(&count) && known && ends(text, end)).then_some((at, end))
}

const PHONE_WORDS: &[&[u8]] = &[b"tel", b"phone", b"mobile", b"cell", b"fax", b"call"];

/// Finds a national number that begins at `at`, if a word for phones stands before it.
pub(super) fn national_phone(text: &[u8], at: usize) -> Option<Span> {
    let (end, count, _) = dialled(text, at);
    let named = || after_word(text, at, PHONE_WORDS);
    ((7..=12).contains(&count) && starts(text, at) && ends(text, end) && named())
        .then_some((at, end))
}

/// Returns where a number ends, how many digits it has, and the first two.
fn dialled(text: &[u8], at: usize) -> (usize, usize, [u8; 2]) {
    let (mut place, mut end, mut count, mut first) = (at, at, 0, [0; 2]);
    // No number has more than 15 digits, so a list of digits is not read to its end each time.
    while place - end < 3 && count < 17 {
        match byte(text, place) {
            digit @ b'0'..=b'9' => {
                if let Some(kept) = first.get_mut(count) {
                    *kept = digit;
                }
                count += 1;
                end = place + 1;
            }
            b' ' | b'-' | b'.' | b'(' | b')' | b'/' => {}
            _ => break,
        }
        place += 1;
    }
    (end, count, first)
}

/// Whether one of these words stands within the 24 bytes before `at`.
pub(super) fn after_word(text: &[u8], at: usize, words: &[&[u8]]) -> bool {
    let start = at.saturating_sub(24);
    (start..at)
        .any(|place| starts(text, place) && words.iter().any(|word| follows(text, place, word)))
}

/// Finds a public IPv4 address that begins at `at`. Four numbers after `v` or `version` are none.
pub(super) fn ipv4(text: &[u8], at: usize) -> Option<Span> {
    if !starts(text, at) || before(text, at) == b'.' {
        return None;
    }
    let (mut place, mut octets) = (at, [0_u32; 4]);
    for (number, octet) in octets.iter_mut().enumerate() {
        if number > 0 {
            if byte(text, place) != b'.' {
                return None;
            }
            place += 1;
        }
        let first = place;
        while byte(text, place).is_ascii_digit() && place - first < 3 {
            *octet = *octet * 10 + u32::from(byte(text, place) - b'0');
            place += 1;
        }
        if place == first || *octet > 255 || (place - first > 1 && byte(text, first) == b'0') {
            return None;
        }
    }
    let goes_on = byte(text, place) == b'.' && byte(text, place + 1).is_ascii_digit();
    if is_word(byte(text, place)) || goes_on || after_word(text, at, &[b"version", b"ver"]) {
        return None;
    }
    let is_private = matches!(
        octets,
        [0 | 10 | 127, ..] | [192, 168, ..] | [169, 254, ..] | [172, 16..=31, ..]
    );
    (!is_private).then_some((at, place))
}

/// Finds an IPv6 or a MAC address with its first colon at `at`; the caller tells them apart.
pub(super) fn groups(text: &[u8], at: usize) -> Option<(Span, bool)> {
    let mut start = at;
    while before(text, start).is_ascii_hexdigit() && at - start < 4 {
        start -= 1;
    }
    if !starts(text, start) || before(text, start) == b':' {
        return None;
    }
    let (mut end, mut count, mut doubled, mut pairs) = (start, 0, 0, true);
    loop {
        let first = end;
        while byte(text, end).is_ascii_hexdigit() && end - first < 4 {
            end += 1;
        }
        count += usize::from(end > first);
        pairs &= end - first == 2;
        if byte(text, end) != b':'
            || !(byte(text, end + 1).is_ascii_hexdigit() || byte(text, end + 1) == b':')
        {
            break;
        }
        doubled += usize::from(byte(text, end + 1) == b':');
        end += 1;
    }
    if is_word(byte(text, end)) || byte(text, end) == b':' {
        return None;
    }
    if count == 6 && pairs && doubled == 0 {
        return Some(((start, end), true));
    }
    let is_whole = (count == 8 && doubled == 0) || (doubled == 1 && (2..8).contains(&count));
    let head = text.get(start..end)?;
    let is_private = head.starts_with(b"::")
        || [b"fe80", b"FE80"]
            .iter()
            .any(|local| head.starts_with(*local))
        || matches!(head, [b'f' | b'F', b'c' | b'C' | b'd' | b'D', ..]);
    // Times, and paths of types such as `a::b`, have colons, too.
    let is_full = |group: &[u8]| group.len() == 4 && group.iter().any(u8::is_ascii_digit);
    let proven = count == 8 || head.split(|byte| *byte == b':').any(is_full);
    (is_whole && !is_private && proven).then_some(((start, end), false))
}

/// Finds the address of a wallet that begins at `at`: `0x` and 40 digits, `bc1`, or base58.
pub(super) fn wallet(text: &[u8], at: usize) -> Option<Span> {
    if !starts(text, at) {
        return None;
    }
    let mut end = at;
    while byte(text, end).is_ascii_alphanumeric() {
        end += 1;
    }
    if is_word(byte(text, end)) {
        return None;
    }
    let word = text.get(at..end)?;
    let is_base58 = || {
        word.iter()
            .all(|char| !matches!(char, b'0' | b'O' | b'I' | b'l'))
    };
    let mixed = |class: fn(&u8) -> bool| word.iter().any(class);
    let found = match word {
        [b'0', b'x', digits @ ..] => digits.len() == 40 && digits.iter().all(u8::is_ascii_hexdigit),
        [b'b', b'c', b'1', rest @ ..] => {
            matches!(rest.len(), 39 | 59)
                && rest
                    .iter()
                    .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit())
        }
        [b'1' | b'3', rest @ ..] => {
            (25..=34).contains(&rest.len())
                && is_base58()
                && mixed(u8::is_ascii_uppercase)
                && mixed(u8::is_ascii_lowercase)
        }
        _ => false,
    };
    found.then_some((at, end))
}
