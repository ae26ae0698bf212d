//! Where a model comes from, told beside its weights.

use std::path::Path;

use engine::operator::{Ancestor, Context, Fault, Operator};
use serde::Serialize;
use serde_json::{Value, json};

/// The file beside the weights.
const FILE: &str = "provenance.json";

/// Writes down, in a checkpoint's folder, which operator made it and every step that its inputs come from.
pub(crate) fn tell_provenance<O: Operator + Serialize>(
    operator: &O,
    context: &Context,
    folder: &Path,
) -> Result<(), Fault> {
    let config = serde_json::to_value(operator).map_err(|error| Fault::node(error.to_string()))?;
    let told = told(O::NAME, O::VERSION, &config, context.lineage());
    Ok(std::fs::write(folder.join(FILE), format!("{told:#}\n"))?)
}

fn told(operator: &str, version: u32, config: &Value, lineage: &[Ancestor]) -> Value {
    let step = |ancestor: &Ancestor| {
        json!({
            "operator": ancestor.operator,
            "version": ancestor.version,
            "config": ancestor.config,
            "fingerprint": ancestor.fingerprint,
            "inputs": ancestor.inputs,
            "files": ancestor.files,
        })
    };
    json!({
        "millrace": env!("CARGO_PKG_VERSION"),
        "made_by": {"operator": operator, "version": version, "config": config},
        "from": lineage.iter().map(step).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provenance_names_the_operator_and_every_step_before_it() {
        let lineage = [Ancestor {
            fingerprint: "f00".to_owned(),
            operator: "source.jsonl".to_owned(),
            version: 2,
            config: json!({"path": "a.jsonl"}),
            inputs: [].into(),
            files: [("a.jsonl".to_owned(), "d1".to_owned())].into(),
        }];
        let told = told("model.scratch", 3, &json!({"seed": 1}), &lineage);
        assert_eq!(told["made_by"], json!({"operator": "model.scratch", "version": 3, "config": {"seed": 1}}));
        let step = json!({
            "operator": "source.jsonl", "version": 2, "config": {"path": "a.jsonl"}, "fingerprint": "f00",
            "inputs": {}, "files": {"a.jsonl": "d1"},
        });
        assert_eq!(told["from"], json!([step]));
    }
}
