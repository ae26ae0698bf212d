//! "Did you mean": the nearest of the names that exist.

/// The candidate most like `name`, if one is like enough that a slip of the finger explains the difference.
#[must_use]
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count().max(name.chars().count()) / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = ["inputs", "with", "run", "repeat", "temperature"];

    #[test]
    fn finds_what_was_meant() {
        assert_eq!(closest("input", NAMES), Some("inputs"));
        assert_eq!(closest("wiht", NAMES), Some("with"));
        assert_eq!(closest("temprature", NAMES), Some("temperature"));
        assert_eq!(closest("rnu", NAMES), Some("run"));
    }

    #[test]
    fn does_not_guess_wildly() {
        assert_eq!(closest("concurrency", NAMES), None);
        assert_eq!(closest("x", NAMES), None);
        assert_eq!(closest("anything", []), None);
    }

    #[test]
    fn prefers_the_nearest_then_the_first_by_name() {
        assert_eq!(closest("pairs", ["pair", "pairs2", "pairs"]), Some("pairs"));
        assert_eq!(closest("node", ["nodf", "nodb"]), Some("nodb"));
    }
}
