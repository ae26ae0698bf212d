//! Which pieces are read as one batch. Owns how much padding is worth a batch less.

/// Pieces of so many tokens, in groups of like length: every group has at most a quarter of padding. All that read a
/// single token are one group.
pub(super) fn groups(lengths: &[usize]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|index| lengths[*index]);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut tokens = 0;
    for index in order {
        let length = lengths[index];
        match groups.last_mut() {
            Some(group) if 4 * (group.len() + 1) * length <= 5 * (tokens + length) => group.push(index),
            _ => {
                groups.push(vec![index]);
                tokens = 0;
            }
        }
        tokens += length;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn pieces_of_like_length_are_read_together() {
        assert_eq!(groups(&[1, 60, 1, 64, 1, 9]), [vec![0, 2, 4], vec![5], vec![1, 3]]);
        assert_eq!(groups(&[]), Vec::<Vec<usize>>::new());
    }
}
