//! A port's model, opened: once a run, however many nodes and rows use it.

use std::path::Path;
use std::sync::Arc;

use engine::operator::{Context, Fault, Inputs, Origin};
use models::generate::Generator;

use super::artifact::Artifact;
use super::scripted::Script;

/// What answers in place of the artifact that a port holds.
struct Opened(Arc<dyn Generator>);

/// The generator of the model that a port holds.
pub(crate) fn generator(inputs: &Inputs, port: &str, context: &Context) -> Result<Arc<dyn Generator>, Fault> {
    let (folder, origin) = (inputs.artifact(port)?, inputs.origin(port)?);
    let key = format!("generator of {}", folder.display());
    let opened = context.shared(&key, &[], || open(folder, origin).map(Opened))?;
    Ok(opened.0.clone())
}

fn open(folder: &Path, origin: &Origin) -> Result<Arc<dyn Generator>, Fault> {
    match Artifact::read(folder)? {
        Some(Artifact::Scripted) => Ok(Arc::new(Script::read(origin.files("path")?).map_err(Fault::node)?)),
        Some(Artifact::Checkpoint { .. }) | None => Err(Fault::node("checkpoints do not generate yet")),
    }
}
