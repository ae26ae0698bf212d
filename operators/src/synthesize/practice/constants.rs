//! The constants that a primitive leaves open, and their values in one problem.
//!
//! Owns slots, drawing from them and filling templates. Knows no primitive.

use std::ops::RangeInclusive;

use super::draw::Draw;

/// Two texts that stand in one problem: a letter and its replacement, two answers.
pub(super) type Pair = (&'static str, &'static str);

/// What is to be chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    /// The number `{a}`.
    pub(super) a: Option<Slot>,
    /// The number `{b}`.
    pub(super) b: Option<RangeInclusive<i64>>,
    /// The texts `{first}` and `{second}`; none where there are none to choose from.
    pub(super) pairs: &'static [Pair],
}

/// A number to be chosen.
#[derive(Clone, Debug)]
pub(super) enum Slot {
    /// May be the parameter `k` of the function.
    Open(RangeInclusive<i64>),
    /// Is always written out.
    Literal(RangeInclusive<i64>),
}

/// What was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Constants {
    /// The number `{a}`, or where it is the parameter its value in one call.
    pub(super) a: i64,
    /// The number `{b}`.
    pub(super) b: i64,
    /// The texts `{first}` and `{second}`.
    pub(super) pair: Pair,
}

/// Where the number `{a}` of a step comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is written out.
    Constant,
    /// It is the function's parameter `k`.
    Parameter,
}

impl Slots {
    /// Chooses. A slot that is not there gives something that no template shows.
    pub(super) fn draw(&self, draw: &mut Draw) -> Constants {
        let a = match &self.a {
            Some(Slot::Open(range) | Slot::Literal(range)) => draw.within(range.clone()),
            None => 0,
        };
        let b = self.b.clone().map_or(0, |range| draw.within(range));
        let pair = if self.pairs.is_empty() { ("", "") } else { *draw.one_of(self.pairs) };
        Constants { a, b, pair }
    }

    /// Whether `{a}` may be the parameter `k`.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.a, Some(Slot::Open(_)))
    }
}

impl Constants {
    /// The same, but for the number `{a}`.
    pub(super) fn with_a(self, a: i64) -> Self {
        Self { a, ..self }
    }

    /// A template with `{a}`, `{b}`, `{first}` and `{second}` in their places.
    pub(super) fn fill(&self, template: &str, origin: Origin) -> String {
        if !template.contains('{') {
            return template.to_owned();
        }
        let a = match origin {
            Origin::Constant => self.a.to_string(),
            Origin::Parameter => "k".to_owned(),
        };
        let filled = template.replace("{a}", &a).replace("{b}", &self.b.to_string());
        filled.replace("{first}", self.pair.0).replace("{second}", self.pair.1)
    }
}
