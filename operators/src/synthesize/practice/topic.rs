//! What primitives are about: the groups that a manifest includes and leaves out by name.

/// A group of primitives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    Arithmetic,
    Conditions,
    Counting,
    Digits,
    Lists,
    Recurrences,
    Strings,
}

impl Topic {
    /// All of them, by name.
    pub(super) const ALL: [Self; 7] = [
        Self::Arithmetic,
        Self::Conditions,
        Self::Counting,
        Self::Digits,
        Self::Lists,
        Self::Recurrences,
        Self::Strings,
    ];

    /// The name in manifests and tags.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Arithmetic => "arithmetic",
            Self::Conditions => "conditions",
            Self::Counting => "counting",
            Self::Digits => "digits",
            Self::Lists => "lists",
            Self::Recurrences => "recurrences",
            Self::Strings => "strings",
        }
    }
}
