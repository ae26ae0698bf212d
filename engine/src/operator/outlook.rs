//! What can be known of a node before it works. Owns the form of it; what it says only operators understand.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{ExternalFiles, Settings};

/// What an operator says of its outputs to those who read them, by port: how large one will be, say. No result depends on it.
pub type Known = BTreeMap<String, Value>;

/// What an operator is asked about.
#[derive(Clone, Debug)]
pub struct Outlook<'a> {
    /// What is known of its inputs, by port; nothing of those that are not here.
    pub inputs: Known,
    /// Files outside the pipeline.
    pub files: &'a ExternalFiles,
    /// The node's own settings under `run`.
    pub settings: &'a Settings,
}

/// Room that a node takes while it works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// Of what: `memory`, `cuda:0`.
    pub resource: String,
    /// How much, in bytes.
    pub bytes: u64,
    /// For what.
    pub what: String,
}
