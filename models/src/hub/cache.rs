//! Where models of the hub lie on this machine. Owns the layout, and when a model is there as a whole.

use std::path::{Path, PathBuf};
use std::{fmt, fs};

use super::ModelName;
use crate::weights::Stored;

/// A cache of the hub, and how the hub is reached.
#[derive(Clone)]
pub struct Hub {
    /// The folder that models lie in.
    pub cache: PathBuf,
    /// The hub's address.
    pub endpoint: String,
    /// What opens models that are not for everyone.
    pub token: Option<String>,
}

impl Hub {
    /// The folder of a model, if all that is needed of it is there.
    pub fn find(&self, name: &ModelName) -> Option<PathBuf> {
        let model = self.model(name);
        // A commit stands for itself.
        let commit = fs::read_to_string(model.join("refs").join(&name.revision));
        let commit = commit.map_or_else(|_| name.revision.clone(), |commit| commit.trim().to_owned());
        let snapshot = model.join("snapshots").join(commit);
        is_whole(&snapshot).then_some(snapshot)
    }

    /// Everything of a model, whatever its revision.
    pub(super) fn model(&self, name: &ModelName) -> PathBuf {
        self.cache.join(format!("models--{}", name.repository.replace('/', "--")))
    }
}

/// Whether a configuration and all weights are there: others fetch what they need, file by file.
fn is_whole(snapshot: &Path) -> bool {
    snapshot.join("config.json").exists() && Stored::open(snapshot).is_ok()
}

impl fmt::Debug for Hub {
    /// Without the token.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cache, endpoint, token: _ } = self;
        formatter.debug_struct("Hub").field("cache", cache).field("endpoint", endpoint).finish_non_exhaustive()
    }
}
