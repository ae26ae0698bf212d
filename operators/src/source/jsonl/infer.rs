//! The columns of JSON rows, from the first of them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema};
use engine::operator::Complaint;
use serde_json::{Map, Value};

use super::super::input_file::LineReader;
use super::decode::syntax_error;
use crate::complaints::type_name;

/// The columns of the first `rows` rows, an equal share of each file, or the first line that has none. Columns in
/// `settled` may have any types in any row.
pub(super) fn columns(files: &[PathBuf], rows: u64, settled: &[&str]) -> Result<Schema, Vec<Complaint>> {
    let share = usize::try_from(rows / files.len().max(1) as u64).unwrap_or(usize::MAX).max(1);
    let mut fields = Vec::new();
    for file in files {
        read(file, share, settled, &mut fields)?;
    }
    Ok(Schema::new(fields.into_iter().map(|field| described(&field)).collect::<Vec<_>>()))
}

fn read(file: &Path, rows: usize, settled: &[&str], fields: &mut Vec<Field>) -> Result<(), Vec<Complaint>> {
    let unreadable = |error: io::Error| vec![complaint(error.to_string())];
    let mut reader = LineReader::open(file).map_err(unreadable)?;
    let mut left = rows;
    while left > 0 {
        let Some(lines) = reader.next(left.min(256)).map_err(unreadable)? else { break };
        for index in 0..lines.len() {
            let wrong = |message: String| vec![complaint(format!("{}: {message}", lines.place(index)))];
            let row: Map<String, Value> = serde_json::from_slice(lines.line(index))
                .map_err(|error| vec![complaint(syntax_error(&lines.place(index), &error)).help(ONE_A_LINE)])?;
            for (name, value) in &row {
                let settled = settled.contains(&name.as_str());
                add(fields, name, value, settled).map_err(|conflict| wrong(conflict.message(name)))?;
            }
        }
        left -= lines.len();
    }
    Ok(())
}

/// Two types of one column, and where inside it.
struct Conflict {
    inside: String,
    known: DataType,
    found: DataType,
}

impl Conflict {
    fn message(&self, column: &str) -> String {
        let (known, found) = (type_name(&self.known), type_name(&self.found));
        format!(
            "column `{column}{}` is {found}, and {known} in rows before: give it a type in `types`, or leave it out with `omit`",
            self.inside
        )
    }
}

const ONE_A_LINE: &str = "every line of the file is one JSON object; other formats have sources of their own";

fn complaint(message: String) -> Complaint {
    Complaint::parameter("operator::unreadable_file", &["path"], message, "this cannot be read as rows")
}

/// What one more value says about its column.
fn add(fields: &mut Vec<Field>, name: &str, value: &Value, settled: bool) -> Result<(), Conflict> {
    let found = if settled { DataType::Null } else { type_of(value)? };
    match fields.iter_mut().find(|field| field.name() == name) {
        Some(field) => *field = field.clone().with_data_type(merge(field.data_type(), &found)?),
        None => fields.push(Field::new(name, found, true)),
    }
    Ok(())
}

fn type_of(value: &Value) -> Result<DataType, Conflict> {
    Ok(match value {
        Value::Null => DataType::Null,
        Value::Bool(_) => DataType::Boolean,
        Value::Number(number) if number.is_i64() => DataType::Int64,
        Value::Number(_) => DataType::Float64,
        Value::String(_) => DataType::Utf8,
        Value::Array(items) => {
            let mut item = DataType::Null;
            for value in items {
                let found = type_of(value).map_err(|conflict| conflict.within("[]"))?;
                item = merge(&item, &found).map_err(|conflict| conflict.within("[]"))?;
            }
            list(item)
        }
        Value::Object(map) => {
            let field = |(name, value): (&String, &Value)| {
                let found = type_of(value).map_err(|conflict| conflict.within(&format!(".{name}")))?;
                Ok(Field::new(name, found, true))
            };
            DataType::Struct(map.iter().map(field).collect::<Result<_, _>>()?)
        }
    })
}

/// The type that has the values of both.
fn merge(known: &DataType, found: &DataType) -> Result<DataType, Conflict> {
    match (known, found) {
        (known, found) if known == found => Ok(known.clone()),
        (DataType::Null, other) | (other, DataType::Null) => Ok(other.clone()),
        (DataType::Int64, DataType::Float64) | (DataType::Float64, DataType::Int64) => Ok(DataType::Float64),
        (DataType::List(known), DataType::List(found)) => {
            let item = merge(known.data_type(), found.data_type()).map_err(|conflict| conflict.within("[]"))?;
            Ok(list(item))
        }
        (DataType::Struct(known), DataType::Struct(found)) => Ok(DataType::Struct(merge_fields(known, found)?)),
        _ => Err(Conflict { inside: String::new(), known: known.clone(), found: found.clone() }),
    }
}

fn merge_fields(known: &Fields, found: &Fields) -> Result<Fields, Conflict> {
    let mut merged: Vec<Field> = known.iter().map(|field| field.as_ref().clone()).collect();
    for field in found {
        match merged.iter_mut().find(|own| own.name() == field.name()) {
            Some(own) => {
                let data_type = merge(own.data_type(), field.data_type());
                *own = own
                    .clone()
                    .with_data_type(data_type.map_err(|conflict| conflict.within(&format!(".{}", field.name())))?);
            }
            None => merged.push(field.as_ref().clone()),
        }
    }
    Ok(merged.into())
}

/// Columns of which no value was seen are taken to be text, and so are mappings that are always empty: Parquet has no
/// columns without a type.
fn described(field: &Field) -> Field {
    field.clone().with_data_type(settle(field.data_type()))
}

fn settle(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Null => DataType::Utf8,
        DataType::List(item) => list(settle(item.data_type())),
        DataType::Struct(fields) if fields.is_empty() => DataType::Utf8,
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(|field| described(field)).collect()),
        other => other.clone(),
    }
}

fn list(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item, true)))
}

impl Conflict {
    fn within(mut self, step: &str) -> Self {
        self.inside.insert_str(0, step);
        self
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn inferred(lines: &str, settled: &[&str]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, lines).unwrap();
        let schema = columns(&[path], 1000, settled).map_err(|complaints| {
            complaints[0].message.rsplit_once("a.jsonl:").map(|(_, message)| message.to_owned()).unwrap()
        })?;
        let field = |field: &Arc<Field>| format!("{}: {}", field.name(), type_name(field.data_type()));
        Ok(schema.fields().iter().map(field).collect())
    }

    #[test]
    fn later_rows_complete_earlier_ones() {
        let lines = r#"{"n": null, "x": 1, "tags": [], "m": {"a": 1}, "none": null}
                       {"n": "b", "x": 1.5, "tags": ["t"], "m": {"b": [{"c": true}]}, "late": false}"#;
        let wanted = [
            "n: text",
            "x: float",
            "tags: a list of text",
            "m: a mapping {a: integer, b: a list of a mapping {c: boolean}}",
            "none: text",
            "late: boolean",
        ];
        assert_eq!(inferred(lines, &[]).unwrap(), wanted);
    }

    #[test]
    fn a_conflict_is_named_down_to_the_field() {
        let lines = "{\"a\": {\"b\": [1]}}\n{\"a\": {\"b\": [1, \"x\"]}}";
        let message = inferred(lines, &[]).unwrap_err();
        let wanted = "2: column `a.b[]` is text, and integer in rows before: give it a type in `types`, or leave it out with `omit`";
        assert_eq!(message, wanted);
        assert_eq!(inferred(lines, &["a"]).unwrap(), ["a: text"]);
    }

    #[test]
    fn what_is_no_object_is_no_row() {
        assert_eq!(inferred("{}\n[1]", &[]).unwrap_err(), "2: a line must hold one JSON object, not a list");
        assert_eq!(inferred("{\"a\": 1,}", &[]).unwrap_err(), "1:9: trailing comma");
    }
}
