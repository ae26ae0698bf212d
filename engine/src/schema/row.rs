//! A row type as JSON Schema: one row as a JSON object, with the columns' Arrow types beside.

use arrow::datatypes::DataType;
use serde_json::{Map, Value, json};

use crate::port::RowType;

/// The file of one row type.
pub(super) fn schema(row_type: &RowType) -> Value {
    let columns = row_type.columns.iter();
    let properties = columns.clone().map(|column| {
        let mut property = of_type(column.field.data_type());
        if column.field.is_nullable() {
            property = nullable(property);
        }
        if let Some(object) = property.as_object_mut() {
            object.insert("description".to_owned(), json!(column.doc));
            object.insert("arrow".to_owned(), json!(column.field.data_type().to_string()));
        }
        (column.field.name().clone(), property)
    });
    let required = columns.filter(|column| !column.field.is_nullable()).map(|column| column.field.name().clone());
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": row_type.name,
        "description": row_type.doc,
        "type": "object",
        "properties": properties.collect::<Map<_, _>>(),
        "required": required.collect::<Vec<_>>()
    })
}

fn of_type(data_type: &DataType) -> Value {
    match data_type {
        DataType::Boolean => json!({"type": "boolean"}),
        DataType::Null => json!({"type": "null"}),
        integer if integer.is_integer() => json!({"type": "integer"}),
        float if float.is_floating() => json!({"type": "number"}),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            let inner = of_type(item.data_type());
            json!({"type": "array", "items": if item.is_nullable() { nullable(inner) } else { inner }})
        }
        DataType::Struct(fields) => {
            let properties = fields.iter().map(|field| {
                let inner = of_type(field.data_type());
                (field.name().clone(), if field.is_nullable() { nullable(inner) } else { inner })
            });
            json!({"type": "object", "properties": properties.collect::<Map<_, _>>()})
        }
        DataType::Map(..) => json!({"type": "object"}),
        _ => json!({"type": "string"}),
    }
}

fn nullable(mut schema: Value) -> Value {
    if let Some(kind) = schema.get("type").cloned() {
        schema["type"] = json!([kind, "null"]);
    }
    schema
}
