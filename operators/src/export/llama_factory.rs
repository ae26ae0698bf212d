//! `export.llama_factory`: rows as LLaMA-Factory reads them.

mod entry;
mod line;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use engine::operator::{
    Complaint, Context, Destination, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::Row;
use engine::table::Table;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::entry::Entry;
use super::dataset::SPLITS;
use super::{FILES, Kind};

/// Writes rows as data sets for LLaMA-Factory.
///
/// # What it does
/// Writes each input to a file with one JSON object a line, and `dataset_info.json`, which tells LLaMA-Factory what the
/// files are; the folder is its `dataset_dir`. The inputs become the data sets `NAME`, `NAME_validation` and
/// `NAME_test`.
///
/// - A `Dialogue` is written in the ShareGPT format: `conversations` of `human` and `gpt` in turn, which `system` may
///   come before. Others are a fault: LLaMA-Factory would leave them out.
/// - A `Completion` is written in the Alpaca format: `instruction` and `output`.
/// - A `Preference` too: `instruction`, `chosen` and `rejected`, marked as `ranking`, for DPO and reward models.
///
/// Every line has the row's `id`, which LLaMA-Factory does not read.
///
/// # Why
/// What one machine cannot train can still be one pipeline: the data is made and measured here, the training is
/// LLaMA-Factory's, and `millrace cache adopt` takes the checkpoint back.
///
/// # Example
/// ```yaml
/// pairs_for_llama_factory:
///   op: export.llama_factory
///   inputs: {train: parts.train, validation: parts.validation}
///   with: {path: out/llama_factory, name: pairs}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LlamaFactory {
    /// The folder, relative to the manifest.
    #[schemars(length(min = 1))]
    pub path: String,
    /// What the data sets are called.
    #[schemars(regex(pattern = "^[A-Za-z0-9_-]+$"))]
    pub name: String,
    /// What the rows are, where they have the columns of several; otherwise their columns say it.
    #[serde(default)]
    pub kind: Option<Kind>,
}

/// What can be exported.
const KINDS: [Kind; 3] = [Kind::Preference, Kind::Completion, Kind::Dialogue];

impl Operator for LlamaFactory {
    const NAME: &'static str = "export.llama_factory";
    const VERSION: u32 = 1;
    const SINK: bool = true;

    fn inputs() -> Vec<InputPort> {
        Kind::ports(&KINDS)
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("files", "The files of all splits.", OutputType::Is(PortType::artifact(FILES)))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        match Kind::check(self.kind, inputs)? {
            Some(Kind::Problem) => {
                let message = "LLaMA-Factory trains on answers, and a problem has none";
                let complaint = Complaint::parameter("operator::other_kind", &["kind"], message, "nothing to learn");
                Err(vec![complaint.help("`generate.sample` makes answers")])
            }
            _ => Ok(declared_types(&Self::outputs(), inputs)),
        }
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::Folder(self.path.clone()))
    }
}

impl TableOperator for LlamaFactory {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let folder = outputs.artifact("files")?;
        let kind = Kind::of_inputs(self.kind, inputs)?;
        let mut entries = BTreeMap::new();
        for split in SPLITS.into_iter().filter(|name| inputs.has(name)) {
            let name = if split == SPLITS[0] { self.name.clone() } else { format!("{}_{split}", self.name) };
            let file = format!("{name}.jsonl");
            write(inputs.table(split)?, kind, &folder.join(&file), context)?;
            entries.insert(name, Entry::new(kind, file));
        }
        let text = serde_json::to_string_pretty(&entries).map_err(|error| Fault::node(error.to_string()))?;
        Ok(std::fs::write(folder.join("dataset_info.json"), text + "\n")?)
    }
}

fn write(table: &Table, kind: Kind, path: &Path, context: &Context) -> Result<(), Fault> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut done = 0;
    for batch in table.batches() {
        context.check_cancelled()?;
        let batch = Arc::new(batch?);
        for index in 0..batch.num_rows() {
            let row = Row::new(batch.clone(), index);
            let line = line::of(&row, kind).map_err(|reason| Fault::node(format!("row `{}`: {reason}", row.id())))?;
            writeln!(file, "{line}")?;
        }
        done += batch.num_rows() as u64;
        context.progress(done, Some(table.rows));
    }
    Ok(file.flush()?)
}

engine::operator!(table LlamaFactory);
