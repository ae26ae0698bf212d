//! The schema of the manifest itself.

use serde_json::{Map, Value, json};

use super::{node, variable};
use crate::operator::Registration;

const NAME: &str = "^[A-Za-z_][A-Za-z0-9_-]*$";

/// The whole file.
pub(super) fn schema(operators: &[&'static Registration]) -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "millrace manifest",
        "description": "A pipeline: a graph of typed operators.",
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "nodes"],
        "properties": sections(),
        "definitions": definitions(operators)
    })
}

fn sections() -> Value {
    json!({
        "name": {"description": "The pipeline's name.", "type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*$"},
        "seed": {"description": "What operators with randomness draw from. Default 0.", "type": "integer", "minimum": 0},
        "vars": {
            "description": "Values that `$name` stands for, wherever it is a whole value without quotes.",
            "type": "object",
            "propertyNames": {"pattern": NAME}
        },
        "nodes": {"$ref": "#/definitions/nodes"},
        "presets": {
            "description": "Named sets of changes, chosen with `--preset`.",
            "type": "object",
            "additionalProperties": {"$ref": "#/definitions/patch"}
        },
        "ablations": {
            "description": "Named variants that `millrace ablate` runs and compares.",
            "type": "object",
            "additionalProperties": {"$ref": "#/definitions/patch"}
        },
        "report": {"$ref": "#/definitions/report"}
    })
}

fn definitions(operators: &[&'static Registration]) -> Map<String, Value> {
    let mut definitions = Map::new();
    definitions.insert("nodes".to_owned(), nodes());
    definitions.insert("block".to_owned(), block());
    definitions.insert("patch".to_owned(), patch());
    definitions.insert("report".to_owned(), report());
    definitions.insert("variable".to_owned(), variable::definition());
    definitions.extend(node::definitions(operators));
    definitions
}

fn nodes() -> Value {
    json!({
        "description": "The nodes by name: what runs, and what each reads.",
        "type": "object",
        "propertyNames": {"pattern": NAME},
        "additionalProperties": {
            "if": {"required": ["repeat"]},
            "then": {"$ref": "#/definitions/block"},
            "else": {"$ref": "#/definitions/node"}
        }
    })
}

fn block() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["repeat", "nodes"],
        "properties": {
            "repeat": {
                "description": "How many rounds the block runs, 1 to 1,000.",
                "anyOf": [{"type": "integer", "minimum": 1, "maximum": 1000}, {"$ref": "#/definitions/variable"}]
            },
            "carry": {
                "description": "What goes from one round into the next, by the name that the block's nodes read.",
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["first", "then"],
                    "properties": {
                        "first": {"description": "What the first round reads: a node outside the block.", "type": "string"},
                        "then": {"description": "What later rounds read: a node of the block.", "type": "string"}
                    }
                }
            },
            "nodes": {"$ref": "#/definitions/nodes"}
        }
    })
}

fn patch() -> Value {
    json!({
        "description": "New values by path: `node.with.parameter: value`. A value replaces, `null` removes, \
            a mapping at a node's name replaces the node or adds one, `{each: [...]}` tries several (in ablations); \
            `ablations.NAME` in a preset is an ablation of its own.",
        "type": "object"
    })
}

fn report() -> Value {
    json!({
        "description": "What `millrace ablate` measures, and over which seeds.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "seeds": {
                "description": "The seeds that every variant runs with.",
                "type": "array",
                "items": {"type": "integer", "minimum": 0}
            },
            "vary": {
                "description": "The nodes that, with what follows them, get these seeds; all where this is absent.",
                "type": "array",
                "items": {"type": "string"}
            },
            "metrics": {
                "description": "What is measured: `node.metric`.",
                "type": "array",
                "items": {"type": "string"}
            }
        }
    })
}
