//! The kinds of values that primitives take and give, and what Python calls them.
//!
//! Owns which kind stands for which. Knows no value and no primitive.

/// What a value is, as far as primitives need to know: whether a number may be negative, whether a text may have
/// capital letters. So no step meets a value that its words do not cover, such as the digits of -3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// A whole number of at least 0.
    Natural,
    /// A whole number.
    Integer,
    /// True or false.
    Truth,
    /// A list of whole numbers.
    Numbers,
    /// A text without capital letters.
    LowerText,
    /// A text.
    Text,
    /// A list of texts without capital letters.
    Words,
}

impl Kind {
    /// Every kind.
    pub(super) const ALL: [Self; 7] =
        [Self::Natural, Self::Integer, Self::Truth, Self::Numbers, Self::LowerText, Self::Text, Self::Words];

    /// The kinds that a problem may begin with.
    pub(super) const INPUTS: [Self; 4] = [Self::Natural, Self::Numbers, Self::LowerText, Self::Words];

    /// Whether a value of this kind is one of the other.
    pub(super) fn is_a(self, other: Self) -> bool {
        self == other || matches!((self, other), (Self::Natural, Self::Integer) | (Self::LowerText, Self::Text))
    }

    /// The type in a signature.
    pub(super) fn annotation(self) -> &'static str {
        match self {
            Self::Natural | Self::Integer => "int",
            Self::Truth => "bool",
            Self::Numbers => "list[int]",
            Self::LowerText | Self::Text => "str",
            Self::Words => "list[str]",
        }
    }

    /// The variable that holds such a value, in signatures and solutions.
    pub(super) fn variable(self) -> &'static str {
        match self {
            Self::Natural | Self::Integer => "n",
            Self::Truth => "holds",
            Self::Numbers => "numbers",
            Self::LowerText | Self::Text => "text",
            Self::Words => "words",
        }
    }

    /// A parameter of this kind as a statement introduces it.
    pub(super) fn domain(self) -> &'static str {
        match self {
            Self::Natural => "a number n >= 0",
            Self::Integer => "a number n",
            Self::Truth => "true or false",
            Self::Numbers => "a list of integers",
            Self::LowerText => "a lower-case text",
            Self::Text => "a text",
            Self::Words => "a list of lower-case words",
        }
    }
}
