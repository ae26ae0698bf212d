//! `export.verl`: problems as verl's trainers read them.

mod ground_truth;
mod line;

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::json::ReaderBuilder;
use engine::operator::{
    Complaint, Context, Destination, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::Row;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::line::Lines;
use super::dataset::SPLITS;
use super::{FILES, Kind};
use crate::complaints;
use crate::generate::{Asking, Wording};

/// Writes problems as verl's trainers read them.
///
/// # What it does
/// Writes each input as a Parquet file, `train.parquet`, `validation.parquet`, `test.parquet`, with the columns of
/// verl's own data sets:
///
/// - `data_source`, by which verl chooses the reward function: the problem's `source`, or what the parameter says.
/// - `prompt`: the messages that are asked, made by the parameter `prompt`.
/// - `ability`, which verl only counts by.
/// - `reward_model`: `style` is `rule`, and `ground_truth` what the answer is held to: the tests as a JSON text, or the
///   column that the parameter names.
/// - `extra_info`: the `split`, the row's number as `index`, and the problem's `id`.
///
/// The tests' text is what verl's checker of programs reads (`prime_code`, which it takes for the data sources `taco`,
/// `apps`, `codecontests` and `codeforces`): `inputs` and `outputs`, and for functions `fn_name`, their arguments as
/// JSON, one a line. Tests of the kind `assert` stand in `assert_case`, which only its sandbox service runs. A problem
/// whose tests are of several kinds is a fault: verl has no place for them.
///
/// # Why
/// What one machine cannot train can still be one pipeline: the data is made and measured here, the training is verl's,
/// and `millrace cache adopt` takes the checkpoint back.
///
/// # Example
/// ```yaml
/// for_verl:
///   op: export.verl
///   inputs: {train: problems, test: heldout}
///   with: {path: out/verl, prompt: recode, data_source: taco}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verl {
    /// The folder, relative to the manifest.
    #[schemars(length(min = 1))]
    pub path: String,
    /// What a problem is asked by: Jinja over its columns, or the name of one of our prompts, as for `generate.sample`.
    #[serde(default = "default_prompt")]
    #[schemars(length(min = 1))]
    pub prompt: String,
    /// What the system says before the prompt.
    #[serde(default)]
    pub system: Option<String>,
    /// What verl chooses the reward function by; the problem's `source` where it is not said.
    #[serde(default)]
    pub data_source: Option<String>,
    /// What is asked of the model.
    #[serde(default = "default_ability")]
    pub ability: String,
    /// A text column with what an answer is held to; the tests where it is not said.
    #[serde(default)]
    pub ground_truth: Option<String>,
}

fn default_prompt() -> String {
    "solve".to_owned()
}

fn default_ability() -> String {
    "code".to_owned()
}

impl Operator for Verl {
    const NAME: &'static str = "export.verl";
    const VERSION: u32 = 1;
    const SINK: bool = true;

    fn inputs() -> Vec<InputPort> {
        Kind::ports(&[Kind::Problem])
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("files", "A file for each split.", OutputType::Is(PortType::artifact(FILES)))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let mut complaints = Vec::new();
        for split in SPLITS {
            let Some(schema) = complaints::columns(inputs, split) else { continue };
            complaints.extend(Asking::check(&self.prompt, Some(schema), None));
            let Some(column) = &self.ground_truth else { continue };
            let is_text = |data_type: &DataType| *data_type == DataType::Utf8;
            complaints.extend(complaints::misfit(&["ground_truth"], column, split, schema, (is_text, "text")));
        }
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::Folder(self.path.clone()))
    }

    fn identities(&self, _files: &ExternalFiles) -> BTreeMap<String, String> {
        Wording::identities(&self.prompt)
    }
}

impl TableOperator for Verl {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let folder = outputs.artifact("files")?;
        let asking = Asking::new(&self.prompt, None)?.around(self.system.as_deref(), &[], None);
        let schema = line::schema();
        for split in SPLITS.into_iter().filter(|name| inputs.has(name)) {
            let file = File::create(folder.join(format!("{split}.parquet")))?;
            let packed = Compression::ZSTD(ZstdLevel::default());
            let properties = WriterProperties::builder().set_compression(packed).build();
            let mut writer =
                ArrowWriter::try_new(file, schema.clone(), Some(properties)).map_err(|error| failed(&error))?;
            let mut lines = Lines::new(self, &asking, split);
            for batch in inputs.table(split)?.batches() {
                context.check_cancelled()?;
                if let Some(batch) = of(&mut lines, batch?, &schema)? {
                    writer.write(&batch).map_err(|error| failed(&error))?;
                }
            }
            writer.close().map_err(|error| failed(&error))?;
        }
        Ok(())
    }
}

fn of(lines: &mut Lines<'_>, batch: RecordBatch, schema: &SchemaRef) -> Result<Option<RecordBatch>, Fault> {
    let batch = Arc::new(batch);
    let rows = (0..batch.num_rows()).map(|row| lines.next(&Row::new(batch.clone(), row)));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let mut decoder = ReaderBuilder::new(schema.clone()).build_decoder()?;
    decoder.serialize(&rows)?;
    Ok(decoder.flush()?)
}

fn failed(error: &ParquetError) -> Fault {
    Fault::infrastructure(error.to_string())
}

engine::operator!(table Verl);
