//! A content-addressed store for what must not be paid for twice.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::layout::Layout;
use super::sealed::{self, Written};
use crate::operator::{Fault, Memo};
use crate::table::Digest;

/// The memo below a cache. The first value of a key wins, so that everyone who asks gets the same; a value that is
/// not as it was written counts as none and is replaced.
#[derive(Clone, Debug)]
pub(super) struct StoredMemo {
    layout: Layout,
}

impl StoredMemo {
    pub(super) fn new(layout: Layout) -> Self {
        Self { layout }
    }

    fn path(&self, key: &[u8]) -> PathBuf {
        let name = Digest::of(key).to_string();
        self.layout.memo().join(&name[..2]).join(name)
    }
}

impl Memo for StoredMemo {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let path = self.path(key);
        match fs::read(&path) {
            Ok(sealed) => Ok(open(&sealed, key)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(Fault::infrastructure(format!("{}: {error}", path.display()))),
        }
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), Fault> {
        let path = self.path(key);
        let sealed = close(key, value);
        if sealed::write_once(&self.layout, &path, &sealed)? == Written::WasThere && self.get(key)?.is_none() {
            sealed::write_atomically(&self.layout, &path, &sealed)?;
        }
        Ok(())
    }
}

/// The value under its seal, which covers the key: a file moved to another key's name is no value of that key.
fn close(key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut bytes = Digest::of(key).as_bytes().to_vec();
    bytes.extend_from_slice(value);
    sealed::seal_bytes(bytes)
}

fn open(sealed: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let value = sealed::unseal_bytes(sealed)?.strip_prefix(Digest::of(key).as_bytes())?;
    Some(value.to_vec())
}
