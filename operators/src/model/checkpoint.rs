//! `model.checkpoint`: a model in a folder.

use std::fmt::Display;

use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Known, Operator, Outlook, Outputs, SettingsKind,
    TableOperator,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use models::checkpoint::Checkpoint as Folder;
use models::config::Head;
use models::weights;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::artifact::Artifact;
use super::{CHECKPOINT, REWARD_MODEL};
use super::{Foretold, Placing};

/// A model in a folder, as Hugging Face lays it out.
///
/// # What it does
/// Gives the model whose `config.json`, weights (`model.safetensors` or its shards), tokenizer and chat template lie in
/// a folder. Qwen2, Qwen2.5, Qwen3 and Llama are understood, and their classifiers with one label, which are
/// `RewardModel`s. A field of `config.json` that changes the result and is not supported is a fault that names it.
///
/// Nothing is copied: the folder is read where it lies, and known by the digests of its files.
///
/// `hub:ORG/NAME` names a model of the Hugging Face hub, and `hub:ORG/NAME@REVISION` that of a branch, a tag or a commit. It
/// is looked for where other tools keep such models (`HF_HUB_CACHE`, `HF_HOME`); `run` fetches one that is not there yet.
/// Name a commit where the model must stay the same: another machine may have another state of a branch.
///
/// # Why
/// A model is an edge like any other: wire another node, and everything behind it is made anew with that one.
///
/// # Example
/// ```yaml
/// base: {op: model.checkpoint, with: {path: models/Qwen2.5-Coder-0.5B-Instruct, dtype: bf16}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The folder, from the manifest's; or a model of the hub, `hub:ORG/NAME@REVISION`.
    #[schemars(length(min = 1))]
    pub path: String,
    /// What the weights are computed in, whatever the files have.
    #[serde(default)]
    pub dtype: Dtype,
}

/// The type of weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dtype {
    /// Single precision.
    #[default]
    F32,
    /// Half of it, with the range of single precision.
    Bf16,
    /// Half of it, with a smaller range.
    F16,
}

impl From<Dtype> for weights::Dtype {
    fn from(dtype: Dtype) -> Self {
        match dtype {
            Dtype::F32 => Self::F32,
            Dtype::Bf16 => Self::Bf16,
            Dtype::F16 => Self::F16,
        }
    }
}

impl Operator for Checkpoint {
    const NAME: &'static str = "model.checkpoint";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "`Checkpoint`, or `RewardModel` where the model is a classifier.";
        vec![OutputPort::new("model", "The model.", OutputType::Derived(gives))]
    }

    fn types(&self, _inputs: &InputTypes, files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let path = files.locate(&self.path).map_err(|missing| vec![complaint(&missing)])?;
        let folder = Folder::open(&path).map_err(|error| vec![complaint(&error)])?;
        let name = match folder.config().architecture.head {
            Head::Language => CHECKPOINT,
            Head::Reward => REWARD_MODEL,
        };
        Ok([("model".to_owned(), Some(PortType::artifact(name)))].into())
    }

    fn known(&self, outlook: &Outlook<'_>) -> Known {
        let folder = outlook.files.locate(&self.path).ok().and_then(|path| Folder::open(&path).ok());
        let told =
            folder.map(|folder| Foretold::new(folder.config().clone(), self.dtype.into(), outlook).tell("model"));
        told.unwrap_or_default()
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }

    fn files(&self) -> Vec<FileParameter> {
        vec![FileParameter::required("path", self.path.clone())]
    }
}

fn complaint(error: &impl Display) -> Complaint {
    Complaint::parameter("operator::checkpoint", &["path"], error.to_string(), "cannot be used")
}

impl TableOperator for Checkpoint {
    fn run(&self, _inputs: &Inputs, _context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        Artifact::Checkpoint { dtype: self.dtype }.write(&outputs.artifact("model")?)
    }
}

engine::operator!(table Checkpoint);
