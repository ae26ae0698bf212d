//! Holds every registered operator and row type to what the catalogue promises: a manual page, an example that works,
//! documented ports and parameters, cases.

use std::fs;
use std::path::Path;

use engine::operator::{Registration, registrations};
use engine::port::row_types;
use operators as _;
use serde_json::Value;

const HEADINGS: [&str; 3] = ["# What it does", "# Why", "# Example"];

#[test]
fn operators_keep_the_promises_of_the_catalogue() {
    let registrations: Vec<_> =
        registrations().into_iter().filter(|registration| !registration.name.starts_with("test.")).collect();
    assert!(!registrations.is_empty(), "no operator is registered");
    let faults: Vec<String> = registrations.iter().flat_map(|registration| faults(registration)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn operator_names_are_unique() {
    let names: Vec<_> = registrations().iter().map(|registration| registration.name).collect();
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn row_types_say_what_their_columns_hold() {
    let faults: Vec<String> = row_types()
        .iter()
        .flat_map(|row_type| {
            let first = row_type.columns.first().map(|column| column.field.name().as_str());
            let bare = row_type.columns.iter().filter(|column| column.doc.is_empty());
            let bare = bare.map(|column| format!("{}.{} has no description", row_type.name, column.field.name()));
            let id = (first != Some("id")).then(|| format!("{} does not begin with `id`", row_type.name));
            let doc = row_type.doc.is_empty().then(|| format!("{} has no description", row_type.name));
            bare.chain(id).chain(doc).collect::<Vec<_>>()
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn faults(registration: &Registration) -> Vec<String> {
    let schema = (registration.schema)().to_value();
    let page = schema["description"].as_str().unwrap_or_default();
    let mut faults: Vec<String> = Vec::new();
    let headings: Vec<_> = page.lines().filter(|line| line.starts_with("# ")).collect();
    if headings != HEADINGS {
        faults.push(format!("the headings are {headings:?}, not {HEADINGS:?}"));
    }
    if page.lines().next().is_none_or(|line| line.is_empty() || line.starts_with('#')) {
        faults.push("the manual page does not open with a sentence".to_owned());
    }
    faults.extend(example_fault(registration, page));
    faults.extend(place_fault(registration.name));
    undocumented(&schema, "with", &mut faults);
    for (name, doc) in port_docs(registration) {
        if !doc.ends_with('.') {
            faults.push(format!("port `{name}` is not described in a sentence"));
        }
    }
    faults.into_iter().map(|fault| format!("{}: {fault}", registration.name)).collect()
}

fn port_docs(registration: &Registration) -> Vec<(&'static str, &'static str)> {
    let inputs = (registration.inputs)().into_iter().map(|port| (port.name, port.doc));
    let outputs = (registration.outputs)().into_iter().map(|port| (port.name, port.doc));
    inputs.chain(outputs).collect()
}

/// The example must be one node that uses this operator with parameters that it takes.
fn example_fault(registration: &Registration, page: &str) -> Option<String> {
    let example = page.split_once("```yaml\n").and_then(|(_, rest)| rest.split_once("```"));
    let Some((example, _)) = example else { return Some("there is no example in a ```yaml fence".to_owned()) };
    let nodes: serde_yaml::Mapping = match serde_yaml::from_str(example) {
        Ok(nodes) => nodes,
        Err(error) => return Some(format!("the example is not YAML: {error}")),
    };
    let Some(node) = nodes.values().next().filter(|_| nodes.len() == 1) else {
        return Some("the example is not one node".to_owned());
    };
    if node["op"].as_str() != Some(registration.name) {
        return Some(format!("the example uses {:?}", node["op"]));
    }
    let with = node.get("with").cloned().unwrap_or(serde_yaml::Value::Mapping(serde_yaml::Mapping::new()));
    let json = serde_json::to_value(&with).unwrap();
    let validator = jsonschema::validator_for(&(registration.schema)().to_value()).unwrap();
    let invalid = validator.iter_errors(&json).next().map(|error| format!("the example is invalid: {error}"));
    invalid.or_else(|| (registration.configure)(with).err().map(|error| format!("the example is invalid: {error}")))
}

/// `folder.file` is where the code stands, and where the cases do.
fn place_fault(name: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some((folder, file)) = name.split_once('.') else { return Some("the name is not `folder.file`".to_owned()) };
    if !root.join("operators/src").join(folder).join(format!("{file}.rs")).is_file() {
        return Some(format!("there is no operators/src/{folder}/{file}.rs"));
    }
    let own = |entry: &str| entry == format!("{name}.yaml") || entry.starts_with(&format!("{name}."));
    let mut cases = fs::read_dir(root.join("tests/cases/operators")).unwrap();
    let found = cases.any(|entry| own(&entry.unwrap().file_name().to_string_lossy()));
    (!found).then(|| format!("there is no case tests/cases/operators/{name}.yaml"))
}

/// Every parameter, also inside mappings, has a description.
fn undocumented(schema: &Value, path: &str, faults: &mut Vec<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if property["description"].as_str().is_none_or(str::is_empty) {
            faults.push(format!("parameter `{path}.{name}` has no description"));
        }
        undocumented(property, &format!("{path}.{name}"), faults);
    }
    for (name, definition) in schema["definitions"].as_object().into_iter().flatten() {
        undocumented(definition, name, faults);
    }
}
