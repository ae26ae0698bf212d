//! What an endpoint answered, kept in the cache.

use engine::operator::Context;
use models::endpoint::Memo;

/// The cache's memo, as endpoints ask for it.
pub(super) struct Kept(pub(super) Context);

impl Memo for Kept {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
        self.0.memo().get(key).map_err(|fault| fault.to_string())
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), String> {
        self.0.memo().put(key, value).map_err(|fault| fault.to_string())
    }
}
