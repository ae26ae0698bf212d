//! A batch cut into parts. Owns that texts of like length are computed together, so that little padding is paid for.

/// Which texts are computed together: each part has at most `most` tokens, padding included, or one text.
///
/// The result depends on the lengths alone. A text that has no tokens is in no part.
pub fn parts(lengths: &[usize], most: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).filter(|index| lengths[*index] > 0).collect();
    // A stable sort: texts of the same length stay in the batch's order.
    order.sort_by_key(|index| std::cmp::Reverse(lengths[*index]));
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for index in order {
        match parts.last_mut() {
            Some(part) if (part.len() + 1) * lengths[part[0]] <= most => part.push(index),
            _ => parts.push(vec![index]),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_like_length_are_computed_together() {
        assert_eq!(parts(&[3, 9, 4, 10, 0, 4], 20), [vec![3, 1], vec![2, 5, 0]]);
        assert_eq!(parts(&[30, 1], 20), [vec![0], vec![1]]);
        assert!(parts(&[], 20).is_empty() && parts(&[0], 20).is_empty());
    }
}
