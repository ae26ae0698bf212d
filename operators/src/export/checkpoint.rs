//! `export.checkpoint`: a model as a folder that other tools load.

use std::fs;
use std::path::Path;

use engine::operator::{Context, Destination, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, OutputPort, OutputType, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FILES;
use crate::model::{CHECKPOINT, Located, REWARD_MODEL};

/// Writes a model into a folder that transformers, vLLM and others load.
///
/// # What it does
/// Puts all files of a checkpoint there: configuration, weights, tokenizer and chat template as Hugging Face lays them out,
/// of a trained model the curves in `training/`, and of an adapter the adapter by itself in `adapter/`. Files are replaced
/// when the model changes, and put back by the next run when they were deleted or changed.
///
/// # Why
/// What was trained is to be used: served, evaluated by other harnesses, shared.
///
/// # Example
/// ```yaml
/// released: {op: export.checkpoint, inputs: policy.model, with: {path: out/policy}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The folder, relative to the manifest.
    #[schemars(length(min = 1))]
    pub path: String,
}

impl Operator for Checkpoint {
    const NAME: &'static str = "export.checkpoint";
    const VERSION: u32 = 1;
    const SINK: bool = true;

    fn inputs() -> Vec<InputPort> {
        let model = InputPort::one("model", "The model to write.", PortType::artifact(CHECKPOINT));
        vec![model.or(PortType::artifact(REWARD_MODEL))]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("files", "The folder's files.", OutputType::Is(PortType::artifact(FILES)))]
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::Folder(self.path.clone()))
    }
}

impl TableOperator for Checkpoint {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        copy(&Located::of(inputs, "model")?.folder, &outputs.artifact("files")?, context)
    }
}

/// Every file below a folder, into another.
fn copy(from: &Path, to: &Path, context: &Context) -> Result<(), Fault> {
    for entry in fs::read_dir(from)? {
        context.check_cancelled()?;
        let (from, to) = (entry?.path(), to.to_owned());
        let to = to.join(from.file_name().unwrap_or_default());
        if from.is_dir() {
            fs::create_dir_all(&to)?;
            copy(&from, &to, context)?;
        } else {
            // What a link leads to: caches of models are made of links.
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

engine::operator!(table Checkpoint);
