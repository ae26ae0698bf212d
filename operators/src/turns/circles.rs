//! What goes in circles: texts that end with the same words over and over, and turns that lead back to earlier ones.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When a text is taken to go in circles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Circles {
    /// How often the text's last words are the same run of words, one behind the other.
    #[schemars(range(min = 2))]
    pub times: usize,
    /// How many words these runs are together at least, so that three equal numbers are none.
    #[schemars(range(min = 1))]
    pub words: usize,
}

impl Default for Circles {
    fn default() -> Self {
        Self { times: 3, words: 24 }
    }
}

impl Circles {
    /// Whether a text ends with one run of words, so often that it would go on so.
    pub(crate) fn catches(&self, text: &str) -> bool {
        let backwards: Vec<&str> = text.split_whitespace().rev().collect();
        let same = common_beginnings(&backwards);
        // What is the same after so many words as before is that many words longer.
        let mut runs = same.iter().enumerate().skip(1).map(|(length, same)| (length, same + length));
        runs.any(|(length, reach)| reach >= self.words && reach / length >= self.times)
    }
}

/// Whether the last of what was said leads back to what was said before: it is the one before it once more, or these two
/// follow one another already. A word that fits twice, such as a "yes" behind two different steps, is none of both.
pub(crate) fn leads_back<T: PartialEq>(said: &[T]) -> bool {
    let [earlier @ .., last] = said else { return false };
    let Some(before) = earlier.last() else { return false };
    last == before || earlier.windows(2).any(|pair| pair[0] == *before && pair[1] == *last)
}

/// For each place, how many words from there on are those that the list begins with: the Z function, in linear time.
fn common_beginnings(words: &[&str]) -> Vec<usize> {
    let mut common = vec![0; words.len()];
    let (mut start, mut end) = (0, 0);
    for place in 1..words.len() {
        let known = if place < end { common[place - start].min(end - place) } else { 0 };
        let more = words[place + known..].iter().zip(&words[known..]).take_while(|(one, other)| one == other).count();
        common[place] = known + more;
        if place + common[place] > end {
            (start, end) = (place, place + common[place]);
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CIRCLES: Circles = Circles { times: 3, words: 6 };

    #[test]
    fn only_an_end_that_is_said_again_and_again_is_caught() {
        for text in ["so a b a b a b", "a a a a a a", "x a b c a b c a b c", "a b b a b b a b b"] {
            assert!(CIRCLES.catches(text), "{text}");
        }
        for text in ["", "a", "a b a b", "a a a", "a b a b a b then", "a b c a b c", "a b a b c a b"] {
            assert!(!CIRCLES.catches(text), "{text}");
        }
    }

    #[test]
    fn only_what_follows_as_it_did_before_leads_back() {
        let leads_back = |said: &str| leads_back(&said.split(' ').collect::<Vec<_>>());
        for said in ["a a", "a b a b", "a b c a b", "a b c b c", "a b b"] {
            assert!(leads_back(said), "{said}");
        }
        // What was computed stays as it is, and that is confirmed with the same words.
        for said in ["a", "a b", "a yes b yes", "a b a", "a b c a c", "a b c b a"] {
            assert!(!leads_back(said), "{said}");
        }
    }

    /// The same by its definition.
    fn by_definition(words: &[&str], Circles { times, words: least }: Circles) -> bool {
        (1..=words.len()).any(|length| {
            let tail = least.max(times * length);
            tail <= words.len() && {
                let tail = &words[words.len() - tail..];
                (length..tail.len()).all(|place| tail[place] == tail[place - length])
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn any_text_is_told_as_the_definition_has_it(
            words in proptest::collection::vec(proptest::sample::select(&["a", "b"][..]), 0..24),
            times in 2_usize..5,
            least in 1_usize..12,
        ) {
            let circles = Circles { times, words: least };
            prop_assert_eq!(circles.catches(&words.join(" ")), by_definition(&words, circles));
        }
    }
}
