//! What an operator is: its configuration, its ports, and one of three shapes.
//!
//! Owns the traits that operators implement, their registry, and what a running operator is given. Knows no manifest,
//! no cache and no scheduler, and holds no operator.

mod cancellation;
mod complaint;
mod context;
mod destination;
mod erased;
mod fault;
mod files;
mod inputs;
mod lineage;
mod origin;
mod outlook;
mod outputs;
mod registration;
mod row;
mod settings;
mod share;
mod site;
mod step;
mod table;

pub use cancellation::{Cancellation, Cancelled};
pub use complaint::{Complaint, Place};
pub use context::{
    Context, ContextParts, Count, Measure, Memo, NoMemo, NoSecrets, Preparation, Resource, SecretResolver,
};
pub use destination::{Destination, Materialised, materialise};
pub use erased::{AnyOperator, AnyRow, AnyStep, AnyTable, Shape};
pub use fault::Fault;
pub use files::{Absence, Depot, ExternalFiles, FileParameter, Missing};
pub use inputs::{InputData, Inputs};
pub use lineage::Ancestor;
pub use origin::Origin;
pub use outlook::{Known, Need, Outlook};
pub use outputs::{OutputSink, Outputs};
pub use registration::{Configured, Registration, ShapeKind, find, registrations};
pub use row::{RowOperator, RowWorker};
pub use settings::{OwnSettings, Settings, SettingsKind};
pub use share::{NotShared, Share, Thing};
pub use site::{Maker, Site};
pub use step::{Progress, StepOperator, StepWorker};
pub use table::TableOperator;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::port::{InputPort, InputTypes, OutputPort, OutputTypes};

/// An operator: the struct is its configuration (`with`), its doc comment its manual page.
///
/// The doc comment has the headings `# What it does`, `# Why` and `# Example`; the example is a manifest's node.
pub trait Operator: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// `folder.file`: the stage, a dot, the operator.
    const NAME: &'static str;
    /// Raised when the same input and configuration would now give another output; the history stands beside it.
    const VERSION: u32;
    /// Whether it draws from the context's random numbers: only then does the manifest's seed enter its fingerprint.
    const RANDOM: bool = false;
    /// Whether its result is meant for a person or another tool, so that no node needs to read it.
    const SINK: bool = false;

    /// The input ports.
    fn inputs() -> Vec<InputPort>;

    /// The output ports.
    fn outputs() -> Vec<OutputPort>;

    /// The exact types of the outputs, and every fault that only the operator can see: a column that an expression
    /// names, an unreadable file. Called at check time with the ports already checked; must not do the work itself.
    ///
    /// # Errors
    /// All complaints at once.
    fn types(&self, inputs: &InputTypes, files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let _ = files;
        Ok(declared_types(&Self::outputs(), inputs))
    }

    /// What can run, and still is hardly meant: told at check time, with the ports already checked.
    fn warnings(&self, inputs: &InputTypes) -> Vec<Complaint> {
        let _ = inputs;
        Vec::new()
    }

    /// The operator's own settings under `run`, see [`SettingsKind::of`]; what changes the result belongs under `with`.
    fn settings() -> Option<SettingsKind> {
        None
    }

    /// The parameters that name files outside the pipeline; their digests enter the fingerprint.
    fn files(&self) -> Vec<FileParameter> {
        Vec::new()
    }

    /// What a run holds while it works: `cuda:0` and bytes, endpoint slots.
    fn resources(&self) -> Vec<Resource> {
        Vec::new()
    }

    /// What can be told of the outputs before they are made, to whoever reads them.
    fn known(&self, outlook: &Outlook<'_>) -> Known {
        let _ = outlook;
        Known::new()
    }

    /// The room that the node will take while it works, as far as that can be known: what a plan tells.
    fn needs(&self, outlook: &Outlook<'_>) -> Vec<Need> {
        let _ = outlook;
        Vec::new()
    }

    /// Where the files of a sink's artifact are to be found by people and other tools, relative to the manifest.
    /// The artifact itself stays in the cache, so that a file that was deleted or changed since is put back.
    fn destination(&self) -> Option<Destination> {
        None
    }

    /// Makes ready what outlasts the run, and finds out early what would be missing late: called when a run begins, before
    /// the inputs are there, of nodes that are to be made.
    ///
    /// # Errors
    /// What fails the node; others go on.
    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        let _ = context;
        Ok(())
    }

    /// Further identities that change the result and stand in neither configuration nor files: a checker's version,
    /// a tokenizer's digest, the version of another program that is found beside the manifest.
    fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String> {
        let _ = files;
        BTreeMap::new()
    }
}

/// The output types that follow from the declared ports alone; a derived one stays unknown.
#[must_use]
pub fn declared_types(outputs: &[OutputPort], inputs: &InputTypes) -> OutputTypes {
    use crate::port::OutputType;
    let of = |port: &str| inputs.get(port).and_then(|input| input.port_type.clone());
    let resolve = |gives: &OutputType| match gives {
        OutputType::Is(port_type) => Some(port_type.clone()),
        OutputType::Same(port) => of(port),
        OutputType::Extends(port, row_type) => of(port).map(|input| row_type.over(&input)),
        OutputType::Derived(_) => None,
    };
    outputs.iter().map(|port| (port.name.to_owned(), resolve(&port.gives))).collect()
}
