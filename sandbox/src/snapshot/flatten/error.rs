//! What can be wrong with a component, in words that say what was found and what was wanted.

/// Why a component could not be flattened.
#[derive(Debug, thiserror::Error)]
pub enum FlattenError {
    /// The bytes are not WebAssembly.
    #[error("cannot read the component: {0}")]
    Parse(#[from] wasmparser::Error),
    /// An instruction or type cannot be written again.
    #[error("cannot rewrite a function: {0}")]
    Rewrite(#[from] wasm_encoder::reencode::Error),
    /// The component uses something that the merge does not know.
    #[error("the component has {0}, which one flat module cannot express; it needs another componentize-py")]
    Unsupported(String),
    /// An index or a name leads nowhere.
    #[error("the component refers to {0}, which it does not have")]
    Missing(String),
    /// There must be exactly one of these.
    #[error("expected exactly one {what}, found {found}")]
    NotOne {
        /// What there should be one of.
        what: &'static str,
        /// How many there are.
        found: usize,
    },
    /// A segment does not fit into what it initialises.
    #[error("a segment at {offset} of {length} entries does not fit into a {what} of {size}")]
    Overflow {
        /// "memory" or "table".
        what: &'static str,
        /// Where the segment starts.
        offset: u64,
        /// How long it is.
        length: usize,
        /// How much room there is.
        size: u64,
    },
}

impl FlattenError {
    pub(super) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported(what.into())
    }

    pub(super) fn missing(what: impl Into<String>) -> Self {
        Self::Missing(what.into())
    }
}
