//! The header `Retry-After`. Owns its two forms: seconds, and the date of the server's clock.

use std::time::{Duration, SystemTime};

use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// How long a server asks to be left alone, at the time `now`.
pub(super) fn read(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let asked = text(RETRY_AFTER)?;
    if let Ok(seconds) = asked.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds.clamp(0.0, f64::MAX)).ok();
    }
    let date = |text| DateTime::parse_from_rfc2822(text).ok()?.timestamp().try_into().ok().map(Duration::from_secs);
    let here = || now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    // The server's clock may be another one; it tells what time it is there.
    let there = text(DATE).and_then(date).unwrap_or_else(here);
    Some(date(asked)?.saturating_sub(there))
}
