//! Numbers that prove themselves by a checksum: cards, accounts, identities.

use super::text::{before, byte, is_word, starts};

/// The digits of a number, written with single blanks, hyphens or dots between them.
pub(super) struct Digits {
    values: [u8; 20],
    count: usize,
    /// Where it ends in the text.
    pub(super) end: usize,
}

impl Digits {
    pub(super) fn all(&self) -> &[u8] {
        self.values.get(..self.count).unwrap_or_default()
    }
}

/// Reads the digits from `at` on; `None` if a word or another number goes on there, or if there are
/// more than any number of ours has.
pub(super) fn digits(text: &[u8], at: usize) -> Option<Digits> {
    if !starts(text, at)
        || (before(text, at) == b'.' && byte(text, at.wrapping_sub(2)).is_ascii_digit())
    {
        return None;
    }
    let mut found = Digits {
        values: [0; 20],
        count: 0,
        end: at,
    };
    let mut place = at;
    loop {
        let char = byte(text, place);
        if char.is_ascii_digit() {
            *found.values.get_mut(found.count)? = char - b'0';
            found.count += 1;
            place += 1;
            found.end = place;
        } else if matches!(char, b' ' | b'-' | b'.')
            && place == found.end
            && byte(text, place + 1).is_ascii_digit()
        {
            place += 1;
        } else {
            break;
        }
    }
    (!is_word(byte(text, found.end))).then_some(found)
}

/// Whether these are the digits of a payment card: its issuer, its length, Luhn's checksum.
pub(super) fn is_card(digits: &[u8]) -> bool {
    let [a, b, c, d, ..] = *digits else {
        return false;
    };
    let four = u32::from(a) * 1000 + u32::from(b) * 100 + u32::from(c) * 10 + u32::from(d);
    let length = digits.len();
    let known = match four {
        4000..=4999 => matches!(length, 13 | 16 | 19),
        5100..=5599 | 2221..=2720 => length == 16,
        3400..=3499 | 3700..=3799 => length == 15,
        3000..=3059 | 3600..=3699 | 3800..=3999 => length == 14,
        3528..=3589 | 6011 | 6440..=6599 => length == 16,
        5000..=5099 | 5600..=5899 | 6000..=6999 => (13..=19).contains(&length),
        _ => false,
    };
    known && luhn(digits) && digits.iter().any(|digit| *digit != a)
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let value = u32::from(*digit) << (at % 2);
            if value > 9 {
                value - 9
            } else {
                value
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Countries of IBANs and how long theirs are: pairs of letters by length.
const IBAN_LENGTHS: &[(u8, &[u8])] = &[
    (15, b"NO"),
    (16, b"BE"),
    (18, b"DKFOFIGLNLSD"),
    (19, b"MKSI"),
    (20, b"ATBAEEKZLTLUXKMN"),
    (21, b"HRLVLICH"),
    (22, b"BGBHCRDEGBGEIEMERSVA"),
    (23, b"AEGIILIQTLOM"),
    (24, b"ADCZESMDPKROSASETNSKVGTR"),
    (25, b"LYPT"),
    (26, b"ISTR"),
    (27, b"FRGRITMCMRSM"),
    (28, b"ALAZCYDOGTHUJMLBPLBYSVNI"),
    (29, b"BRPSQAUA"),
    (30, b"JOKWMU"),
    (31, b"MTSC"),
    (32, b"LC"),
    (33, b"RU"),
];

/// Finds an IBAN whose country begins at `at`: its length by country, its checksum.
pub(super) fn iban(text: &[u8], at: usize) -> Option<usize> {
    let country = text.get(at..at + 2)?;
    if !starts(text, at) || !country.iter().all(u8::is_ascii_uppercase) {
        return None;
    }
    let length = IBAN_LENGTHS
        .iter()
        .find(|(_, countries)| countries.chunks(2).any(|known| known == country))?
        .0;
    // The first four characters count last: their remainder is kept until the rest is read.
    let (mut sum, mut head, mut count, mut place) = (0_u32, 0_u32, 0_u8, at);
    while count < length {
        let char = byte(text, place);
        if char == b' ' && count % 4 == 0 && count > 0 {
            place += 1;
            continue;
        }
        let into = if count < 4 { &mut head } else { &mut sum };
        let value = u32::from(char);
        *into = match char {
            b'0'..=b'9' => (*into * 10 + value - u32::from(b'0')) % 97_000,
            b'A'..=b'Z' if !(2..=3).contains(&count) => {
                (*into * 100 + value - u32::from(b'A') + 10) % 9_700_000
            }
            _ => return None,
        };
        if count >= 4 {
            sum %= 97;
        }
        count += 1;
        place += 1;
    }
    // Two letters and two digits are six digits.
    let remainder = (sum * (1_000_000 % 97) + head % 97) % 97;
    (remainder == 1 && !is_word(byte(text, place))).then_some(place)
}

/// Whether these digits are a national identity number that proves itself.
pub(super) fn is_identity(digits: &[u8]) -> bool {
    if digits.iter().all(|digit| Some(digit) == digits.first()) {
        return false;
    }
    match digits.len() {
        // The United Kingdom's NHS number.
        10 => weighted(digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
        // Poland's PESEL, with its month; Brazil's CPF.
        11 => is_pesel(digits) || is_cpf(digits),
        // India's Aadhaar.
        12 => !matches!(digits.first(), Some(0 | 1)) && verhoeff(digits),
        _ => false,
    }
}

fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum()
}

fn is_pesel(digits: &[u8]) -> bool {
    let [_, _, m, n, d, e, ..] = *digits else {
        return false;
    };
    let month = (m % 2) * 10 + n;
    let day = d * 10 + e;
    (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

fn is_cpf(digits: &[u8]) -> bool {
    let check = |weights: &[u32]| weighted(digits, weights) * 10 % 11 % 10;
    let last: Vec<u32> = digits
        .iter()
        .skip(9)
        .map(|digit| u32::from(*digit))
        .collect();
    last == [
        check(&[10, 9, 8, 7, 6, 5, 4, 3, 2]),
        check(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]),
    ]
}

/// Verhoeff's checksum, by the dihedral group of ten elements.
fn verhoeff(digits: &[u8]) -> bool {
    let times = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    const PERMUTED: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let sum = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0, |sum, (place, digit)| {
            let moved = (0..place % 8).fold(*digit, |digit, _| {
                PERMUTED.get(usize::from(digit)).copied().unwrap_or(0)
            });
            times(sum, moved)
        });
    sum == 0
}

/// Whether this is a US Social Security number or an ITIN, written with its hyphens.
pub(super) fn is_us_number(text: &[u8]) -> bool {
    let [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', b'-', d @ b'0'..=b'9', e @ b'0'..=b'9', b'-', serial @ ..] =
        text
    else {
        return false;
    };
    if serial.len() != 4 || !serial.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let area = number(&[*a, *b, *c]);
    let group = number(&[*d, *e]);
    if area >= 900 {
        return matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
    }
    area != 0 && area != 666 && group != 0 && serial != b"0000"
}

fn number(digits: &[u8]) -> u32 {
    digits
        .iter()
        .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
}

/// Finds a national number with letters that begins at `at`: Spain's NIF and NIE, Italy's codice
/// fiscale. The United Kingdom's NINO has no checksum and counts after a word only.
pub(super) fn lettered_identity(
    text: &[u8],
    at: usize,
    is_named: impl Fn() -> bool,
) -> Option<usize> {
    if !starts(text, at) {
        return None;
    }
    let mut end = at;
    while byte(text, end).is_ascii_uppercase() || byte(text, end).is_ascii_digit() {
        end += 1;
    }
    if is_word(byte(text, end)) {
        return None;
    }
    let word = text.get(at..end)?;
    let proven = match word.len() {
        9 => is_nif(word) || (is_nino(word) && is_named()),
        16 => is_codice_fiscale(word),
        _ => false,
    };
    proven.then_some(end)
}

fn is_nif(word: &[u8]) -> bool {
    let [first, middle @ .., letter] = word else {
        return false;
    };
    let first = match first {
        b'X' => b'0',
        b'Y' => b'1',
        b'Z' => b'2',
        digit => *digit,
    };
    if !first.is_ascii_digit() || !middle.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let value = number(&[first]) * 10_000_000 + number(middle);
    let expected = usize::try_from(value % 23)
        .ok()
        .and_then(|at| b"TRWAGMYFPDXBNJZSQVHLCKE".get(at));
    expected == Some(letter)
}

fn is_nino(word: &[u8]) -> bool {
    let [a, b, digits @ .., last] = word else {
        return false;
    };
    a.is_ascii_uppercase()
        && b.is_ascii_uppercase()
        && !b"DFIQUV".contains(a)
        && !b"DFIQUVO".contains(b)
        && digits.iter().all(u8::is_ascii_digit)
        && matches!(last, b'A'..=b'D')
}

fn is_codice_fiscale(word: &[u8]) -> bool {
    const FORM: &[u8; 16] = b"LLLLLLDDLDDLDDDL";
    // Values of characters at odd places, by the tax office's table: A or 0 is 1, B or 1 is 0, …
    const ODD: [u8; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let mut sum = 0_u32;
    for (at, (char, form)) in word.iter().zip(FORM).enumerate() {
        let value = match (char, form) {
            (b'A'..=b'Z', b'L') => char - b'A',
            (b'0'..=b'9', b'D') => char - b'0',
            _ => return false,
        };
        if at == 15 {
            return sum % 26 == u32::from(value);
        }
        sum += u32::from(if at % 2 == 0 {
            ODD.get(usize::from(value)).copied().unwrap_or(0)
        } else {
            value
        });
    }
    false
}
