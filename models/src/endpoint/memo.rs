//! What must not be paid for twice. Owns what an endpoint asks of a store; knows no store.

/// A content-addressed store of answers.
///
/// It is asked from within a future, so that a call should not take longer than opening a small file.
pub trait Memo: Send + Sync {
    /// What was stored under a key.
    ///
    /// # Errors
    /// In its own words, why the store cannot be read.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String>;

    /// Stores a value under a key; the first value stays.
    ///
    /// # Errors
    /// In its own words, why the store cannot be written.
    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), String>;
}

/// A memo that forgets.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoMemo;

impl Memo for NoMemo {
    fn get(&self, _key: &[u8]) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }

    fn put(&self, _key: &[u8], _value: &[u8]) -> Result<(), String> {
        Ok(())
    }
}
