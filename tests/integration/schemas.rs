//! The generated schemas, and whether they say of a manifest what `check` says.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;

use jsonschema::Validator;
use serde_json::Value;

use crate::golden::root;

fn validator() -> Validator {
    let files = engine::schema::files();
    jsonschema::draft7::new(&serde_json::from_str(&files["manifest.json"]).unwrap()).unwrap()
}

fn manifest(case: &str) -> Value {
    let text = fs::read_to_string(root().join("tests/cases/manifests").join(format!("{case}.yaml"))).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

#[test]
fn schemas_are_schemas() {
    for (path, text) in engine::schema::files() {
        let schema: Value = serde_json::from_str(&text).unwrap();
        assert!(jsonschema::draft7::meta::is_valid(&schema), "{path}");
        assert!(text.ends_with("}\n"), "{path}");
    }
}

#[test]
fn every_operator_has_a_schema_with_its_manual() {
    let files = engine::schema::files();
    for registration in engine::operator::registrations() {
        let path = format!("operators/{}.json", registration.name);
        let schema: Value = serde_json::from_str(&files[&path]).unwrap();
        assert_eq!(schema["title"], registration.name, "{path}");
        assert!(schema["description"].as_str().is_some_and(|manual| !manual.is_empty()), "{path}");
        assert_eq!(schema["x-millrace"]["version"], registration.version, "{path}");
    }
}

#[test]
fn takes_what_check_takes() {
    let validator = validator();
    for case in ["recode", "loop", "nested_loops", "unread", "missing_file", "ablation_leaves_unread"] {
        let faults: Vec<String> = validator.iter_errors(&manifest(case)).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{case}: {faults:?}");
    }
}

#[test]
fn refuses_what_check_refuses_in_a_single_place() {
    let validator = validator();
    for case in [
        "bad_list",
        "missing_parameter",
        "not_one_of_the_values",
        "out_of_range",
        "parameter_outside_with",
        "repeat_out_of_range",
        "tagged_parameter",
        "unknown_key_of_node",
        "unknown_operator",
        "unknown_parameter",
        "unknown_section",
        "unknown_setting",
        "wrong_type",
    ] {
        assert!(!validator.is_valid(&manifest(case)), "{case}");
    }
}

#[test]
fn a_variable_stands_for_a_value_of_any_type() {
    let with = |with: Value| {
        serde_json::json!({"name": "case", "nodes": {
            "policy": {"op": "test.grpo", "inputs": {"problems": "a", "model": "b"}, "with": with}
        }})
    };
    let validator = validator();
    for parameter in ["steps", "process", "learning_rate", "schedule"] {
        let mut parameters = serde_json::json!({"steps": 1});
        parameters[parameter] = "$anything".into();
        assert!(validator.is_valid(&with(parameters.clone())), "{parameter}");
        parameters[parameter] = "anything".into();
        assert!(!validator.is_valid(&with(parameters)), "{parameter}");
    }
}
