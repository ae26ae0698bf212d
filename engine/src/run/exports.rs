//! Putting finished outputs where the manifest wants them.

use std::path::{Path, PathBuf};

use crate::cache::Cache;
use crate::operator::{Destination, Materialised, materialise};
use crate::plan::Plan;

/// An output that appears outside of the cache.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The node.
    pub node: String,
    /// Where.
    pub path: PathBuf,
    /// What had to be done.
    pub done: Materialised,
}

/// An output that could not be put there.
#[derive(Debug, thiserror::Error)]
#[error("`{node}` is finished, but cannot be written to {path}: {source}")]
pub struct ExportError {
    /// The node.
    pub node: String,
    /// Where.
    pub path: PathBuf,
    /// Why.
    pub source: std::io::Error,
}

/// Makes the finished outputs of a plan appear at their destinations below `root`; what is there already stays.
///
/// # Errors
/// The first output that cannot be put there.
pub fn export(plan: &Plan, cache: &Cache, root: &Path) -> Result<Vec<Exported>, ExportError> {
    let mut exported = Vec::new();
    for task in &plan.tasks {
        let Some(destination) = task.node.configured.operator().destination() else { continue };
        let entry = task.fingerprint.and_then(|fingerprint| cache.find(&fingerprint).present());
        let artifact = entry.and_then(|entry| {
            let port = task.node.outputs.keys().next()?;
            entry.artifact(port)
        });
        let Some(artifact) = artifact else { continue };
        let (Destination::File(to) | Destination::Folder(to)) = &destination;
        let (node, path) = (task.node.name.clone(), root.join(to));
        match materialise(&artifact, root, &destination) {
            Ok(done) => exported.push(Exported { node, path, done }),
            Err(source) => return Err(ExportError { node, path, source }),
        }
    }
    Ok(exported)
}
