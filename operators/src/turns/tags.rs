//! What of a text stands between which tags.

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    /// The tag that it stands in; nothing between tags.
    pub(crate) tag: Option<&'a str>,
    /// Without white space around it.
    pub(crate) text: &'a str,
    pub(crate) end: End,
}

/// How a part ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Closed,
    /// With the text.
    Open,
}

/// The parts of a text, in order, that stand in these tags, and what is between them but for white space. A tag ends at the
/// first end of its name.
pub(crate) fn segments<'a>(text: &'a str, tags: &[&'a str]) -> Vec<Segment<'a>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((place, tag)) = first(rest, tags) {
        push(&mut found, None, &rest[..place], End::Closed);
        let inside = &rest[place + tag.len() + 2..];
        let (end, text, after) = match inside.split_once(&format!("</{tag}>")) {
            Some((text, after)) => (End::Closed, text, after),
            None => (End::Open, inside, ""),
        };
        push(&mut found, Some(tag), text, end);
        rest = after;
    }
    push(&mut found, None, rest, End::Open);
    found
}

/// Whether one of these tags, or its end, stands in a text.
pub(crate) fn has_tag(text: &str, tags: &[&str]) -> bool {
    tags.iter().any(|tag| text.contains(&format!("<{tag}>")) || text.contains(&format!("</{tag}>")))
}

/// The text with none of these tags in it: what a program writes must not be taken for what was said.
pub(crate) fn broken(text: &str, tags: &[&str]) -> String {
    tags.iter().fold(text.to_owned(), |text, tag| {
        text.replace(&format!("<{tag}>"), &format!("< {tag}>")).replace(&format!("</{tag}>"), &format!("< /{tag}>"))
    })
}

/// The first of these tags that is opened, and where.
fn first<'a>(text: &str, tags: &[&'a str]) -> Option<(usize, &'a str)> {
    tags.iter().filter_map(|tag| Some((text.find(&format!("<{tag}>"))?, *tag))).min()
}

fn push<'a>(found: &mut Vec<Segment<'a>>, tag: Option<&'a str>, text: &'a str, end: End) {
    let text = text.trim();
    if tag.is_some() || !text.is_empty() {
        found.push(Segment { tag, text, end });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAGS: [&str; 3] = ["a", "b", "output"];

    #[test]
    fn parts_are_told_by_their_tags() {
        let segment = |tag, text, end| Segment { tag, text, end };
        assert_eq!(
            segments("so <a> 1 </a>\n<b></b>x<c>y</c><a>2", &TAGS),
            [
                segment(None, "so", End::Closed),
                segment(Some("a"), "1", End::Closed),
                segment(Some("b"), "", End::Closed),
                segment(None, "x<c>y</c>", End::Closed),
                segment(Some("a"), "2", End::Open),
            ]
        );
        assert_eq!(segments("<a><b>1</b></a>", &TAGS)[0], segment(Some("a"), "<b>1</b>", End::Closed));
        assert_eq!(segments(" \n", &TAGS), []);
    }

    #[test]
    fn a_broken_text_has_no_tag() {
        let text = "<a>1</a> </output><<b>> <c>";
        assert!(has_tag(text, &TAGS));
        assert_eq!(broken(text, &TAGS), "< a>1< /a> < /output><< b>> <c>");
        assert!(!has_tag(&broken(text, &TAGS), &TAGS));
    }
}
