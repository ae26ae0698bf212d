//! Numbers, times and shares as a person reads them.

use chrono::DateTime;

use crate::render::plan::grouped;

/// Whole numbers whole and in groups; others to four digits, of which zeros at the end are left out.
pub(in crate::render) fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-4) {
        return format!("{value:.3e}");
    }
    if size >= 1000.0 || value.fract() == 0.0 {
        let sign = if value.round() < 0.0 { "−" } else { "" };
        return format!("{sign}{}", grouped(size.round() as u64));
    }
    let whole = size.log10().floor().max(-4.0) as i32 + 1;
    let digits = usize::try_from(4 - whole.max(0)).unwrap_or(0);
    let told = format!("{value:.digits$}");
    let told = if digits > 0 { told.trim_end_matches('0').trim_end_matches('.') } else { &told };
    told.replace('-', "−")
}

/// A number with its sign, whichever it is.
pub(super) fn difference(value: f64) -> String {
    let told = number(value);
    if told.starts_with('−') || value == 0.0 { told } else { format!("+{told}") }
}

/// Seconds in the two units that matter.
pub(super) fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match seconds {
        ..0.0005 => "0 ms".to_owned(),
        ..1.0 => format!("{:.0} ms", seconds * 1000.0),
        ..60.0 => format!("{seconds:.1} s"),
        ..3600.0 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

/// Milliseconds since 1970 as a day and a time.
pub(super) fn moment(milliseconds: u64) -> String {
    let moment = i64::try_from(milliseconds).ok().and_then(DateTime::from_timestamp_millis);
    moment.map(|moment| moment.format("%-d %B %Y, %H:%M UTC").to_string()).unwrap_or_default()
}

/// The year of a moment.
pub(super) fn year(milliseconds: u64) -> String {
    let moment = i64::try_from(milliseconds).ok().and_then(DateTime::from_timestamp_millis);
    moment.map(|moment| moment.format("%Y").to_string()).unwrap_or_default()
}

/// A share in percent.
pub(super) fn share(part: u64, whole: u64) -> String {
    let percent = 100.0 * part as f64 / whole.max(1) as f64;
    if percent >= 10.0 || percent == 0.0 { format!("{percent:.0} %") } else { format!("{percent:.1} %") }
}

/// So many of something.
pub(in crate::render) fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { several })
}

/// A text's beginning, and whether something is left.
pub(super) fn beginning(text: &str, characters: usize) -> (&str, bool) {
    match text.char_indices().nth(characters) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_four_digits() {
        let told = [0.0, 12.0, 1234.5, -0.5, 0.123_456, 0.000_012, 99.987, -3.0].map(number);
        assert_eq!(told, ["0", "12", "1,235", "−0.5", "0.1235", "1.200e-5", "99.99", "−3"]);
        assert_eq!([0.25, -0.25, 0.0, 2.0].map(difference), ["+0.25", "−0.25", "0", "+2"]);
    }

    #[test]
    fn times_have_two_units() {
        let told = [0.0, 0.25, 4.26, 252.0, 7500.0].map(duration);
        assert_eq!(told, ["0 ms", "250 ms", "4.3 s", "4 min 12 s", "2 h 05 min"]);
        assert_eq!(moment(1_764_331_200_000), "28 November 2025, 12:00 UTC");
    }

    #[test]
    fn a_beginning_ends_between_characters() {
        assert_eq!(beginning("größe", 3), ("grö", true));
        assert_eq!(beginning("größe", 5), ("größe", false));
    }
}
