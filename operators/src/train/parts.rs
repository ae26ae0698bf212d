//! A batch, part by part.

use models::train::{Text, parts};

/// The items of a batch in parts of like length, padding included of at most `most` tokens.
pub(super) fn in_parts<'a, T>(items: &[&'a T], most: usize, length: impl Fn(&T) -> usize) -> Vec<Vec<&'a T>> {
    let texts: Vec<Text> = (0..).zip(items).map(|(family, item)| Text { length: length(item), family }).collect();
    let part = |part: Vec<usize>| part.into_iter().map(|index| items[index]).collect();
    parts(&texts, most).into_iter().map(part).collect()
}
