//! A data set's entry in `dataset_info.json`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::export::Kind;

/// What LLaMA-Factory is told of a file.
#[derive(Serialize)]
pub(super) struct Entry {
    file_name: String,
    formatting: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ranking: Option<bool>,
    /// What it calls things, and what the columns are called.
    columns: BTreeMap<&'static str, &'static str>,
}

impl Entry {
    /// For rows of a kind.
    pub(super) fn new(kind: Kind, file_name: String) -> Self {
        let columns: &[(&str, &str)] = match kind {
            Kind::Preference => &[("prompt", "instruction"), ("chosen", "chosen"), ("rejected", "rejected")],
            Kind::Completion | Kind::Problem => &[("prompt", "instruction"), ("response", "output")],
            Kind::Dialogue => &[("messages", "conversations")],
        };
        Self {
            file_name,
            formatting: if kind == Kind::Dialogue { "sharegpt" } else { "alpaca" },
            ranking: (kind == Kind::Preference).then_some(true),
            columns: columns.iter().copied().collect(),
        }
    }
}
