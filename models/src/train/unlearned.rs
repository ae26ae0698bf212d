//! What of a text is read and not learned. Owns how it is marked; knows no token.

use std::ops::Range;

/// The bytes of a text between a tag of one of these names and its end, tags included: in order and apart. A tag within
/// one of its own name belongs to it. One that is not closed reaches to the end of the text; an end of what was never
/// begun is text.
pub fn tagged(text: &str, names: &[String]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = names.iter().flat_map(|name| of_one(text, name)).collect();
    ranges.sort_by_key(|range| range.start);
    ranges.into_iter().fold(Vec::new(), |mut apart: Vec<Range<usize>>, range| {
        match apart.last_mut().filter(|last| range.start < last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => apart.push(range),
        }
        apart
    })
}

/// What stands between a tag and its end, the outermost of those that stand within one another.
fn of_one(text: &str, name: &str) -> Vec<Range<usize>> {
    let (opening, closing) = (format!("<{name}>"), format!("</{name}>"));
    let openings = text.match_indices(&opening).map(|(place, _)| (place, true));
    let mut tags: Vec<(usize, bool)> =
        openings.chain(text.match_indices(&closing).map(|(place, _)| (place, false))).collect();
    tags.sort_unstable();
    let (mut ranges, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (place, opens) in tags {
        match (depth, opens) {
            (0, true) => (depth, start) = (1, place),
            (0, false) => {}
            (_, true) => depth += 1,
            (1, false) => {
                ranges.push(start..place + closing.len());
                depth = 0;
            }
            (_, false) => depth -= 1,
        }
    }
    if depth > 0 {
        ranges.push(start..text.len());
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, names: &[&str]) -> String {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut rest = text.to_owned();
        tagged(text, &names).into_iter().rev().for_each(|range| rest.replace_range(range, "_"));
        rest
    }

    #[test]
    fn each_of_several_is_told_with_its_tags() {
        assert_eq!(without("a<output>1</output>b<output></output>c", &["output"]), "a_b_c");
        assert_eq!(without("a<output>1</output><output>2</output>b", &["output"]), "a__b");
        assert_eq!(without("é<output>é</output>é", &["output"]), "é_é");
        assert_eq!(without("a<output>1</output>b<tool>2</tool>", &["tool", "output"]), "a_b_");
    }

    #[test]
    fn what_stands_within_belongs_to_the_outermost() {
        assert_eq!(without("a<o>1<o>2</o>3</o>b", &["o"]), "a_b");
        assert_eq!(without("a<o>1<p>2</p>3</o>b<p>4</p>", &["p", "o"]), "a_b_");
        assert_eq!(without("a<o>1<p>2</o>3</p>b", &["o", "p"]), "a_b");
    }

    #[test]
    fn what_is_not_closed_reaches_to_the_end() {
        assert_eq!(without("a<o>1", &["o"]), "a_");
        assert_eq!(without("a<o>1<o>2</o>b", &["o"]), "a_");
        assert_eq!(without("a</o>b<o>1</o></o>c", &["o"]), "a</o>b_</o>c");
    }

    #[test]
    fn nothing_else_is_told() {
        let text = "a < output > <outputs>1</outputs> <Output>2</Output>";
        assert_eq!(without(text, &["output"]), text);
        assert_eq!(without("a<o>1</o>", &[]), "a<o>1</o>");
    }
}
