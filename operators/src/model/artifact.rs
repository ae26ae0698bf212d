//! What an artifact of a model holds, where it is not the model itself.

use std::path::Path;

use engine::operator::Fault;
use serde::{Deserialize, Serialize};

use super::{Dtype, Endpoint};

/// The file that says where the model is.
const FILE: &str = "model.json";

/// Where a model is that an artifact stands for. Addresses and paths do not stand here but with the node that the
/// artifact comes from, where they may change without a new result.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Artifact {
    /// In the folder that the node names.
    Checkpoint {
        /// What its weights are computed in.
        dtype: Dtype,
    },
    /// Behind the address that the node names.
    Endpoint(Endpoint),
    /// In the answers that the node names.
    Scripted,
}

impl Artifact {
    /// What the artifact in a folder says; none where it is the model itself.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, Fault> {
        let path = folder.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => {
                let read = serde_json::from_slice(&bytes);
                read.map(Some).map_err(|error| Fault::node(format!("{}: {error}", path.display())))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes it into an artifact's folder.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Fault> {
        let text = serde_json::to_vec_pretty(self).expect("plain data");
        Ok(std::fs::write(folder.join(FILE), text)?)
    }
}
