//! What became of every input row of a part.

use serde::{Deserialize, Serialize};

/// The identity of an input row's content, under which its result is remembered: whoever makes it must put column
/// names, types and values into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowKey(pub [u8; 16]);

/// Per input row of a part, in order: its key, and how many rows it gave to every port, or why it failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowLedger {
    ports: usize,
    rows: usize,
    keys: Keys,
    /// `ports` numbers a row.
    counts: Vec<u32>,
    failures: Vec<RowFailure>,
}

/// A row without a result, for a reason of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFailure {
    /// Its place in the part's input.
    pub row: u32,
    /// Its id, empty where the input has none.
    pub id: String,
    /// Why.
    pub reason: String,
}

impl RowLedger {
    /// An empty ledger over so many output ports.
    #[must_use]
    pub fn new(ports: usize) -> Self {
        Self { ports, ..Self::default() }
    }

    /// Appends a row that gave `counts[p]` rows to port `p`. Keys are given for every row or for none.
    pub fn push(&mut self, key: Option<RowKey>, counts: &[u32]) {
        debug_assert_eq!(counts.len(), self.ports, "a count for every port");
        self.keys.0.extend(key);
        self.counts.extend_from_slice(counts);
        self.rows += 1;
    }

    /// Appends a row that has no result.
    pub fn push_failure(&mut self, key: Option<RowKey>, id: impl Into<String>, reason: impl Into<String>) {
        let row = u32::try_from(self.rows).expect("a part has some thousand rows");
        self.failures.push(RowFailure { row, id: id.into(), reason: reason.into() });
        self.keys.0.extend(key);
        self.counts.resize(self.counts.len() + self.ports, 0);
        self.rows += 1;
    }

    /// Input rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Output ports.
    #[must_use]
    pub fn ports(&self) -> usize {
        self.ports
    }

    /// The key of every row, or nothing where the operator's rows are not remembered.
    #[must_use]
    pub fn keys(&self) -> &[RowKey] {
        &self.keys.0
    }

    /// How many rows an input row gave, by port.
    #[must_use]
    pub fn counts(&self, row: usize) -> &[u32] {
        &self.counts[row * self.ports..(row + 1) * self.ports]
    }

    /// The rows without a result, in order.
    #[must_use]
    pub fn failures(&self) -> &[RowFailure] {
        &self.failures
    }

    /// Why a row has no result; none where it has one.
    #[must_use]
    pub fn failure(&self, row: usize) -> Option<&RowFailure> {
        let found = self.failures.binary_search_by_key(&row, |failure| failure.row as usize);
        found.ok().map(|index| &self.failures[index])
    }

    /// Whether the numbers fit each other: false only for bytes that no ledger wrote.
    pub(super) fn is_consistent(&self) -> bool {
        let keys = self.keys.0.len();
        self.rows.checked_mul(self.ports) == Some(self.counts.len()) && (keys == 0 || keys == self.rows)
    }
}

/// Written as one run of bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Keys(Vec<RowKey>);

impl Serialize for Keys {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|key| key.0).collect();
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        let (keys, rest) = bytes.as_chunks::<16>();
        if !rest.is_empty() {
            return Err(serde::de::Error::invalid_length(bytes.len(), &"a multiple of 16 bytes"));
        }
        Ok(Self(keys.iter().map(|key| RowKey(*key)).collect()))
    }
}
