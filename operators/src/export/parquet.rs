//! `export.parquet`: rows as a dataset of Parquet files.

use engine::operator::{Context, Destination, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, OutputPort, OutputType, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FILES;
use super::dataset::{self, Card, Rows, SPLITS, Split};

/// Writes rows as a dataset of Parquet files, ready to be published.
///
/// # What it does
/// Writes each input as a split in files of at most `shard_rows` rows, called as Hugging Face calls them
/// (`data/train-00000-of-00002.parquet`), packed with zstd. `README.md` is the dataset's card: which files make which
/// split, the columns with their types, sizes, and where the rows come from: every operator on the way with its version
/// and configuration, and the digests of the files that were read.
///
/// The files are replaced when the rows change, and put back by the next run when they were deleted or changed. Other
/// files in the folder are left alone.
///
/// # Why
/// A dataset that says how it was made can be made again. `load_dataset` and `source.parquet` read it as it is.
///
/// # Example
/// ```yaml
/// dataset:
///   op: export.parquet
///   inputs: {train: parts.train, validation: parts.validation}
///   with: {path: out/pairs, title: Preference pairs}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parquet {
    /// The dataset's folder, relative to the manifest.
    #[schemars(length(min = 1))]
    pub path: String,
    /// How files and card are laid out.
    #[serde(default)]
    pub layout: Layout,
    /// The heading of the card; the folder's name where it is not said.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub title: Option<String>,
    /// How many rows a file has at most.
    #[serde(default = "default_shard_rows")]
    #[schemars(range(min = 1))]
    pub shard_rows: u64,
}

/// How files and card are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// `data/SPLIT-00000-of-0000n.parquet` and a dataset card.
    #[default]
    HuggingFace,
}

fn default_shard_rows() -> u64 {
    1_000_000
}

impl Operator for Parquet {
    const NAME: &'static str = "export.parquet";
    const VERSION: u32 = 1;
    const SINK: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("train", "The split `train`.", PortType::any_rows()),
            InputPort::optional("validation", "The split `validation`.", PortType::any_rows()),
            InputPort::optional("test", "The split `test`.", PortType::any_rows()),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("files", "The dataset's files.", OutputType::Is(PortType::artifact(FILES)))]
    }

    fn types(
        &self,
        inputs: &engine::port::InputTypes,
        _files: &engine::operator::ExternalFiles,
    ) -> Result<engine::port::OutputTypes, Vec<engine::operator::Complaint>> {
        let complaints = dataset::check(inputs, &SPLITS);
        if complaints.is_empty() {
            Ok(engine::operator::declared_types(&Self::outputs(), inputs))
        } else {
            Err(complaints)
        }
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::Folder(self.path.clone()))
    }
}

impl TableOperator for Parquet {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let folder = outputs.artifact("files")?;
        let Layout::HuggingFace = self.layout;
        let mut splits: Vec<Split> = Vec::new();
        for name in SPLITS.into_iter().filter(|name| inputs.has(name)) {
            let table = inputs.table(name)?;
            let rows =
                Rows { split: name, schema: &table.schema, count: table.rows, shard_rows: self.shard_rows.max(1) };
            let batches = table.batches().map(|batch| Ok(batch?));
            splits.push(dataset::write(&rows, batches, &folder, context)?);
        }
        let schema = &inputs.table(SPLITS[0])?.schema;
        let card = Card { title: self.title(), schema, splits: &splits, lineage: context.lineage() };
        Ok(std::fs::write(folder.join("README.md"), card.text()?)?)
    }
}

impl Parquet {
    fn title(&self) -> &str {
        let folder = || self.path.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty());
        self.title.as_deref().or_else(folder).unwrap_or("dataset")
    }
}

engine::operator!(table Parquet);
