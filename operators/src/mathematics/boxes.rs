//! What stands in the boxes of a text.

/// Which boxes of a text are its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Boxes {
    All,
    /// The last, and those right before it: one answer may be in several.
    Last,
}

/// Boxes with less than this between them belong together,
const NEAR: usize = 10;
/// and with up to this where what stands between them says so.
const FAR: usize = 70;

/// A box, by the bytes of the text.
struct Found<'a> {
    start: usize,
    end: usize,
    content: &'a str,
    is_closed: bool,
}

/// The contents, with commas between them; the text itself where it has no box.
pub(super) fn contents(text: &str, which: Boxes) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut behind: Option<usize> = None;
    let mut before = text.len();
    while let Some(found) = last_box(&text[..before]) {
        if !found.is_closed {
            // Where it ends nobody knows: it is all that there is, or nothing.
            kept.extend(kept.is_empty().then_some(found.content));
            break;
        }
        if let (Boxes::Last, Some(next)) = (which, behind)
            && !belongs(&text[found.end..next], found.content, kept.last().copied().unwrap_or_default())
        {
            break;
        }
        if kept.last() != Some(&found.content) {
            kept.push(found.content);
        }
        (behind, before) = (Some(found.start), found.start);
    }
    if kept.is_empty() {
        return text.to_owned();
    }
    kept.reverse();
    kept.join(",")
}

/// The last box of a text: of nested ones the innermost.
fn last_box(text: &str) -> Option<Found<'_>> {
    let start = ["\\boxed", "\\fbox"].iter().filter_map(|command| text.rfind(command)).max()?;
    let command = if text[start..].starts_with("\\boxed") { 6 } else { 5 };
    let inside = text[start + command..].trim_start();
    let from = text.len() - inside.len();
    let Some(braced) = inside.strip_prefix('{') else {
        return Some(Found { start, end: text.len(), content: inside, is_closed: false });
    };
    let mut depth = 1_usize;
    for (place, sign) in braced.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(Found { start, end: from + 1 + place + 1, content: braced[..place].trim(), is_closed: true });
        }
    }
    Some(Found { start, end: text.len(), content: inside, is_closed: false })
}

fn belongs(between: &str, content: &str, next: &str) -> bool {
    let length = between.chars().count();
    let parts = || {
        between.contains([',', ';'])
            || between.split(|sign: char| !sign.is_alphanumeric()).any(|word| word == "and" || word == "or")
    };
    length < NEAR || content != next && length < FAR && parts()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_boxes_are_the_answer() {
        let last = |text: &str| contents(text, Boxes::Last);
        assert_eq!(last("so \\boxed{5}, but \\boxed{6}."), "5,6");
        assert_eq!(last(&format!("\\boxed{{5}} {} \\boxed{{6}}", "and ".repeat(20))), "6");
        assert_eq!(last("\\boxed{6} and again \\boxed{6}"), "6");
        assert_eq!(last("\\boxed{\\frac{1}{2}}"), "\\frac{1}{2}");
        assert_eq!(last("\\boxed{\\boxed{7}}"), "7");
        assert_eq!(last("\\boxed 7"), "7");
        assert_eq!(last("none"), "none");
        assert_eq!(contents(&format!("\\boxed{{5}} {} \\boxed{{6}}", "and ".repeat(20)), Boxes::All), "5,6");
    }
}
