//! How a conversation ends.

/// Why nothing more is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// There is an answer.
    Answered,
    /// As many turns were taken as may be.
    Turns,
    /// As many tokens were written as may be, by a turn or by all of them.
    Tokens,
    /// A role would have spoken too often in a row.
    InARow,
    /// A turn is the same as an earlier one of its role, or goes in circles itself.
    Repeated,
    /// A turn says nothing but yes.
    Empty,
    /// The model did not speak.
    Refused,
    /// What the model wrote is no turn of the role that was asked.
    Unparsed,
}

/// An end, and what there is to say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) end: End,
    pub(super) reason: String,
}

impl End {
    /// As it stands in the column `end`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Turns => "turns",
            Self::Tokens => "tokens",
            Self::InARow => "in_a_row",
            Self::Repeated => "repeated",
            Self::Empty => "empty",
            Self::Refused => "refused",
            Self::Unparsed => "unparsed",
        }
    }

    /// With what there is to say of it.
    pub(super) fn because(self, reason: impl Into<String>) -> Ended {
        Ended { end: self, reason: reason.into() }
    }
}
