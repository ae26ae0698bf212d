//! `export.jsonl`: rows as one JSON object a line.

use std::fs::File;
use std::io::{BufWriter, Write};

use arrow::json::WriterBuilder;
use arrow::json::writer::LineDelimited;
use engine::operator::{Context, Destination, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, OutputPort, OutputType, PortType};
use flate2::Compression;
use flate2::write::GzEncoder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FILES;

/// The one file of the artifact.
const NAME_IN_ARTIFACT: &str = "rows.jsonl";

/// How hard `.zst` files are packed.
const ZSTD_LEVEL: i32 = 3;

/// Writes rows to a file with one JSON object a line.
///
/// # What it does
/// Writes all columns of all rows, in order, nulls too. A path that ends in `.gz` or `.zst` is packed. The file is
/// replaced when the rows change, and put back by the next run when it was deleted or changed; folders that are missing
/// are made.
///
/// # Why
/// JSONL is what most other tools read, and what a person can look at.
///
/// # Example
/// ```yaml
/// file:
///   op: export.jsonl
///   inputs: pairs
///   with: {path: out/pairs.jsonl.gz}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Jsonl {
    /// The file, relative to the manifest.
    #[schemars(length(min = 1))]
    pub path: String,
}

impl Operator for Jsonl {
    const NAME: &'static str = "export.jsonl";
    const VERSION: u32 = 1;
    const SINK: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows to write.", PortType::any_rows())]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("files", "The file.", OutputType::Is(PortType::artifact(FILES)))]
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::File(self.path.clone()))
    }
}

impl TableOperator for Jsonl {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let file = BufWriter::new(File::create(outputs.artifact("files")?.join(NAME_IN_ARTIFACT))?);
        match self.path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("gz") => {
                let mut encoder = GzEncoder::new(file, Compression::default());
                write(inputs, context, &mut encoder)?;
                encoder.finish()?.flush()?;
            }
            Some("zst") => {
                let mut encoder = zstd::Encoder::new(file, ZSTD_LEVEL)?;
                write(inputs, context, &mut encoder)?;
                encoder.finish()?.flush()?;
            }
            _ => {
                let mut file = file;
                write(inputs, context, &mut file)?;
                file.flush()?;
            }
        }
        Ok(())
    }
}

fn write(inputs: &Inputs, context: &Context, target: &mut dyn Write) -> Result<(), Fault> {
    let table = inputs.table("rows")?;
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(target);
    let mut done = 0;
    for batch in table.batches() {
        context.check_cancelled()?;
        let batch = batch?;
        writer.write(&batch)?;
        done += batch.num_rows() as u64;
        context.progress(done, Some(table.rows));
    }
    Ok(writer.finish()?)
}

engine::operator!(table Jsonl);
