//! Numbers that prove themselves by a checksum: cards, accounts, identities.

use super::bytes::{is, CAPITAL, DIGIT, SEPARATOR, WORD};
use super::rules::Rules;
use super::scan::{byte, words, Scan};

/// The first four digits of payment cards by issuer, from and to, and how many digits these have. A
/// card is of the first that fits.
#[rustfmt::skip]
const CARDS: &[(u16, u16, u8)] = &[
    (4000, 4999, lengths(&[13, 16, 19])),
    (5100, 5599, lengths(&[16])),
    (2200, 2720, lengths(&[16])),
    (3400, 3499, lengths(&[15])),
    (3700, 3799, lengths(&[15])),
    (3000, 3059, lengths(&[14])),
    (3600, 3699, lengths(&[14])),
    (3800, 3999, lengths(&[14])),
    (3528, 3589, lengths(&[16])),
    (5000, 5899, lengths(&[13, 14, 15, 16, 17, 18, 19])),
    (6000, 6999, lengths(&[13, 14, 15, 16, 17, 18, 19])),
];
const LEAST_LENGTH: usize = 13;

const fn lengths(mut all: &[usize]) -> u8 {
    let mut bits = 0;
    while let [length, rest @ ..] = all {
        bits |= 1 << (*length - LEAST_LENGTH);
        all = rest;
    }
    bits
}

/// Finds a payment card that begins at the cursor: its issuer, its length, Luhn's checksum.
pub(super) fn card(scan: &mut Scan<'_>, _: &Rules) -> bool {
    digits(scan);
    let first = scan.decimal(0, 4);
    for (from, to, lengths) in CARDS {
        if (u32::from(*from)..=u32::from(*to)).contains(&first) {
            let length = scan.count.wrapping_sub(LEAST_LENGTH);
            return length < 8 && lengths >> length & 1 != 0 && luhn(scan);
        }
    }
    false
}

/// Reads the digits of a number that begins at the cursor, with single spaces, hyphens or dots
/// between them. It has none if a word or another number goes on there, and if it is a long one
/// whose digits are all equal, because most checksums let these pass.
#[inline(never)]
fn digits(scan: &mut Scan<'_>) {
    scan.number(DIGIT, 20, SEPARATOR, 1);
    let mut same = 1;
    while same < scan.count && scan.value(same) == scan.value(0) {
        same += 1;
    }
    let is_equal = same > 9 && same == scan.count;
    let is_part = scan.before(1) == u32::from(b'.') && is(scan.before(2), DIGIT);
    if is_equal || is_part || scan.is(WORD) {
        scan.count = 0;
    }
}

fn luhn(scan: &Scan<'_>) -> bool {
    let mut sum = 0;
    for place in 0..scan.count {
        let value = scan.value(scan.count - 1 - place) << (place & 1);
        sum += if value > 9 { value - 9 } else { value };
    }
    sum % 10 == 0
}

/// Countries of IBANs by the length of theirs, from 15 on: a dot makes it one longer.
const COUNTRIES: &[u8] = b"NO.BE..DKFOFIGLNLSD.MKSI.ATBAEEKZLTLUXKMN.HRLVLICH.\
    BGBHCRDEGBGEIEMERSVA.AEGIILIQTLOM.ADCZESMDPKROSASETNSKVGTR.LYPT.ISTR.FRGRITMCMRSM.\
    ALAZCYDOGTHUJMLBPLBYSVNI.BRPSQAUA.JOKWMU.MTSC.LC.RU";

/// Finds an IBAN that begins at the cursor: its length by country, its checksum.
pub(super) fn iban(scan: &mut Scan<'_>, _: &Rules) -> bool {
    let (mut length, mut place) = (15, 0);
    if !is(scan.byte(2), DIGIT) || !is(scan.byte(3), DIGIT) {
        return false;
    }
    loop {
        let letter = byte(COUNTRIES, place);
        if letter == 0 {
            return false;
        }
        place += 1;
        if letter == u32::from(b'.') {
            length += 1;
            continue;
        }
        if letter == scan.byte(0) && byte(COUNTRIES, place) == scan.byte(1) {
            break;
        }
        place += 1;
    }
    scan.number(CAPITAL | DIGIT, length, SEPARATOR, 1);
    let mut sum = 0;
    // The first four characters count last.
    for place in 4..length + 4 {
        let value = scan.value(if place < length {
            place
        } else {
            place - length
        });
        sum = (sum * if value > 9 { 100 } else { 10 } + value) % 97;
    }
    sum == 1 && scan.count == length && !scan.is(WORD)
}

/// Finds a national identity number of digits that begins at the cursor.
pub(super) fn identity(scan: &mut Scan<'_>, _: &Rules) -> bool {
    digits(scan);
    match scan.count {
        9 => is_us_number(scan),
        // England's NHS number. Seconds since 1970 have ten digits, too.
        10 => scan.value(0) > 2 && check_digit(scan, 9) == scan.value(9),
        11 => is_pesel(scan) || is_cpf(scan),
        12 => is_aadhaar(scan),
        _ => false,
    }
}

/// Whether this is a Social Security number or an ITIN of the United States, with its hyphens.
fn is_us_number(scan: &Scan<'_>) -> bool {
    let (area, group) = (scan.decimal(0, 3), scan.decimal(3, 5));
    let is_known = match area {
        0 | 666 => false,
        900.. => group >= 50,
        _ => group != 0 && scan.decimal(5, 9) != 0,
    };
    let hyphen = u32::from(b'-');
    is_known && scan.at - scan.start == 11 && scan.byte(-8) == hyphen && scan.byte(-5) == hyphen
}

/// Returns the digit that checks so many before it, whose weights fall to 2.
#[inline(never)]
fn check_digit(scan: &Scan<'_>, count: usize) -> u32 {
    let (mut sum, mut weighted) = (0, 0);
    for place in 0..count {
        sum += scan.value(place);
        weighted += sum;
    }
    (weighted + sum) * 10 % 11
}

/// Whether this is Brazil's CPF.
fn is_cpf(scan: &Scan<'_>) -> bool {
    check_digit(scan, 9) % 10 == scan.value(9) && check_digit(scan, 10) % 10 == scan.value(10)
}

/// Whether this is Poland's PESEL: its month, its day, its checksum.
fn is_pesel(scan: &Scan<'_>) -> bool {
    let mut sum = 0;
    for place in 0..11 {
        sum += scan.value(place) * (byte(b"13791379131", place) & 15);
    }
    (1..=12).contains(&(scan.decimal(2, 4) % 20))
        && (1..=31).contains(&scan.decimal(4, 6))
        && sum % 10 == 0
}

/// Whether this is India's Aadhaar, by Verhoeff's checksum in the dihedral group of ten elements.
fn is_aadhaar(scan: &Scan<'_>) -> bool {
    let mut sum = 0;
    for place in 0..12 {
        let mut value = scan.value(11 - place);
        for _ in 0..place % 8 {
            value = byte(b"1576283094", value as usize) & 15;
        }
        // From 5 on they are turned over: what follows counts backwards.
        let is_turned = (sum < 5) != (value < 5);
        sum += if sum < 5 { value } else { 10 - value };
        sum = sum % 5 + if is_turned { 5 } else { 0 };
    }
    sum == 0 && scan.value(0) > 1
}

/// Finds a national number with letters that begins at the cursor: Spain's NIF and NIE, Italy's
/// codice fiscale. The United Kingdom's NINO has no checksum and counts after a word only.
pub(super) fn lettered_identity(scan: &mut Scan<'_>, _: &Rules) -> bool {
    scan.number(CAPITAL | DIGIT, 17, 0, 0);
    !scan.is(WORD) && (is_nif(scan) || is_codice_fiscale(scan) || is_nino(scan))
}

/// Whether the characters of the number are of this form: `9` stands for a digit, `A` for a letter.
#[inline(never)]
fn has_form(scan: &Scan<'_>, form: &[u8]) -> bool {
    for (place, char) in form.iter().enumerate() {
        if (scan.value(place) > 9) != (*char > b'9') {
            return false;
        }
    }
    scan.count == form.len()
}

fn is_nif(scan: &Scan<'_>) -> bool {
    // `X`, `Y` and `Z` count as 0, 1 and 2.
    let first = scan.value(0).wrapping_sub(33);
    let is_nie = first < 3 && has_form(scan, b"A9999999A");
    if !is_nie && !has_form(scan, b"99999999A") {
        return false;
    }
    let first = if is_nie { first } else { scan.value(0) };
    let value = first * 10_000_000 + scan.decimal(1, 8);
    byte(b"TRWAGMYFPDXBNJZSQVHLCKE", value as usize % 23) == scan.byte(-1)
}

fn is_nino(scan: &mut Scan<'_>) -> bool {
    const NOT_FIRST: u32 = letters(b"DFIQUV");
    const NOT_SECOND: u32 = letters(b"DFIQUVO");
    has_form(scan, b"AA999999A")
        && 1 << (scan.value(0) - 10) & NOT_FIRST == 0
        && 1 << (scan.value(1) - 10) & NOT_SECOND == 0
        && scan.value(8) < 14
        && scan.is_after(words!["nino", "national"])
}

/// Returns a set of letters.
const fn letters(mut all: &[u8]) -> u32 {
    let mut bits = 0;
    while let [letter, rest @ ..] = all {
        bits |= 1 << (*letter - b'A');
        all = rest;
    }
    bits
}

fn is_codice_fiscale(scan: &Scan<'_>) -> bool {
    // Values of characters at odd places, by the tax office's table: A or 0 is 1, B or 1 is 0, …
    const ODD: &[u8] = &[
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let mut sum = 0;
    for place in 0..15 {
        let value = scan.value(place);
        let value = if value > 9 { value - 10 } else { value };
        sum += if place % 2 == 0 {
            byte(ODD, value as usize)
        } else {
            value
        };
    }
    has_form(scan, b"AAAAAA99A99A999A") && sum % 26 + 10 == scan.value(15)
}
