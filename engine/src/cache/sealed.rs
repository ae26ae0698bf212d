//! Files that know their own digest, and files that appear under their name only when they are whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::CacheError;
use super::layout::Layout;
use crate::table::Digest;

const BEFORE_DIGEST: &str = "{\"blake3\":\"";
const BEFORE_BODY: &str = "\",\"body\":";
const AFTER_BODY: &str = "}\n";
const HEX: usize = 64;

/// `{"blake3": "...", "body": ...}`: JSON for people and tools, the digest over the body's exact bytes.
pub(super) fn seal<T: Serialize>(value: &T) -> Vec<u8> {
    let body = serde_json::to_string(value).expect("records are plain data with text keys");
    let digest = Digest::of(body.as_bytes());
    format!("{BEFORE_DIGEST}{digest}{BEFORE_BODY}{body}{AFTER_BODY}").into_bytes()
}

/// What [`seal`] wrote; none where a byte is not as written.
pub(super) fn unseal<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let rest = bytes.strip_prefix(BEFORE_DIGEST.as_bytes())?;
    let (digest, rest) = rest.split_at_checked(HEX)?;
    let body = rest.strip_prefix(BEFORE_BODY.as_bytes())?.strip_suffix(AFTER_BODY.as_bytes())?;
    let digest: Digest = std::str::from_utf8(digest).ok()?.parse().ok()?;
    if digest != Digest::of(body) {
        return None;
    }
    serde_json::from_slice(body).ok()
}

/// Bytes followed by their digest.
pub(super) fn seal_bytes(mut bytes: Vec<u8>) -> Vec<u8> {
    let digest = Digest::of(&bytes);
    bytes.extend_from_slice(digest.as_bytes());
    bytes
}

/// What [`seal_bytes`] sealed; none where a byte is not as written.
pub(super) fn unseal_bytes(sealed: &[u8]) -> Option<&[u8]> {
    let (bytes, digest) = sealed.split_at_checked(sealed.len().checked_sub(32)?)?;
    (Digest::of(bytes).as_bytes() == digest).then_some(bytes)
}

/// Writes a file that others may read or replace at the same time.
pub(super) fn write_atomically(layout: &Layout, path: &Path, bytes: &[u8]) -> Result<(), CacheError> {
    let temporary = write_temporary(layout, bytes)?;
    let moved = in_new_folder(path, || fs::rename(&temporary, path));
    if moved.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    moved.map_err(|error| CacheError::write(path, error))
}

/// Like [`write_atomically`], but leaves a file that is there already; says whether it wrote.
pub(super) fn write_once(layout: &Layout, path: &Path, bytes: &[u8]) -> Result<Written, CacheError> {
    let temporary = write_temporary(layout, bytes)?;
    let linked = in_new_folder(path, || fs::hard_link(&temporary, path));
    let written = match linked {
        Ok(()) => Ok(Written::New),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Written::WasThere),
        // A file system without hard links: two first writers may then both succeed, the later one staying.
        Err(_) => fs::rename(&temporary, path).map(|()| Written::New).map_err(|error| CacheError::write(path, error)),
    };
    let _ = fs::remove_file(&temporary);
    written
}

/// Whether [`write_once`] wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// The file is this one.
    New,
    /// Another one was there before.
    WasThere,
}

/// Writes a file that only the holder of its entry's lock writes.
pub(super) fn write_owned(path: &Path, bytes: &[u8]) -> Result<(), CacheError> {
    let temporary = path.with_extension("tmp");
    let written = write_whole(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(|error| CacheError::write(path, error))
}

/// Does what fails only because the folder is missing once more, after making it: the common case stays one call.
pub(super) fn in_new_folder<T>(path: &Path, mut action: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    match action() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            action()
        }
        done => done,
    }
}

fn write_temporary(layout: &Layout, bytes: &[u8]) -> Result<std::path::PathBuf, CacheError> {
    let temporary = layout.temporary("file");
    let written = in_new_folder(&temporary, || write_whole(&temporary, bytes));
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(CacheError::write(&temporary, error));
    }
    Ok(temporary)
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)
}
