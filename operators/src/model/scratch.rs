//! `model.scratch`: a model that was never trained.

mod shape;

use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Known, Operator, Outlook, Outputs, SettingsKind, TableOperator,
    declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::table::Table;
use models::checkpoint;
use models::device::DeviceName;
use models::tokenizer::{Tokenizer, Training, train};
use models::weights::{Dtype, Placement};
use rand_chacha::rand_core::RngCore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use self::shape::{Family, Shape};

use super::{CHECKPOINT, tell_provenance};
use super::{Foretold, Placing};
use crate::complaints;
use crate::texts::{self, Texts};

/// The tokens of the chat template, which have the first ids: what fills batches up, begins a message, ends it.
const SPECIAL: [&str; 3] = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
/// The place of the first.
const PADDING: u32 = 0;
/// The place of the last.
const END: u32 = 2;

/// How conversations become texts.
const TEMPLATE: &str = include_str!("scratch/chat.jinja");

/// A model that was never trained, and a tokenizer that was.
///
/// # What it does
/// Trains a byte-level BPE tokenizer on the texts of its input, and gives a model of the named sizes whose weights are
/// drawn from the seed. Both are laid out as Hugging Face does, with a chat template that marks what the assistant says,
/// so that transformers loads them too; `provenance.json` beside them tells how they were made.
///
/// A parameter's numbers depend on the seed and its name alone: two models that differ in one layer have the others in
/// common.
///
/// # Why
/// A pipeline can be tried whole, training included, on a laptop and without a download; and a study of a method's
/// parts needs a model whose every token of training is known.
///
/// # Example
/// ```yaml
/// model:
///   op: model.scratch
///   inputs: problems
///   with: {columns: [statement, solution], vocabulary: 2048, shape: {hidden: 256, layers: 4, heads: 4}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scratch {
    /// The columns that the tokenizer is trained on. Default: the first there is of `statement`, `prompt`, `text`,
    /// `content`, `messages`.
    #[serde(default)]
    pub columns: Vec<String>,
    /// How many tokens there are, special ones included; fewer where the texts have no more. At least 256 and the
    /// special ones.
    #[serde(default = "default_vocabulary")]
    #[schemars(range(min = 260))]
    pub vocabulary: usize,
    /// Texts that are one token each, and stay in what the model writes: `<think>`, `</think>`.
    #[serde(default)]
    pub tokens: Vec<String>,
    /// The model's sizes.
    #[serde(default)]
    pub shape: Shape,
    /// Another number gives other weights under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

fn default_vocabulary() -> usize {
    2048
}

impl Operator for Scratch {
    const NAME: &'static str = "model.scratch";
    /// 2: where the model comes from stands beside its weights.
    const VERSION: u32 = 2;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("texts", "What the tokenizer is trained on.", PortType::any_rows())]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("model", "The model.", OutputType::Is(PortType::artifact(CHECKPOINT)))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let schema = complaints::columns(inputs, "texts");
        let mut complaints = schema.map(|schema| texts::check(&self.columns, "columns", "texts", schema));
        let complaints = complaints.get_or_insert_default();
        if let Err(error) = self.shape.config(self.vocabulary, END, PADDING) {
            complaints.push(Complaint::parameter("operator::parameters", &["shape"], error.to_string(), "here"));
        }
        let least = 256 + SPECIAL.len() + self.tokens.len();
        if self.vocabulary < least {
            let message = format!("256 bytes and the special tokens need a vocabulary of {least}");
            complaints.push(Complaint::parameter("operator::parameters", &["vocabulary"], message, "too small"));
        }
        match complaints.as_slice() {
            [] => Ok(declared_types(&Self::outputs(), inputs)),
            _ => Err(std::mem::take(complaints)),
        }
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }

    fn known(&self, outlook: &Outlook<'_>) -> Known {
        let config = self.shape.config(self.vocabulary, END, PADDING).ok();
        config.map(|config| Foretold::new(config, Dtype::F32, outlook).tell("model")).unwrap_or_default()
    }
}

impl Scratch {
    fn tokenizer(&self, table: &Table, context: &Context) -> Result<Tokenizer, Fault> {
        let columns = texts::columns(&self.columns, &table.schema);
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut failure = None;
        let batches = table.columns(&names).map_while(|batch| {
            let texts = batch.map_err(Fault::from).and_then(|batch| {
                context.check_cancelled()?;
                let texts = Texts::of(&batch, &columns)?;
                let mut all = Vec::new();
                (0..batch.num_rows()).for_each(|row| texts.visit(row, &mut |text| all.push(text.to_owned())));
                Ok(all)
            });
            texts.map_err(|fault| failure = Some(fault)).ok()
        });
        let training = Training {
            vocabulary_size: self.vocabulary,
            special: SPECIAL.map(str::to_owned).into(),
            whole: self.tokens.clone(),
        };
        let trained = train(batches.flatten(), &training);
        failure.map_or_else(|| trained.map_err(|error| Fault::node(error.to_string())), Err)
    }
}

impl TableOperator for Scratch {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let tokenizer = self.tokenizer(inputs.table("texts")?, context)?;
        let node = |error: &dyn std::fmt::Display| Fault::node(error.to_string());
        let companions = tempfile::tempdir()?;
        let special = json!({"eos_token": SPECIAL[2], "pad_token": SPECIAL[0], "chat_template": TEMPLATE});
        let special = special.as_object().expect("it is written as one").clone();
        tokenizer.save(companions.path(), special).map_err(|error| node(&error))?;
        let config = self.shape.config(tokenizer.vocabulary_size(), END, PADDING).map_err(|error| node(&error))?;
        let device = DeviceName::Cpu.open().map_err(|error| node(&error))?;
        let placement = Placement { device, dtype: Dtype::F32 };
        let seed = context.random("weights", self.seed).next_u64();
        let model = checkpoint::language_model(&config, seed, &placement).map_err(|error| node(&error))?;
        let folder = outputs.artifact("model")?;
        checkpoint::save(&model, &config, Dtype::F32, companions.path(), &folder).map_err(|error| node(&error))?;
        tell_provenance(self, context, &folder)
    }
}

engine::operator!(table Scratch);
