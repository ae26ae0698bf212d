//! A product and what stands where it goes. Owns what becomes of both.

/// What becomes of what stands where a product goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sum {
    /// It is written over.
    Fresh,
    /// The product is added to it.
    Added,
    /// So many times the product are added to so many times it.
    Weighed {
        /// How much of it is kept.
        kept: f32,
        /// How much of the product is added.
        added: f32,
    },
}

impl Sum {
    /// How much is kept of what stands there, and added of the product.
    pub(super) fn weights(self) -> [f32; 2] {
        match self {
            Self::Fresh => [0.0, 1.0],
            Self::Added => [1.0, 1.0],
            Self::Weighed { kept, added } => [kept, added],
        }
    }

    /// What one number becomes.
    #[inline(always)]
    pub(super) fn of(self, there: f32, product: f32) -> f32 {
        match self {
            Self::Fresh => product,
            Self::Added => there + product,
            Self::Weighed { kept, added } => kept * there + added * product,
        }
    }

    /// What becomes of what this has made, where the product's next piece goes.
    pub(super) fn further(self) -> Self {
        match self {
            Self::Fresh | Self::Added => Self::Added,
            Self::Weighed { added, .. } => Self::Weighed { kept: 1.0, added },
        }
    }
}
