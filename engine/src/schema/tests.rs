//! What the schemas say of types.

#![expect(clippy::unwrap_used, reason = "tests")]

use arrow::datatypes::{DataType, Field};
use serde_json::{Map, json};

use super::{row, variable};
use crate::port::RowType;

#[test]
fn a_variable_stands_wherever_no_text_would_do() {
    let mut schema = json!({"type": "object", "properties": {
        "count": {"type": "integer", "description": "How many."},
        "name": {"type": "string"},
        "either": {"type": ["string", "null"]},
        "choice": {"type": "string", "enum": ["a", "b"]},
        "texts": {"type": "array", "items": {"type": "string"}},
        "maybe": {"anyOf": [{"$ref": "#/definitions/Name"}, {"type": "null"}]},
        "form": {"$ref": "#/definitions/Form"}
    }});
    let definitions = json!({"Name": {"type": "string"}, "Form": {"type": "object"}});
    let untouched = schema["properties"].clone();
    variable::accept_inside(&mut schema, definitions.as_object().unwrap_or(&Map::new()));
    let properties = &schema["properties"];
    for name in ["name", "either", "maybe"] {
        assert_eq!(properties[name], untouched[name], "{name}");
    }
    for name in ["choice", "texts", "form"] {
        assert_eq!(properties[name], json!({"anyOf": [untouched[name], {"$ref": "#/definitions/variable"}]}), "{name}");
    }
    assert_eq!(
        properties["count"],
        json!({"description": "How many.", "anyOf": [{"type": "integer"}, {"$ref": "#/definitions/variable"}]})
    );
}

#[test]
fn a_row_type_names_its_columns_with_their_arrow_types() {
    let texts = DataType::List(Field::new("item", DataType::Utf8, true).into());
    let row_type = RowType::new("Problem", "A task.").column("id", DataType::Utf8, "Who it is.").optional(
        "tests",
        texts,
        "What it must pass.",
    );
    let schema = row::schema(&row_type);
    assert_eq!(schema["required"], json!(["id"]));
    assert_eq!(schema["properties"]["id"], json!({"type": "string", "description": "Who it is.", "arrow": "Utf8"}));
    let tests = &schema["properties"]["tests"];
    assert_eq!(tests["type"], json!(["array", "null"]));
    assert_eq!(tests["items"], json!({"type": ["string", "null"]}));
    assert!(tests["arrow"].as_str().unwrap().contains("Utf8"));
}
