//! `export.trl`: rows as TRL's trainers read them.

mod columns;

use engine::operator::{
    Complaint, Context, Destination, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::columns::Columns;
use super::dataset::{self, Card, Rows, SPLITS, Split};
use super::{FILES, Kind};
use crate::complaints;
use crate::generate::{Asking, Format, Wording};

/// Writes rows as a dataset for TRL's trainers.
///
/// # What it does
/// Writes each input as a split of Parquet files with a dataset card, as `export.parquet` does, in the columns that TRL
/// knows:
///
/// - a `Dialogue` has `messages`, for `SFTTrainer`;
/// - a `Completion` has `prompt` and `completion`, for `SFTTrainer`;
/// - a `Preference` has `prompt`, `chosen` and `rejected`, for `DPOTrainer` and `RewardTrainer`;
/// - a `Problem` has `prompt`, made by the parameter `prompt`, for `GRPOTrainer`, and `id`, `entry` and `tests`, which
///   reward functions are given by name.
///
/// With `format: chat` texts become conversations (TRL's "conversational"), to which it applies the model's template;
/// with `format: text` they stay texts ("standard"), as for a reward model that reads a prompt and what continues it.
/// Other columns are left out, since TRL takes some of them for another kind of dataset; `keep` names those to keep.
///
/// # Why
/// What one machine cannot train can still be one pipeline: the data is made and measured here, the training is TRL's,
/// and `millrace cache adopt` takes the checkpoint back.
///
/// # Example
/// ```yaml
/// pairs_for_trl:
///   op: export.trl
///   inputs: {train: parts.train, validation: parts.validation}
///   with: {path: out/pairs, format: text, keep: [pair_type]}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trl {
    /// The dataset's folder, relative to the manifest.
    #[schemars(length(min = 1))]
    pub path: String,
    /// What the rows are, where they have the columns of several; otherwise their columns say it.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Whether texts are conversations.
    #[serde(default)]
    pub format: Format,
    /// What a problem is asked by: Jinja over its columns, or the name of one of our prompts, as for `generate.sample`.
    /// `solve` where it is not said.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub prompt: Option<String>,
    /// What the system says before the prompt.
    #[serde(default)]
    pub system: Option<String>,
    /// Columns that are kept as they are.
    #[serde(default)]
    pub keep: Vec<String>,
    /// The heading of the card.
    #[serde(default = "default_title")]
    #[schemars(length(min = 1))]
    pub title: String,
    /// How many rows a file has at most.
    #[serde(default = "default_shard_rows")]
    #[schemars(range(min = 1))]
    pub shard_rows: u64,
}

fn default_title() -> String {
    "Rows for TRL".to_owned()
}

fn default_shard_rows() -> u64 {
    1_000_000
}

/// What can be exported.
const KINDS: [Kind; 4] = [Kind::Preference, Kind::Completion, Kind::Problem, Kind::Dialogue];

impl Operator for Trl {
    const NAME: &'static str = "export.trl";
    const VERSION: u32 = 1;
    const SINK: bool = true;

    fn inputs() -> Vec<InputPort> {
        Kind::ports(&KINDS)
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("files", "The dataset's files.", OutputType::Is(PortType::artifact(FILES)))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let kind = Kind::check(self.kind, inputs)?;
        let mut complaints = kind.map_or_else(Vec::new, |kind| self.misfits(kind, inputs));
        for split in SPLITS {
            let Some(schema) = complaints::columns(inputs, split) else { continue };
            let unknown = self.keep.iter().filter(|column| schema.field_with_name(column).is_err());
            complaints.extend(unknown.map(|column| complaints::unknown_column(&["keep"], column, split, schema)));
        }
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::Folder(self.path.clone()))
    }

    fn identities(&self, _files: &ExternalFiles) -> std::collections::BTreeMap<String, String> {
        Wording::identities(self.prompt())
    }
}

impl TableOperator for Trl {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let folder = outputs.artifact("files")?;
        let columns = Columns::new(self, Kind::of_inputs(self.kind, inputs)?)?;
        let mut splits: Vec<Split> = Vec::new();
        for name in SPLITS.into_iter().filter(|name| inputs.has(name)) {
            let table = inputs.table(name)?;
            let schema = columns.schema(&table.schema)?;
            let rows = Rows { split: name, schema: &schema, count: table.rows, shard_rows: self.shard_rows.max(1) };
            let batches = table.batches().map(|batch| columns.of(&batch?));
            splits.push(dataset::write(&rows, batches, &folder, context)?);
        }
        let schema = columns.schema(&inputs.table(SPLITS[0])?.schema)?;
        let card = Card { title: &self.title, schema: &schema, splits: &splits, lineage: context.lineage() };
        Ok(std::fs::write(folder.join("README.md"), card.text()?)?)
    }
}

impl Trl {
    fn prompt(&self) -> &str {
        self.prompt.as_deref().unwrap_or("solve")
    }

    /// Parameters that say nothing of such rows, and faults of the prompt.
    fn misfits(&self, kind: Kind, inputs: &InputTypes) -> Vec<Complaint> {
        if kind == Kind::Problem {
            let schema = complaints::columns(inputs, SPLITS[0]).map(AsRef::as_ref);
            return Asking::check(self.prompt(), schema, None);
        }
        let unread = |parameter: &'static str, message: &'static str| {
            Complaint::parameter("operator::parameters", &[parameter], message, "leave it out")
        };
        let prompt = self.prompt.as_ref().map(|_| unread("prompt", "only problems are asked by a `prompt`"));
        let said = self.system.as_ref().filter(|_| kind == Kind::Dialogue);
        let system = said.map(|_| unread("system", "what the system says stands in the `messages`"));
        prompt.into_iter().chain(system).collect()
    }
}

engine::operator!(table Trl);
