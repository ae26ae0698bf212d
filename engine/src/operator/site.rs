//! What a node finds on the machine that it is to work on, asked before anything is made. Owns the form of it; what is
//! needed there only operators know.

use super::{SecretResolver, Settings};

/// The surroundings of one node.
pub struct Site<'a> {
    /// The node's own settings under `run`.
    pub settings: &'a Settings,
    /// The nodes that its artifacts come from.
    pub makers: Vec<Maker<'a>>,
    /// Secrets by name.
    pub secrets: &'a dyn SecretResolver,
}

/// A node that an artifact comes from.
pub struct Maker<'a> {
    /// Its name in the pipeline.
    pub node: &'a str,
    /// The name of its operator.
    pub operator: &'a str,
    /// The type of the artifact; none while a missing external file decides it.
    pub artifact: Option<&'a str>,
    /// Its settings under `run`.
    pub settings: &'a Settings,
}
