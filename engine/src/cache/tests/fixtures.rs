//! Outputs for tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use serde_json::json;
use tempfile::TempDir;

use crate::cache::stamp::Stamp;
use crate::cache::{Cache, Claim, Entry, Provenance, RowKey, RowLedger, Summary, Unfinished};
use crate::plan::{FORMAT, Ingredients};
use crate::port::PortType;

/// An empty cache in a folder that is removed with it.
pub(crate) fn cache() -> (TempDir, Cache) {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(&folder.path().join("cache")).unwrap();
    (folder, cache)
}

pub(crate) fn ingredients(label: &str) -> Ingredients {
    Ingredients {
        format: FORMAT,
        operator: "test.rows".to_owned(),
        version: 1,
        config: json!({"label": label, "threshold": 0.1}),
        seed: None,
        inputs: BTreeMap::new(),
        files: BTreeMap::new(),
        identities: BTreeMap::new(),
    }
}

pub(crate) fn schema() -> SchemaRef {
    let text = Field::new("text", DataType::Utf8, true);
    Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false), text]))
}

pub(crate) fn rows(ids: std::ops::Range<i64>) -> RecordBatch {
    let text: StringArray = ids.clone().map(|id| Some(format!("row number {id}"))).collect();
    RecordBatch::try_new(schema(), vec![Arc::new(Int64Array::from_iter_values(ids)), Arc::new(text)]).unwrap()
}

pub(crate) fn key(number: i64) -> RowKey {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    RowKey(bytes)
}

/// A ledger in which every row gave itself.
pub(crate) fn ledger(ids: std::ops::Range<i64>) -> RowLedger {
    let mut ledger = RowLedger::new(1);
    ids.for_each(|id| ledger.push(Some(key(id)), &[1]));
    ledger
}

pub(crate) fn summary(label: &str) -> Summary {
    let rows = PortType::Columns(schema());
    Summary {
        ingredients: ingredients(label),
        ports: [("out".to_owned(), rows)].into(),
        provenance: Provenance {
            pipeline: "tests".into(),
            node: label.into(),
            run: "1".into(),
            ..Provenance::default()
        },
    }
}

pub(crate) fn claim(cache: &Cache, label: &str) -> Unfinished {
    match cache.claim(&ingredients(label).fingerprint()).unwrap() {
        Claim::Ours(unfinished) => unfinished,
        other => panic!("the output is not ours: {other:?}"),
    }
}

/// An entry with two parts of ten rows.
pub(crate) fn publish(cache: &Cache, label: &str) -> Entry {
    let unfinished = claim(cache, label);
    unfinished.commit_parts(0, &[("out", rows(0..10))], ledger(0..10), b"").unwrap();
    unfinished.commit_parts(1, &[("out", rows(10..20))], ledger(10..20), b"").unwrap();
    unfinished.publish(summary(label)).unwrap()
}

/// Changes a byte in place, the size staying, and makes sure that the file system's clock has moved meanwhile.
pub(crate) fn flip(path: &Path) {
    let before = Stamp::at(path).unwrap();
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    while Stamp::at(path).unwrap() == before {
        fs::write(path, &bytes).unwrap();
    }
}
