//! The named groups of a regular expression.

use engine::row::Cell;
use regex::Regex;

use super::Parts;

/// A regular expression with at least one named group.
pub(super) fn compile(text: &str) -> Result<Regex, String> {
    let regex = Regex::new(text).map_err(|error| error.to_string())?;
    match regex.capture_names().flatten().next() {
        Some(_) => Ok(regex),
        None => Err("the expression has no named group: write `(?P<name>...)` for what is to be a column".to_owned()),
    }
}

/// The groups of the last match.
///
/// # Errors
/// No match.
pub(super) fn parts(regex: &Regex, text: &str) -> Result<Parts, String> {
    let last = regex.captures_iter(text).last().ok_or_else(|| format!("nothing matches `{}`", regex.as_str()))?;
    let group = |name: &str| Cell::Text(last.name(name).map_or("", |group| group.as_str()).to_owned());
    Ok(regex.capture_names().flatten().map(|name| (name.to_owned(), group(name))).collect())
}
