//! `model.scripted`: answers from a file, in place of a model.

mod script;

use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ENDPOINT;
use super::artifact::Artifact;

pub(super) use script::Script;

/// Answers from a file, in place of a model.
///
/// # What it does
/// Gives a model that looks a prompt up in a file and answers what stands there. The file has one JSON object a line:
///
/// - `answers`: the texts that are answered; a prompt's first sample gets the first, the second the second, and after
///   the last it begins again.
/// - `prompt`: answers only this prompt: the text of the last message, or the prompt itself where there are no
///   messages. In its place `pattern`, a regular expression that is found in the prompt, or neither, which answers
///   whatever is asked.
/// - `finish`: `stop`, or `length` for answers that were cut; `stop` where it is not said.
///
/// The first line that fits answers, up to the first text that is to end an answer (`stop`). A prompt that no line fits has
/// no result.
///
/// # Why
/// Examples and tests of a pipeline need a model that is always there, costs nothing and answers the same on every
/// machine; and a run that was bought once can be replayed from its answers.
///
/// # Example
/// ```yaml
/// model: {op: model.scripted, with: {path: answers.jsonl}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scripted {
    /// The file.
    #[schemars(length(min = 1))]
    pub path: String,
}

impl Operator for Scripted {
    const NAME: &'static str = "model.scripted";
    /// 2: texts that are to end an answer do.
    const VERSION: u32 = 2;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("model", "The model.", OutputType::Is(PortType::artifact(ENDPOINT)))]
    }

    fn types(&self, inputs: &InputTypes, files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let found = files.resolve(&self.path).unwrap_or_default();
        let complaint = |message| vec![Complaint::parameter("operator::file", &["path"], message, "cannot be used")];
        Script::read(&found).map_err(complaint)?;
        Ok(declared_types(&Self::outputs(), inputs))
    }

    fn files(&self) -> Vec<FileParameter> {
        vec![FileParameter::required("path", self.path.clone())]
    }
}

impl TableOperator for Scripted {
    fn run(&self, _inputs: &Inputs, _context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        Artifact::Scripted.write(&outputs.artifact("model")?)
    }
}

engine::operator!(table Scripted);
