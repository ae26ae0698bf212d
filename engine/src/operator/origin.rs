//! What is known of the node that an artifact comes from, beside the files that it made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Fault, Settings};

/// Where an artifact comes from: an operator that only names something, such as a server or a folder of weights, is
/// asked here for what its artifact must not hold, since it may change without a new result.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// What stands under the node's `run` for its operator alone.
    pub settings: Settings,
    /// External files that it reads, resolved when the run was planned, by parameter.
    pub files: BTreeMap<String, Vec<PathBuf>>,
}

impl Origin {
    /// The files of a parameter.
    ///
    /// # Errors
    /// [`Fault::Node`] where the operator names no such parameter in `files()`.
    pub fn files(&self, parameter: &str) -> Result<&[PathBuf], Fault> {
        let found = self.files.get(parameter).map(Vec::as_slice);
        found.ok_or_else(|| Fault::node(format!("`{parameter}` names no file")))
    }

    /// The folder that all files of a parameter lie in.
    ///
    /// # Errors
    /// As [`Origin::files`].
    pub fn folder(&self, parameter: &str) -> Result<&Path, Fault> {
        let files = self.files(parameter)?;
        let mut above = files.first().into_iter().flat_map(|file| file.ancestors().skip(1));
        let shared = above.find(|folder| files.iter().all(|file| file.starts_with(folder)));
        shared.ok_or_else(|| Fault::node(format!("`{parameter}` names no folder")))
    }
}
