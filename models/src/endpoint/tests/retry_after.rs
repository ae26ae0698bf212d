//! The header `Retry-After`, by the clock here and the one there.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

use super::super::retry_after;

/// 07:28:00 on the 21st of October 2015.
const NOW: u64 = 1_445_412_480;

#[test]
fn both_forms_are_read() {
    for (asked, date, seconds) in [
        ("120", None, Some(120.0)),
        (" 0.5 ", None, Some(0.5)),
        ("-1", None, Some(0.0)),
        ("Wed, 21 Oct 2015 07:28:30 GMT", None, Some(30.0)),
        ("Wed, 21 Oct 2015 07:27:00 GMT", None, Some(0.0)),
        ("Wed, 21 Oct 2015 07:28:30 GMT", Some("Wed, 21 Oct 2015 07:28:20 GMT"), Some(10.0)),
        ("soon", None, None),
        ("NaN", None, None),
        ("1e300", None, None),
    ] {
        let mut headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(asked))]);
        headers.extend(date.map(|date| (DATE, HeaderValue::from_static(date))));
        let read = retry_after::read(&headers, SystemTime::UNIX_EPOCH + Duration::from_secs(NOW));
        assert_eq!(read, seconds.map(Duration::from_secs_f64), "{asked}");
    }
    assert_eq!(retry_after::read(&HeaderMap::new(), SystemTime::now()), None);
}
