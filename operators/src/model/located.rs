//! Where the checkpoint of a port lies: beside the cache, where its node names it, or in it, where a node made it.

use std::path::PathBuf;

use engine::operator::{Fault, Inputs};
use models::config::Config;
use models::weights::Dtype;

use super::artifact::Artifact;

/// A checkpoint's folder, and what its weights are computed in.
pub(crate) struct Located {
    pub(crate) folder: PathBuf,
    pub(crate) dtype: Dtype,
}

impl Located {
    /// The checkpoint that a port holds.
    pub(crate) fn of(inputs: &Inputs, port: &str) -> Result<Self, Fault> {
        let folder = inputs.artifact(port)?;
        match Artifact::read(folder)? {
            Some(Artifact::Checkpoint { dtype }) => {
                Ok(Self { folder: inputs.origin(port)?.folder("path")?.to_owned(), dtype: dtype.into() })
            }
            Some(_) => Err(Fault::node(format!("input `{port}` holds no weights"))),
            None => {
                let config = Config::read(&folder.join("config.json"));
                let config = config.map_err(|error| Fault::node(error.to_string()))?;
                // A node saves weights as it computed them.
                Ok(Self { folder: folder.to_owned(), dtype: config.saved_dtype().unwrap_or(Dtype::F32) })
            }
        }
    }
}
