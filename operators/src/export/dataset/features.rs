//! Columns in the words of Hugging Face's `datasets`.

use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use engine::operator::Complaint;
use engine::port::InputTypes;
use serde_yaml::{Mapping, Value};

use crate::complaints;

/// Splits must have the same columns: readers take them for one table.
pub(in crate::export) fn check(inputs: &InputTypes, splits: &[&str]) -> Vec<Complaint> {
    let mut known = splits.iter().filter_map(|split| Some((*split, complaints::columns(inputs, split)?)));
    let Some((first, wanted)) = known.next() else { return Vec::new() };
    let types = |schema: &Schema| {
        schema.fields().iter().map(|field| (field.name().clone(), field.data_type().clone())).collect::<Vec<_>>()
    };
    let unlike = known.filter(|(_, schema)| types(schema) != types(wanted));
    unlike
        .map(|(split, schema)| {
            let names = |schema: &Schema| complaints::quoted(schema.fields().iter().map(|field| field.name().as_str()));
            let message = format!("`{split}` has other columns than `{first}`: splits of one dataset must agree");
            Complaint::input("operator::unlike_splits", split, message, "not the same columns").help(format!(
                "`{first}` has {}; `{split}` has {}",
                names(wanted),
                names(schema)
            ))
        })
        .collect()
}

/// The columns as `dataset_info.features` lists them.
pub(super) fn features(schema: &Schema) -> Value {
    Value::Sequence(schema.fields().iter().map(|field| feature(field)).collect())
}

fn feature(field: &Field) -> Value {
    let mut mapping = Mapping::new();
    mapping.insert("name".into(), field.name().as_str().into());
    let (key, value) = shape(field.data_type());
    mapping.insert(key.into(), value);
    Value::Mapping(mapping)
}

/// `dtype: string`, `list: string`, `list: [..]`, `struct: [..]`.
fn shape(data_type: &DataType) -> (&'static str, Value) {
    match data_type {
        DataType::List(item) | DataType::LargeList(item) => match shape(item.data_type()) {
            ("dtype", name) => ("list", name),
            ("struct", fields) => ("list", fields),
            (key, value) => ("list", Value::Mapping([(key.into(), value)].into_iter().collect())),
        },
        DataType::Struct(fields) => ("struct", Value::Sequence(fields.iter().map(|field| feature(field)).collect())),
        other => ("dtype", name(other).into()),
    }
}

fn name(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "null".to_owned(),
        DataType::Utf8 => "string".to_owned(),
        DataType::LargeUtf8 => "large_string".to_owned(),
        DataType::Boolean => "bool".to_owned(),
        DataType::Timestamp(unit, zone) => {
            let zone = zone.as_ref().map(|zone| format!(", tz={zone}")).unwrap_or_default();
            format!("timestamp[{}{zone}]", unit_name(*unit))
        }
        DataType::Duration(unit) => format!("duration[{}]", unit_name(*unit)),
        other => other.to_string().to_lowercase(),
    }
}

fn unit_name(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Second => "s",
        TimeUnit::Millisecond => "ms",
        TimeUnit::Microsecond => "us",
        TimeUnit::Nanosecond => "ns",
    }
}
