//! Reads `Retry-After`: a wait within bounds or none, and dates as httpdate reads them.
#![no_main]

use std::time::UNIX_EPOCH;

use laminar_edge::{retry_after_ms, MAX_RETRY_AFTER_MS};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (f64, &str)| {
    let (now_ms, value) = input;
    for now_ms in [now_ms, 1_767_225_600_000.0] {
        let wait_ms = retry_after_ms(value, now_ms);
        assert!(wait_ms.is_none_or(|wait_ms| (0.0..=MAX_RETRY_AFTER_MS).contains(&wait_ms)));
    }
    // httpdate also trims white space that only Unicode calls so.
    if value.trim() != value.trim_ascii() {
        return;
    }
    // httpdate reads a year of two digits in another way, because it does not know the present time.
    if value.len() > 64 || value.contains('-') {
        return;
    }
    if let Ok(date) = httpdate::parse_http_date(value.trim_ascii()) {
        let date_ms = date
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |since| since.as_secs_f64() * 1_000.0);
        assert_eq!(
            retry_after_ms(value, date_ms - 2_000.0),
            Some(2_000.0),
            "{value}"
        );
    }
});
