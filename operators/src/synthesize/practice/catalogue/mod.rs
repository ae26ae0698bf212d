//! The catalogue: every primitive, in its words, in Python and as a rule.
//!
//! A primitive is total: it has a result for every value of its kind, in Python too, and its words say which. A rule
//! gives what its Python gives to the last character; the integration test `practice` holds the two together.

mod arithmetic;
mod change;
mod conditions;
mod counting;
mod digits;
mod lists;
mod predicate;
mod recurrences;
mod strings;
mod words;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::constants::Pair;
use super::primitive::Primitive;

static CATALOGUE: LazyLock<Vec<Primitive>> = LazyLock::new(|| {
    let lists = [arithmetic::primitives(), conditions::primitives(), counting::primitives(), digits::primitives()];
    let more = [lists::primitives(), recurrences::primitives(), strings::primitives(), words::primitives()];
    lists.into_iter().chain(more).flatten().collect()
});

/// Every primitive, in an order that does not change.
pub(super) fn catalogue() -> &'static [Primitive] {
    &CATALOGUE
}

/// A letter to look for.
const LETTERS: &[Pair] = &[("a", ""), ("e", ""), ("i", ""), ("o", ""), ("r", ""), ("s", ""), ("n", ""), ("l", "")];

fn is_vowel(character: char) -> bool {
    "aeiou".contains(character)
}

fn starts_with_vowel(text: &str) -> bool {
    text.starts_with(is_vowel)
}

fn distinct<T: Ord>(several: &[T]) -> i64 {
    several.iter().collect::<BTreeSet<_>>().len() as i64
}
