//! Where files without a name are made.

use std::fs::File;
use std::io;
use std::path::PathBuf;

/// A place with room for what does not fit in memory; by default the system's folder for temporary files.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    folder: Option<PathBuf>,
}

impl Scratch {
    /// Room in a folder that exists.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()) }
    }

    /// A file without a name: it is gone once it is closed or the process ends.
    ///
    /// # Errors
    /// A folder that takes no file, named.
    pub fn file(&self) -> io::Result<File> {
        let Some(folder) = &self.folder else { return tempfile::tempfile() };
        tempfile::tempfile_in(folder).map_err(|error| {
            let message = format!("no temporary file can be made in `{}`: {error}", folder.display());
            io::Error::new(error.kind(), message)
        })
    }
}
