//! Stable row ids.

/// The id of the row that `operator` makes as number `sample` of the rows with ids `parents`: 128 bits of BLAKE3 in
/// hexadecimal. The same parents, operator and number give the same id in every run and on every machine.
#[must_use]
pub fn child_id<'a>(parents: impl IntoIterator<Item = &'a str>, operator: &str, sample: u64) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut update = |text: &str| {
        // Lengths keep ("ab", "c") apart from ("a", "bc").
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    update(operator);
    parents.into_iter().for_each(update);
    hasher.update(&sample.to_le_bytes());
    hasher.finalize().to_hex()[..32].to_owned()
}
