//! Where a node's inputs come from, for operators that write it down.

use std::collections::BTreeMap;

use serde_json::Value;

/// A node that an operator's inputs come from. It carries no node name: names may change without a new result.
#[derive(Clone, Debug, PartialEq)]
pub struct Ancestor {
    /// Its output's fingerprint.
    pub fingerprint: String,
    /// Its operator.
    pub operator: String,
    /// Its operator's version.
    pub version: u32,
    /// Its configuration after defaults.
    pub config: Value,
    /// Its own inputs: fingerprints by port.
    pub inputs: BTreeMap<String, String>,
    /// Digests of the external files that it read, by path.
    pub files: BTreeMap<String, String>,
}
