//! Holds event files to what TensorBoard's own writer makes and its own reader finds: `fixtures/events.py`.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;

use serde::Deserialize;

use super::{EVENTS, LOG, write};

const REFERENCE: &str = include_str!("fixtures/events.json");

/// What the script committed.
#[derive(Deserialize)]
struct Reference {
    /// Numbers: name, step, and the bits of the value, since JSON has no NaN.
    numbers: Vec<(String, u64, u64)>,
    /// The file, in hexadecimal digits.
    file: String,
}

fn reference() -> Reference {
    serde_json::from_str(REFERENCE).unwrap()
}

#[test]
fn an_event_file_is_the_one_that_tensorboard_writes() {
    let Reference { numbers, file } = reference();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), numbers.iter().map(|(name, step, bits)| (name.as_str(), *step, f64::from_bits(*bits))))
        .unwrap();
    let written = fs::read(folder.path().join(EVENTS)).unwrap();
    let written: String = written.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(written, file);
}

#[test]
fn the_log_has_exact_numbers_and_null_for_what_is_none() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), [("loss", 0, 0.1 + 0.2), ("reward/\"mean\"", 1, f64::NAN)]).unwrap();
    let log = fs::read_to_string(folder.path().join(LOG)).unwrap();
    let first = r#"{"step":0,"name":"loss","value":0.30000000000000004}"#;
    let second = r#"{"step":1,"name":"reward/\"mean\"","value":null}"#;
    assert_eq!(log, format!("{first}\n{second}\n"));
}
