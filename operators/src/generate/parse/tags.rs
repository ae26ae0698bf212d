//! Parts between tags, one behind the other.

use indexmap::IndexMap;

/// The text of each tag, without white space around it.
///
/// # Errors
/// The first tag that is not there, or not closed.
pub(super) fn parts<'a>(tags: &IndexMap<String, String>, text: &'a str) -> Result<Vec<&'a str>, String> {
    let mut parts = Vec::with_capacity(tags.len());
    let mut rest = text;
    for (place, tag) in tags.values().enumerate() {
        let (opening, closing) = (format!("<{tag}>"), format!("</{tag}>"));
        let end = rest.find(&closing);
        let inside = match (rest.find(&opening), end) {
            (Some(start), _) => &rest[start + opening.len()..],
            // Opened before the answer began.
            (None, Some(_)) if place == 0 => rest,
            (None, _) => return Err(format!("there is no `{opening}`")),
        };
        let (part, after) = inside.split_once(&closing).ok_or_else(|| format!("`{opening}` is not closed"))?;
        parts.push(part.trim());
        rest = after;
    }
    Ok(parts)
}
