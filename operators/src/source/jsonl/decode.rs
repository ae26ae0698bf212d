//! Lines to columns, and the exact place of what does not fit.

use std::sync::Arc;

use arrow::array::{ArrayRef, NullArray, RecordBatch};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::json::reader::Decoder;
use arrow::json::{ArrayDecoder, DecoderContext, DecoderFactory, ReaderBuilder, Tape};

use super::super::input_file::Lines;
use super::super::projection::{Origin, Projection, Wishes};

/// The columns that lines are decoded to.
pub(super) struct Decoding {
    schema: SchemaRef,
    /// Whether a number may stand for a text.
    numbers_as_text: Numbers,
}

/// What becomes of a number in a column of text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    /// It is a fault.
    Refused,
    /// It becomes the text that prints it.
    Printed,
}

impl Decoding {
    /// The columns of the file, with the types in which a projection takes them; those left out are not decoded.
    pub(super) fn new(file: &Schema, projection: &Projection, wishes: &Wishes<'_>) -> Self {
        let mut fields: Fields = file.fields().clone();
        let texts_wished = wishes.types.values().any(|wished| *wished == DataType::Utf8);
        let mut numbers_as_text = if texts_wished { Numbers::Printed } else { Numbers::Refused };
        for (field, origin) in projection.columns() {
            let Origin::File(path) = origin else { continue };
            if replace(&mut fields, path, field.data_type()) == Some(DataType::Int64)
                && *field.data_type() == DataType::Utf8
            {
                numbers_as_text = Numbers::Printed;
            }
        }
        let left_out = |field: &FieldRef| wishes.omit.contains(field.name());
        let fields = fields.iter().map(|field| match left_out(field) {
            true => Arc::new(field.as_ref().clone().with_data_type(DataType::Null)),
            false => field.clone(),
        });
        Self { schema: Arc::new(Schema::new(fields.collect::<Fields>())), numbers_as_text }
    }

    /// The lines as columns; a line that does not fit is named with its place and column.
    pub(super) fn decode(&self, lines: &Lines) -> Result<RecordBatch, String> {
        self.columns(&self.schema, lines.iter()).map_err(|_| self.first_fault(lines))
    }

    fn columns<'a>(
        &self,
        schema: &SchemaRef,
        lines: impl Iterator<Item = &'a [u8]>,
    ) -> Result<RecordBatch, ArrowError> {
        let mut decoder = self.decoder(schema)?;
        for (count, line) in lines.enumerate() {
            let read = decoder.decode(line)?;
            let read = read + decoder.decode(b"\n")?;
            if read != line.len() + 1 || decoder.has_partial_record() || decoder.len() != count + 1 {
                return Err(ArrowError::JsonError("a line must hold one JSON object".to_owned()));
            }
        }
        Ok(decoder.flush()?.unwrap_or_else(|| RecordBatch::new_empty(schema.clone())))
    }

    fn decoder(&self, schema: &SchemaRef) -> Result<Decoder, ArrowError> {
        ReaderBuilder::new(schema.clone())
            // One more than any batch has: the decoder must not stop before the line ends.
            .with_batch_size(usize::from(u16::MAX))
            .with_strict_mode(true)
            .with_coerce_primitive(self.numbers_as_text == Numbers::Printed)
            .with_decoder_factory(Arc::new(LeftOut))
            .build_decoder()
    }

    /// What is wrong with the first line that cannot be decoded alone.
    fn first_fault(&self, lines: &Lines) -> String {
        for index in 0..lines.len() {
            let line = lines.line(index);
            let Err(error) = self.columns(&self.schema, std::iter::once(line)) else { continue };
            return self.fault(&lines.place(index), line, &error);
        }
        "the lines cannot be read together: leave out the columns with `omit` one by one to find the reason".to_owned()
    }

    /// What is wrong with a line: its syntax, a column that is not known, or a value.
    fn fault(&self, place: &str, line: &[u8], error: &ArrowError) -> String {
        let row: serde_json::Map<String, serde_json::Value> = match serde_json::from_slice(line) {
            Ok(row) => row,
            Err(error) => return syntax_error(place, &error),
        };
        for (name, value) in row {
            let Ok(field) = self.schema.field_with_name(&name) else {
                return format!(
                    "{place}: column `{name}` is not in the rows before it: raise `infer`, or leave it out with `omit`"
                );
            };
            let single = Arc::new(Schema::new(vec![field.clone()]));
            let text = serde_json::json!({ &name: value }).to_string();
            if let Err(error) = self.columns(&single, std::iter::once(text.as_bytes())) {
                return format!(
                    "{place}: column `{name}`: {}: give it a type in `types`, raise `infer`, or leave it out with `omit`",
                    reason(&error)
                );
            }
        }
        format!("{place}: {}", reason(error))
    }
}

/// A line that is no JSON object, with file, line and column as compilers write them.
pub(in crate::source) fn syntax_error(place: &str, error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    match message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected")) {
        Some((found, _)) => {
            let found = if found == "sequence" { "a list" } else { found };
            format!("{place}: a line must hold one JSON object, not {found}")
        }
        // The parser names the grammar's word for `true`, `false` and `null`.
        None => format!("{place}:{}: {}", error.column(), message.replace("expected ident", "not JSON")),
    }
}

fn reason(error: &ArrowError) -> String {
    match error {
        ArrowError::JsonError(message) => message.clone(),
        other => other.to_string(),
    }
}

/// Puts a type at a path; gives the type that was there.
fn replace(fields: &mut Fields, path: &[String], data_type: &DataType) -> Option<DataType> {
    let (first, rest) = path.split_first()?;
    let mut all: Vec<Field> = fields.iter().map(|field| field.as_ref().clone()).collect();
    let field = all.iter_mut().find(|field| field.name() == first)?;
    let before = match (rest, field.data_type()) {
        ([], before) => {
            let before = before.clone();
            *field = field.clone().with_data_type(data_type.clone());
            before
        }
        (rest, DataType::Struct(inside)) => {
            let mut inside = inside.clone();
            let before = replace(&mut inside, rest, data_type)?;
            *field = field.clone().with_data_type(DataType::Struct(inside));
            before
        }
        _ => return None,
    };
    *fields = all.into();
    Some(before)
}

/// Columns of the type null are those that are left out: whatever they hold, nothing is kept.
#[derive(Debug)]
struct LeftOut;

impl DecoderFactory for LeftOut {
    fn make_default_decoder(
        &self,
        _context: &DecoderContext,
        field: &FieldRef,
        _is_nullable: bool,
    ) -> Result<Option<Box<dyn ArrayDecoder>>, ArrowError> {
        let decoder = || Box::new(Nothing) as Box<dyn ArrayDecoder>;
        Ok((*field.data_type() == DataType::Null).then(decoder))
    }
}

struct Nothing;

impl ArrayDecoder for Nothing {
    fn decode(&mut self, _tape: &Tape<'_>, rows: &[u32]) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(NullArray::new(rows.len())))
    }
}
