//! A file's bytes without reading them. Owns the one `unsafe` line that this takes.

use std::fs::File;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use memmap2::{Advice, Mmap};

use super::WeightsError;

/// A file that is open for reading in place, and by offset.
#[derive(Debug)]
pub(crate) struct MappedFile {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    pub(crate) bytes: Bytes,
}

impl MappedFile {
    /// Maps a file. Its pages are the system's cache of it: they are not charged twice where several models share a
    /// checkpoint, and can be given up under pressure.
    #[expect(unsafe_code, reason = "mapping a file is sound only while nobody shortens or rewrites it in place")]
    pub(crate) fn open(path: &Path) -> Result<Self, WeightsError> {
        let file = File::open(path).map_err(WeightsError::file("open", path))?;
        // SAFETY: whoever rewrites a checkpoint in place while it is in use breaks this, here as with every other
        // reader that maps one. Everything in this house, and the safetensors and hub libraries, replaces a file
        // instead: the mapped one lives on until the last tensor that looks at it is gone. A private mapping does not
        // help, since unwritten pages still follow the file.
        let mapped = unsafe { Mmap::map(&file) }.map_err(WeightsError::file("map", path))?;
        // A hint that the whole of it will be wanted; refusing it is no error.
        let _ = mapped.advise(Advice::WillNeed);
        Ok(Self { path: path.to_owned(), file, bytes: Bytes::from_owner(mapped) })
    }
}
