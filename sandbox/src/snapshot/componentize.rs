//! Running componentize-py over the guest: the component comes out with Python started and the guest imported.
//!
//! Owns its arguments and its surroundings. The result must depend on the recipe alone, so it sees the guest's files, an
//! empty environment in place of the user's own packages, and nothing else.

use super::environment;
use super::python::{Python, last_lines};
use super::recipe::{GUEST, GUEST_MODULE, WORLD, WORLD_FILE};
use std::fs;
use std::io;
use std::path::Path;

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum ComponentizeError {
    /// The temporary folder.
    #[error("failed to prepare the guest's files: {0}")]
    Io(#[from] io::Error),
    /// The guest failed to start, or the tool itself.
    #[error("componentize-py could not make the snapshot; it said:\n{said}")]
    Failed {
        /// Its last lines.
        said: String,
    },
    /// Python would draw the seed of its string hashes at random.
    #[error("componentize-py did not link `{}`, without which runs would not be repeatable", environment::LIBRARY_FILE)]
    Environment,
}

/// The package has no `__main__`; this is what its console script does.
const ENTRY: &str = "from componentize_py import script; script()";

/// Makes the component from the packages in `packages`, within the folder `work`.
pub(super) fn componentize(python: &Python, packages: &Path, work: &Path) -> Result<Vec<u8>, ComponentizeError> {
    let (guest, empty, component) = (work.join("guest"), work.join("empty"), work.join("component.wasm"));
    // The tool bundles every package of the environment that it is started in, unless it is given another one.
    fs::create_dir_all(empty.join("lib/python3/site-packages"))?;
    for (name, content) in GUEST {
        let path = guest.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&guest))?;
        fs::write(path, content)?;
    }
    fs::write(guest.join(environment::LIBRARY_FILE), environment::library())?;
    let mut command = python.command();
    command.args(["-c", ENTRY, "--quiet", "--world", WORLD, "--wit-path"]).arg(guest.join(WORLD_FILE));
    command.args(["componentize", "--python-path"]).arg(&guest).arg("--output").arg(&component).arg(GUEST_MODULE);
    command.env("PYTHONPATH", packages).env("PYTHONNOUSERSITE", "1").env("VIRTUAL_ENV", &empty).current_dir(work);
    // A failure of the guest is told in its own traceback, not in that of the tool.
    command.env("RUST_BACKTRACE", "0");
    let output = command.output()?;
    if !output.status.success() {
        return Err(ComponentizeError::Failed { said: last_lines(&output) });
    }
    let component = fs::read(component)?;
    if environment::is_linked(&component) { Ok(component) } else { Err(ComponentizeError::Environment) }
}
