//! What an answer is: a formula, several, a set of numbers, or something said of them.

use super::formula::Formula;

/// An answer, read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Formula(Formula),
    /// In the order in which they were written, which counts where the other side is in an order.
    Set(Vec<Answer>),
    Tuple(Vec<Answer>),
    Interval(Interval),
    Union(Vec<Answer>),
    Intersection(Vec<Answer>),
    Without(Box<Answer>, Box<Answer>),
    Numbers(Numbers),
    Relation(Relation),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Interval {
    pub(super) from: Formula,
    pub(super) to: Formula,
    /// Whether each end is itself left out.
    pub(super) open: [bool; 2],
}

/// The numbers of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    Natural,
    Integer,
    Rational,
    Real,
    Complex,
}

/// Sides with signs between them: `1 < x < 2`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Relation {
    pub(super) first: Box<Answer>,
    /// At least one.
    pub(super) rest: Vec<(Sign, Answer)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Sign {
    /// What holds of two sides in the other order.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Equal | Self::Unequal => self,
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
        }
    }
}

impl Relation {
    /// Whether every sign says that sides are equal.
    pub(super) fn is_equation(&self) -> bool {
        self.rest.iter().all(|(sign, _)| *sign == Sign::Equal)
    }

    /// Whether it says what a name stands for.
    pub(super) fn is_assignment(&self) -> bool {
        self.is_equation() && self.first.is_of_symbols()
    }

    pub(super) fn last(&self) -> &Answer {
        self.rest.last().map_or(&self.first, |(_, side)| side)
    }

    /// Without what stands between the first side and the last.
    pub(super) fn shortened(&self) -> Self {
        Self { first: self.first.clone(), rest: self.rest.last().cloned().into_iter().collect() }
    }

    /// Each sign with the sides that it stands between.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&Answer, Sign, &Answer)> {
        let left = std::iter::once(&*self.first).chain(self.rest.iter().map(|(_, side)| side));
        left.zip(&self.rest).map(|(left, (sign, right))| (left, *sign, right))
    }
}

impl Answer {
    /// How many answers and formulas stand in one another.
    pub(super) fn height(&self) -> usize {
        let highest = |parts: &[Self]| parts.iter().map(Self::height).max().unwrap_or(0);
        1 + match self {
            Self::Formula(formula) => formula.height(),
            Self::Set(parts) | Self::Tuple(parts) | Self::Union(parts) | Self::Intersection(parts) => highest(parts),
            Self::Interval(Interval { from, to, .. }) => from.height().max(to.height()),
            Self::Without(one, other) => one.height().max(other.height()),
            Self::Numbers(_) => 0,
            Self::Relation(relation) => {
                let rest = relation.rest.iter().map(|(_, side)| side.height());
                rest.fold(relation.first.height(), usize::max)
            }
        }
    }

    fn is_of_symbols(&self) -> bool {
        match self {
            Self::Formula(formula) => formula.is_of_symbols(),
            Self::Interval(Interval { from, to, .. }) => from.is_of_symbols() && to.is_of_symbols(),
            Self::Tuple(parts) => !parts.is_empty() && parts.iter().all(Self::is_of_symbols),
            _ => false,
        }
    }

    /// Whether it is several numbers, or none: not one, and nothing said.
    pub(super) fn is_collection(&self) -> bool {
        !matches!(self, Self::Formula(_) | Self::Relation(_))
    }
}
