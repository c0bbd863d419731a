//! `Retry-After`, in both of its forms, as a wait from now. Untrusted: what is not one is no wait.

/// The longest wait that a server can impose, five minutes. Longer ones count as this.
pub const MAX_RETRY_AFTER_MS: f64 = 300_000.0;

/// No form of the header is longer than half of this.
const MAX_BYTES: usize = 64;

/// Returns how long a `Retry-After` header asks to wait, from 0 to [`MAX_RETRY_AFTER_MS`]. The
/// header is a number of seconds, or a date in one of the three forms of RFC 9110; a past date
/// means now. `None` for anything else, negative numbers and those beyond 64 bits included.
pub fn retry_after_ms(value: &str, now_ms: f64) -> Option<f64> {
    if value.len() > MAX_BYTES || !now_ms.is_finite() {
        return None;
    }
    let value = value.trim_ascii();
    let wait_ms = match whole_number(value.as_bytes()) {
        #[expect(clippy::cast_precision_loss, reason = "clamped long before it shows")]
        Some(seconds) => seconds as f64 * 1_000.0,
        None => date_ms(value, now_ms)? - now_ms,
    };
    Some(wait_ms.clamp(0.0, MAX_RETRY_AFTER_MS))
}

/// Returns the milliseconds since 1970 of an HTTP date.
fn date_ms(value: &str, now_ms: f64) -> Option<f64> {
    let mut parts = value.split([' ', ',', '-']).filter(|part| !part.is_empty());
    let weekday = parts.next()?;
    index_of(weekday.get(..3)?, b"SunMonTueWedThuFriSat")?;
    let four = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    let (day, month, year, time) = match (four, parts.next(), parts.next()) {
        // Sun, 06 Nov 1994 08:49:37 GMT, and with hyphens and a long weekday, 06-Nov-94
        ([day, month, year, time], Some("GMT"), None) => (day, month, year, time),
        // Sun Nov  6 08:49:37 1994
        ([month, day, time, year], None, None) => (day, month, year, time),
        _ => return None,
    };
    let year = match (year.len(), number(year)?) {
        (4, year) => year,
        (2, year) => full_year(year, now_ms)?,
        _ => return None,
    };
    let days = days_since_1970(year, index_of(month, MONTHS)?, number(day)?)?;
    let mut clock = time
        .split(':')
        .map(|part| number(part).filter(|_| part.len() == 2));
    let [hour, minute, second] = [clock.next()??, clock.next()??, clock.next()??];
    // A minute may have a leap second.
    if clock.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = i64::from(days) * 86_400 + i64::from(hour * 3_600 + minute * 60 + second);
    #[expect(
        clippy::cast_precision_loss,
        reason = "whole seconds until the year 9999"
    )]
    Some(seconds as f64 * 1_000.0)
}

const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
const MONTH_DAYS: [i32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Returns which of the three-letter names this is, from 0.
fn index_of(name: &str, names: &[u8]) -> Option<usize> {
    names.chunks(3).position(|each| each == name.as_bytes())
}

/// Returns the year of two digits: the latest that is at most 50 years ahead, as RFC 9110 demands.
fn full_year(digits: i32, now_ms: f64) -> Option<i32> {
    const YEAR_MS: f64 = 31_556_952_000.0;
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
    let latest = (1970.0 + now_ms / YEAR_MS).floor() as i32;
    let latest = latest.checked_add(50)?;
    latest.checked_sub(latest.checked_sub(digits)?.rem_euclid(100))
}

/// Returns the days since 1970 of the proleptic Gregorian calendar, `month` from 0.
fn days_since_1970(year: i32, month: usize, day: i32) -> Option<i32> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let in_month = MONTH_DAYS.get(month)? + i32::from(is_leap && month == 1);
    if !(1..=9999).contains(&year) || !(1..=in_month).contains(&day) {
        return None;
    }
    let before = year - 1;
    let in_months: i32 = MONTH_DAYS.iter().take(month).sum();
    let leap_day = i32::from(is_leap && month > 1);
    let days = before * 365 + before / 4 - before / 100 + before / 400;
    Some(days + in_months + leap_day + day - 1 - 719_162)
}

fn number(digits: &str) -> Option<i32> {
    i32::try_from(whole_number(digits.as_bytes())?).ok()
}

/// Reads digits and nothing else, within 64 bits.
pub(crate) fn whole_number(digits: &[u8]) -> Option<u64> {
    let start = (!digits.is_empty()).then_some(0u64);
    digits.iter().fold(start, |number, digit| {
        let digit = char::from(*digit).to_digit(10)?;
        number?.checked_mul(10)?.checked_add(u64::from(digit))
    })
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
