//! The time in which problems were published.
//!
//! Owns the comparison of days. Knows no collection.

use engine::operator::Complaint;

/// Days as YYYY-MM-DD, which sort as texts do.
pub(super) struct Window<'a> {
    pub(super) after: Option<&'a str>,
    pub(super) before: Option<&'a str>,
}

/// How a day's first moment is written: what LiveCodeBench takes the last day for.
const MIDNIGHT: &str = "T00:00:00";

impl Window<'_> {
    /// Whether a day, or a day with its time, is in the window. What has no date is in no window but the open one.
    pub(super) fn has(&self, published: Option<&str>) -> bool {
        let Some(published) = published else { return self.after.is_none() && self.before.is_none() };
        let late_enough = self.after.is_none_or(|after| published >= after);
        let early_enough = self.before.is_none_or(|before| published <= format!("{before}{MIDNIGHT}").as_str());
        late_enough && early_enough
    }

    /// What is wrong with the days.
    pub(super) fn complaints(&self) -> Vec<Complaint> {
        let days = [("after", self.after), ("before", self.before)];
        let named = days.into_iter().filter_map(|(name, day)| Some((name, day?)));
        let unlike = named.filter(|(_, day)| !is_day(day)).map(|(name, day)| {
            let message = format!("`{day}` is no day");
            Complaint::parameter("operator::parameters", &[name], message, "not YYYY-MM-DD")
                .help("write a day as year, month and day: 2024-10-01")
        });
        let mut complaints: Vec<_> = unlike.collect();
        if let (Some(after), Some(before)) = (self.after, self.before)
            && after > before
            && complaints.is_empty()
        {
            let message = format!("no day is after `{after}` and before `{before}`");
            complaints.push(Complaint::parameter("operator::parameters", &["before"], message, "earlier than `after`"));
        }
        complaints
    }
}

fn is_day(day: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| day.get(range).and_then(|digits| digits.parse::<u32>().ok());
    let shaped = day.len() == 10
        && day.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    shaped && matches!(digits(5..7), Some(1..=12)) && matches!(digits(8..10), Some(1..=31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_in_the_window() {
        let window = Window { after: Some("2024-10-01"), before: Some("2025-02-01") };
        for (published, is_in) in [
            ("2024-09-30T23:59:59", false),
            ("2024-10-01", true),
            ("2024-10-01T00:00:00", true),
            ("2025-02-01", true),
            ("2025-02-01T00:00:00", true),
            ("2025-02-01T00:00:01", false),
            ("2025-02-02", false),
        ] {
            assert_eq!(window.has(Some(published)), is_in, "{published}");
        }
        assert!(!window.has(None));
        assert!(Window { after: None, before: None }.has(None));
    }

    #[test]
    fn days_are_days() {
        for (day, is_one) in [("2024-10-01", true), ("2024-13-01", false), ("2024-1-01", false), ("today", false)] {
            assert_eq!(is_day(day), is_one, "{day}");
        }
    }
}
