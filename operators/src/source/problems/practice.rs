//! The practice format: the fields of `Problem` under their own names.

use super::problem::Problem;

/// One line.
pub(super) fn parse(line: &[u8]) -> Result<Problem, serde_json::Error> {
    serde_json::from_slice(line)
}
