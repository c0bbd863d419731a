//! `Retry-After`, in both of its forms, as a wait from now. Untrusted: what is not one is no wait.

/// The longest wait that a server can impose, five minutes. Longer ones count as this.
pub const MAX_RETRY_AFTER_MS: f64 = 300_000.0;

/// No form of the header is longer than half of this.
const MAX_BYTES: usize = 64;

/// Returns how long a `Retry-After` header asks to wait, from 0 to [`MAX_RETRY_AFTER_MS`]. The
/// header is a number of seconds, or a date in one of the three forms of RFC 9110; a past date
/// means now. `None` for anything else, negative numbers and those beyond 64 bits included.
#[cold]
#[inline(never)]
pub fn retry_after_ms(value: &str, now_ms: f64) -> Option<f64> {
    if value.len() > MAX_BYTES || !now_ms.is_finite() {
        return None;
    }
    let value = value.as_bytes().trim_ascii();
    let wait_ms = match whole_number(value) {
        #[expect(clippy::cast_precision_loss, reason = "bounded long before it shows")]
        Some(seconds) => seconds as f64 * 1_000.0,
        None => date_ms(value, now_ms)? - now_ms,
    };
    Some(wait_ms.clamp(0.0, MAX_RETRY_AFTER_MS))
}

/// Returns the milliseconds since 1970 of an HTTP date.
fn date_ms(value: &[u8], now_ms: f64) -> Option<f64> {
    let mut parts = [&[][..]; PARTS];
    let mut count = 0;
    let mut rest = value;
    while let Some((part, tail)) = next_part(rest) {
        *parts.get_mut(count)? = part;
        count += 1;
        rest = tail;
    }
    let [weekday, mut day, mut month, mut year, mut time, zone] = parts;
    // Sun, 06 Nov 1994 08:49:37 GMT, and with hyphens and a long weekday, 06-Nov-94
    if count == PARTS - 1 {
        // Sun Nov  6 08:49:37 1994
        (month, day, time, year) = (day, month, year, time);
    } else if zone != b"GMT" {
        return None;
    }
    place_of(weekday.get(..3)?, b"SunMonTueWedThuFriSat")?;
    let &[h1, h2, b':', m1, m2, b':', s1, s2] = time else {
        return None;
    };
    let clock = |digits: [u8; 2], most| small(&digits).filter(|number| *number <= most);
    // A minute may have a leap second.
    let (hour, minute, second) = (
        clock([h1, h2], 23)?,
        clock([m1, m2], 59)?,
        clock([s1, s2], 60)?,
    );
    let year = match (year.len(), small(year)?) {
        (4, year) => year,
        (2, digits) => full_year(digits, now_ms)?,
        _ => return None,
    };
    let days = days_since_1970(year, place_of(month, MONTHS)?, small(day)?)?;
    let seconds = (hour * 60 + minute) * 60 + second;
    Some(f64::from(days) * 86_400_000.0 + f64::from(seconds) * 1_000.0)
}

/// Parts of the longest form.
const PARTS: usize = 6;
const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";

/// Returns what stands in front of the next separator, and what follows it.
fn next_part(mut rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_separator = |byte: &u8| matches!(byte, b' ' | b',' | b'-');
    while let [first, tail @ ..] = rest {
        if !is_separator(first) {
            let end = rest.iter().position(is_separator).unwrap_or(rest.len());
            return rest.split_at_checked(end);
        }
        rest = tail;
    }
    None
}

/// Returns which of the three-letter names this is, from 0.
#[inline(never)]
fn place_of(name: &[u8], names: &[u8]) -> Option<i32> {
    names
        .chunks_exact(3)
        .zip(0..)
        .find_map(|(each, place)| (each == name).then_some(place))
}

/// Returns the year of two digits: the latest that is at most 50 years ahead, as RFC 9110 demands.
fn full_year(digits: i32, now_ms: f64) -> Option<i32> {
    const YEAR_MS: f64 = 31_556_952_000.0;
    let latest = (1970.0 + now_ms / YEAR_MS).floor() + 50.0;
    // Beyond these years no date is read.
    if !(0.0..20_000.0).contains(&latest) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the bounds above")]
    let latest = latest as i32;
    Some(latest - (latest - digits).rem_euclid(100))
}

/// Returns the days since 1970 of the proleptic Gregorian calendar, `month` from 0.
fn days_since_1970(year: i32, month: i32, day: i32) -> Option<i32> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    // They take turns, and July and August do not.
    let in_month = match month {
        1 => 28 + i32::from(is_leap),
        _ => 31 - month % 7 % 2,
    };
    if !(1..=9999).contains(&year) || !(1..=in_month).contains(&day) {
        return None;
    }
    // Counted from March on, the leap day is the last of its year.
    let (year, month) = if month < 2 {
        (year - 1, month + 10)
    } else {
        (year, month - 2)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400;
    Some(days + (153 * month + 2) / 5 + day - 719_469)
}

fn small(digits: &[u8]) -> Option<i32> {
    i32::try_from(whole_number(digits)?).ok()
}

/// Reads digits and nothing else, within 64 bits.
#[inline(never)]
pub(crate) fn whole_number(digits: &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    (!digits.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1994-11-06T08:49:37Z
    const THEN_MS: f64 = 784_111_777_000.0;

    #[test]
    fn both_forms() {
        let table = [
            ("0", Some(0.0)),
            (" 7 ", Some(7_000.0)),
            ("007", Some(7_000.0)),
            ("300", Some(300_000.0)),
            ("301", Some(300_000.0)),
            ("18446744073709551615", Some(300_000.0)),
            ("18446744073709551616", None),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(10_000.0)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(10_000.0)),
            ("Sun Nov  6 08:49:37 1994", Some(10_000.0)),
            ("Sun Nov 06 08:49:37 1994", Some(10_000.0)),
            ("Sun, 06 Nov 1994 08:49:26 GMT", Some(0.0)),
            ("Sun, 06 Nov 9994 08:49:26 GMT", Some(300_000.0)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0.0)),
            // Weekdays are redundant, and servers that get them wrong mean the date.
            ("Mon, 06 Nov 1994 08:49:37 GMT", Some(10_000.0)),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("1e3", None),
            ("0x10", None),
            ("soon", None),
            ("Sun, 06 Nov 1994 08:49:37 CET", None),
            ("Sun, 06 Nov 1994 08:49:37", None),
            ("Sun, 06 Nov 1994 08:49:37 GMT GMT", None),
            ("Sun, 06 Nov 1994 24:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:60:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49:61 GMT", None),
            ("Sun, 06 Nov 1994 08:49 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37:00 GMT", None),
            ("Sun, 06 Nov 994 08:49:37 GMT", None),
            ("Sun, 06 Nov 0000 08:49:37 GMT", None),
            ("Sun, 00 Nov 1994 08:49:37 GMT", None),
            ("Sun, 31 Nov 1994 08:49:37 GMT", None),
            ("Tue, 29 Feb 1994 08:49:37 GMT", None),
            ("Tue, 31 Feb 2094 08:49:37 GMT", None),
            ("Sun, 06 Nop 1994 08:49:37 GMT", None),
            ("Sin, 06 Nov 1994 08:49:37 GMT", None),
            ("Śś, 06 Nov 1994 08:49:37 GMT", None),
        ];
        for (value, expected) in table {
            assert_eq!(
                retry_after_ms(value, THEN_MS - 10_000.0),
                expected,
                "{value:?}"
            );
        }
    }

    #[test]
    fn a_year_of_two_digits_is_at_most_50_years_ahead() {
        for (year, digits, expected) in [
            (2026, 26, 2026),
            (2026, 76, 2076),
            (2026, 77, 1977),
            (2099, 0, 2100),
            (1994, 94, 1994),
        ] {
            // The middle of that year.
            let now_ms = (f64::from(year - 1970) + 0.5) * 31_556_952_000.0;
            assert_eq!(full_year(digits, now_ms), Some(expected), "{digits}");
        }
    }

    #[test]
    fn every_month_has_its_days() {
        let days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        for (month, last) in MONTHS.chunks(3).zip(days) {
            let month = core::str::from_utf8(month).unwrap();
            for (day, exists) in [(last, true), (last + 1, false)] {
                let value = format!("Sun, {day} {month} 1995 00:00:00 GMT");
                assert_eq!(retry_after_ms(&value, 0.0).is_some(), exists, "{value}");
            }
        }
    }

    #[test]
    fn only_leap_years_have_a_29th_of_february() {
        for (year, is_leap) in [
            (1996, true),
            (2000, true),
            (1994, false),
            (1900, false),
            (2100, false),
        ] {
            let value = format!("Thu, 29 Feb {year} 00:00:00 GMT");
            assert_eq!(retry_after_ms(&value, 0.0).is_some(), is_leap, "{year}");
        }
    }

    #[test]
    fn a_value_too_long_and_a_clock_without_time_are_no_wait() {
        assert_eq!(retry_after_ms(&"0".repeat(64), 0.0), Some(0.0));
        assert_eq!(retry_after_ms(&"0".repeat(65), 0.0), None);
        assert_eq!(retry_after_ms(&"9".repeat(1 << 20), 0.0), None);
        assert_eq!(retry_after_ms("1", f64::NAN), None);
        assert_eq!(retry_after_ms("1", f64::INFINITY), None);
    }

    #[cfg(not(target_family = "wasm"))]
    proptest::proptest! {
        /// Dates as somebody else writes them.
        #[test]
        fn every_date_is_read(seconds in 0u64..253_402_300_800, ahead_ms in -400_000i32..400_000) {
            let date = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            let value = httpdate::fmt_http_date(date);
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            let date_ms = seconds as f64 * 1_000.0;
            let expected = f64::from(ahead_ms.clamp(0, 300_000));
            proptest::prop_assert_eq!(
                retry_after_ms(&value, date_ms - f64::from(ahead_ms)),
                Some(expected)
            );
        }

        #[test]
        fn anything_is_a_wait_in_bounds_or_none(
            value in "[ -~]{0,70}|[0-9]{1,30}|(Sun|Monday),? [0-9]{1,2}[ -]Nov[ -][0-9]{0,5} [0-9:]{0,9}( GMT)?",
            now_ms in proptest::num::f64::ANY,
        ) {
            if let Some(wait_ms) = retry_after_ms(&value, now_ms) {
                proptest::prop_assert!((0.0..=MAX_RETRY_AFTER_MS).contains(&wait_ms));
            }
        }
    }
}
