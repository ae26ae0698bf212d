//! Everything that a node's output depends on, and nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Fingerprint;

/// Raised when stored entries or this struct change their meaning.
pub const FORMAT: u32 = 1;

/// What the fingerprint is made of; stored beside the output so that a miss can be explained field by field.
///
/// Left out on purpose: the node's name, `run`, comments and key order (they change no result), and the build of
/// millrace itself (an operator's `version` says when its results change).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ingredients {
    /// [`FORMAT`].
    pub format: u32,
    /// The operator's name.
    pub operator: String,
    /// The operator's version.
    pub version: u32,
    /// `with` after defaults, keys sorted.
    pub config: Value,
    /// The seed, only for operators that declare randomness.
    pub seed: Option<u64>,
    /// The parents by input port.
    pub inputs: BTreeMap<String, InputIngredient>,
    /// Digests of external files: by parameter, by path relative to the manifest's folder or to the glob's.
    pub files: BTreeMap<String, BTreeMap<String, String>>,
    /// The operator's own identities: checker versions, tokenizer digests.
    pub identities: BTreeMap<String, String>,
}

/// One parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputIngredient {
    /// The parent's fingerprint.
    pub fingerprint: Fingerprint,
    /// Which of its outputs.
    pub output: String,
}

impl Ingredients {
    /// The identity of the output.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.canonical())
    }

    /// The identity of a row operator's work on single rows: everything but where the rows come from. Entries that
    /// share it may take each other's results row by row.
    #[must_use]
    pub fn row_identity(&self, rows_port: &str) -> Fingerprint {
        let mut without_rows = self.clone();
        without_rows.inputs.remove(rows_port);
        Fingerprint::of(&without_rows.canonical())
    }

    /// The identity of a step operator's work whatever the number of its steps, which stands in `parameter`.
    #[must_use]
    pub fn prolonged_identity(&self, parameter: &str) -> Fingerprint {
        let mut without_steps = self.clone();
        if let Value::Object(config) = &mut without_steps.config {
            config.remove(parameter);
        }
        Fingerprint::of(&without_steps.canonical())
    }

    fn canonical(&self) -> Vec<u8> {
        let value = serde_json::to_value(self).expect("ingredients are plain data with text keys");
        serde_json::to_vec(&sorted(value)).expect("a JSON value can be written")
    }
}

/// The value with the keys of every object in order.
pub(super) fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let ordered: BTreeMap<_, _> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Value::Object(ordered.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        leaf => leaf,
    }
}
