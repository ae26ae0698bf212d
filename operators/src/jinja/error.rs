//! Jinja's errors in the words of a manifest.

use std::ops::Range;

use engine::operator::Complaint;
use minijinja::Error;

/// An error without the place, which diagnostics show themselves.
pub(crate) fn described(error: &Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

/// An error of the text that a parameter holds.
pub(crate) fn complaint(path: &[&str], error: &Error) -> Complaint {
    let complaint = Complaint::parameter("operator::expression", path, described(error), "here");
    narrowed(complaint, error.range())
}

/// A complaint about a part of the parameter's text, where the part is known.
pub(super) fn narrowed(complaint: Complaint, range: Option<Range<usize>>) -> Complaint {
    match range {
        Some(range) => complaint.within(range),
        None => complaint,
    }
}
