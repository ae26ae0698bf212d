//! The Python that a server is made of: its own files, and the guest's. Owns their digest.

use std::collections::BTreeMap;

use crate::snapshot::guest;

const OWN: [(&str, &str); 3] = [
    ("server", include_str!("../../native/server.py")),
    ("job", include_str!("../../native/job.py")),
    ("confine", include_str!("../../native/confine.py")),
];

/// Texts by the names of modules.
pub(super) fn modules() -> BTreeMap<&'static str, &'static str> {
    OWN.into_iter().chain(guest()).collect()
}

/// What an outcome depends on beside the interpreter.
pub(super) fn digest() -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for text in modules().into_iter().flat_map(|(name, text)| [name, text]) {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize()
}
