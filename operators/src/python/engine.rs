//! Where programs run, as the manifest says it: the one place that knows both of the sandbox's engines.
//!
//! Owns the choice, its identity and its opening. An operator that runs programs has a parameter of this type, and talks
//! to the pool that comes of it whichever it is.

mod form;
mod native;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use engine::operator::{Complaint, Context, ExternalFiles, Fault, FileParameter};
use sandbox::process::{Kernel, Native};
use sandbox::{Metering, Pool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::interpreter;
use super::limits::TestLimits;

/// Where programs run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// In the sandbox.
    #[default]
    Sandbox,
    /// In a process of this machine's Python for each.
    Process(Process),
}

/// Which Python of this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Process {
    /// The interpreter, such as `.venv/bin/python`: programs find the packages that are installed for it. A path starts
    /// at the manifest's folder. Default: `python3` of the search path.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub python: Option<String>,
    /// Modules, such as `numpy`, that are imported once for all programs in place of once in each that asks for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub preload: Vec<String>,
}

/// Where the interpreter is named.
const PYTHON: &str = "engine.process.python";

impl Engine {
    /// Faults of the limits, by themselves and on this engine.
    pub(crate) fn check(&self, limits: &TestLimits) -> Vec<Complaint> {
        let mut complaints = limits.check();
        if matches!(self, Self::Process(_)) && limits.fuel.is_some() {
            let message = "native processes count no fuel";
            let complaint = Complaint::parameter("operator::parameters", &["limits", "fuel"], message, "not counted");
            complaints.push(complaint.help("limit by `seconds`, or leave out `engine`: the sandbox counts fuel"));
        }
        complaints
    }

    /// The interpreter, where it is named by a path.
    pub(crate) fn file(&self) -> Option<FileParameter> {
        let Self::Process(process) = self else { return None };
        Some(FileParameter::required(PYTHON, process.path()?.to_owned()))
    }

    /// What a result depends on beside program, input and limits.
    pub(crate) fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String> {
        let Self::Process(process) = self else { return interpreter::identities() };
        // A Python that cannot be asked is told of when the node runs, and nothing is stored under this.
        let identity = match native::installation(&process.named(|path| Some(files.root().join(path)))) {
            Ok(installation) => installation.identity(),
            Err(refusal) => format!("none: {refusal}"),
        };
        [(interpreter::INTERPRETER.to_owned(), identity)].into()
    }

    /// Finds out whether programs can be run here, and makes ready what that takes.
    pub(crate) fn prepare(&self, context: &Context) -> Result<(), Fault> {
        match self {
            Self::Sandbox => interpreter::prepare(context),
            Self::Process(process) => process.open(context).map(drop),
        }
    }

    /// As many interpreters as there are threads, opened once a run and shared by every node that asks for the same.
    pub(crate) fn pool(&self, context: &Context, metering: Metering) -> Result<Arc<Pool>, Fault> {
        let Self::Process(process) = self else { return interpreter::pool(context, metering) };
        let key = format!("processes of {:?} with {:?}", process.found(context)?, process.preload);
        context.shared(&key, &[], || {
            let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
            Pool::new(&process.open(context)?, threads).map_err(|error| interpreter::fault(&error))
        })
    }
}

impl Process {
    /// The Python with its walls, if this machine has both.
    fn open(&self, context: &Context) -> Result<Native, Fault> {
        let unusable = |refusal| {
            let advice = "or leave out `engine`: the sandbox runs everywhere";
            Fault::node(format!("`engine: process` cannot be used here: {refusal}; {advice}"))
        };
        let installation = native::installation(&self.found(context)?).map_err(unusable)?;
        Native::open(installation.preloading(self.preload.clone()), &Kernel::of_this_machine()).map_err(unusable)
    }

    /// The interpreter, as it was found when the run was planned.
    fn found(&self, context: &Context) -> Result<Option<PathBuf>, Fault> {
        let file = match self.path() {
            Some(_) => context.files(PYTHON)?.first().cloned(),
            None => None,
        };
        Ok(self.named(|_| file))
    }

    /// The path, where it is more than a name to look for.
    fn path(&self) -> Option<&str> {
        self.python.as_deref().filter(|python| python.contains('/'))
    }

    /// The interpreter by its path, which the caller resolves, or by its name.
    fn named(&self, resolve: impl FnOnce(&str) -> Option<PathBuf>) -> Option<PathBuf> {
        match self.path() {
            Some(path) => resolve(path),
            None => self.python.as_ref().map(PathBuf::from),
        }
    }
}
