//! Which of the steps behind a node are compared with each other, and which node comes first.
//!
//! Owns that rule: `pair.siblings` makes pairs by it, and `search.tree` ends a tree when no further path can change what it
//! says. Knows neither trees nor rows.

use std::cmp::Ordering;

/// Where a node's pair stands in the order of all: by the difference between its steps, then by its depth, then by its
/// number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) difference: f64,
    pub(crate) depth: usize,
    pub(crate) number: usize,
}

impl Place {
    /// The greater difference comes first, then what is next to the root, then what came first.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let difference = other.difference.total_cmp(&self.difference);
        difference.then(self.depth.cmp(&other.depth)).then(self.number.cmp(&other.number))
    }
}

/// The places of the best and of the worst value, of equals the first; nothing where there are not two.
pub(crate) fn extremes(values: &[f64]) -> Option<(usize, usize)> {
    if values.len() < 2 {
        return None;
    }
    let first = |better: fn(f64, f64) -> bool| {
        (1..values.len()).fold(0, |at, next| if better(values[next], values[at]) { next } else { at })
    };
    Some((first(|next, at| next > at), first(|next, at| next < at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equals_is_taken() {
        assert_eq!(extremes(&[0.5, 1.0, 0.0, 1.0, 0.0]), Some((1, 2)));
        assert_eq!(extremes(&[0.5, 0.5]), Some((0, 0)));
        assert_eq!(extremes(&[0.5]), None);
    }

    #[test]
    fn the_greatest_difference_comes_first_then_the_shallower_then_the_earlier() {
        let place = |difference, depth, number| Place { difference, depth, number };
        let mut places = [place(0.5, 0, 0), place(1.0, 2, 3), place(1.0, 1, 4), place(1.0, 1, 1)];
        places.sort_by(Place::order);
        assert_eq!(places.map(|place| place.number), [1, 4, 3, 0]);
    }
}
