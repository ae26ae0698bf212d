//! A batch cut into parts. Owns that texts which begin alike, and else those of like length, are computed together, so that
//! little is computed twice and little padding is paid for.

use std::cmp::Reverse;
use std::collections::HashMap;

/// A text of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// How many tokens it has.
    pub length: usize,
    /// The same number for texts that begin alike.
    pub family: usize,
}

/// Which texts are computed together: each part has at most `most` tokens, padding included, or one text.
///
/// The result depends on what is told of the texts alone. A text that has no tokens is in no part.
pub fn parts(texts: &[Text], most: usize) -> Vec<Vec<usize>> {
    let mut longest = HashMap::new();
    for text in texts {
        let longest: &mut usize = longest.entry(text.family).or_default();
        *longest = text.length.max(*longest);
    }
    let mut order: Vec<usize> = (0..texts.len()).filter(|index| texts[*index].length > 0).collect();
    // A stable sort: texts of the same length stay in the batch's order.
    order.sort_by_key(|index| {
        let Text { length, family } = texts[*index];
        (Reverse(longest[&family]), family, Reverse(length))
    });
    let mut parts: Vec<(usize, Vec<usize>)> = Vec::new();
    for index in order {
        let length = texts[index].length;
        match parts.last_mut() {
            Some((longest, part)) if (part.len() + 1) * length.max(*longest) <= most => {
                *longest = length.max(*longest);
                part.push(index);
            }
            _ => parts.push((length, vec![index])),
        }
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<const N: usize>(texts: [(usize, usize); N]) -> [Text; N] {
        texts.map(|(length, family)| Text { length, family })
    }

    #[test]
    fn texts_of_like_length_are_computed_together() {
        let strangers = texts([(3, 0), (9, 1), (4, 2), (10, 3), (0, 4), (4, 5)]);
        assert_eq!(parts(&strangers, 20), [vec![3, 1], vec![2, 5, 0]]);
        assert_eq!(parts(&texts([(30, 0), (1, 1)]), 20), [vec![0], vec![1]]);
        assert!(parts(&[], 20).is_empty() && parts(&texts([(0, 0)]), 20).is_empty());
    }

    #[test]
    fn texts_that_begin_alike_are_computed_together() {
        let families = texts([(3, 7), (9, 8), (4, 7), (10, 8), (5, 9), (10, 7)]);
        assert_eq!(parts(&families, 30), [vec![5, 2, 0], vec![3, 1, 4]]);
        assert_eq!(parts(&families, 60), [vec![5, 2, 0, 3, 1, 4]]);
        // A family that does not fit is parted, and what follows may be longer than the rest of it.
        assert_eq!(parts(&texts([(10, 0), (9, 0), (8, 0), (9, 1), (9, 1)]), 20), [vec![0, 1], vec![2, 3], vec![4]]);
    }
}
