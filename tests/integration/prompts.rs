//! A prompt of ours that a manifest only names stands in what a result is known by, with its text.

use std::collections::BTreeSet;
use std::fs;

use engine::operator::{ExternalFiles, find};
use serde_json::{Value, json};

use crate::golden::root;

/// Every prompt of ours: its name and the digest of its text.
fn prompts() -> Vec<(String, String)> {
    let files = fs::read_dir(root().join("operators/src/generate/prompts")).unwrap().map(|entry| entry.unwrap().path());
    let prompt = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, blake3::hash(&fs::read(path).unwrap()).to_hex().to_string())
    };
    files.map(prompt).collect()
}

fn identities(operator: &str, with: Value) -> BTreeSet<String> {
    let configured = (find(operator).unwrap().configure)(serde_yaml::to_value(with).unwrap()).unwrap();
    configured.operator().identities(&ExternalFiles::new(root())).into_values().collect()
}

#[test]
fn a_named_prompts_text_is_part_of_a_results_identity() {
    let prompts = prompts();
    assert!(prompts.len() >= 6);
    for (name, digest) in &prompts {
        let known = [digest.clone()].into();
        assert_eq!(identities("generate.sample", json!({"prompt": name})), known, "{name}");
        assert_eq!(
            identities("generate.judge", json!({"prompt": name, "choices": {"yes": 1, "no": 0}})),
            known,
            "{name}"
        );
        assert_eq!(identities("export.verl", json!({"prompt": name, "path": "out"})), known, "{name}");
        let trained = identities("train.grpo", json!({"prompt": name, "steps": 1}));
        assert!(trained.contains(digest), "{name}");
        let role = json!({"prompt": name, "next": ["answer"]});
        let talked = identities("generate.converse", json!({"roles": {"thinking": role}}));
        assert_eq!(talked, known, "{name}");
    }
}

#[test]
fn so_is_that_of_one_which_is_not_even_named() {
    let digests = |names: &[&str]| -> BTreeSet<String> {
        prompts().into_iter().filter(|(name, _)| names.contains(&name.as_str())).map(|(_, digest)| digest).collect()
    };
    assert_eq!(identities("generate.reasoning", json!({})), digests(&["reasoning"]));
    assert_eq!(identities("generate.contrast", json!({})), digests(&["optimize", "degrade"]));
    assert_eq!(identities("synthesize.evolve", json!({})), digests(&["rewrite", "deepen", "concretize"]));
    let combined = json!({"methods": ["combine", "rewrite"], "prompts": {"rewrite": "Again: {{ statement }}"}});
    assert_eq!(identities("synthesize.evolve", combined), digests(&["combine"]));
}

#[test]
fn a_text_of_ones_own_is_known_by_the_manifest() {
    assert_eq!(identities("generate.sample", json!({"prompt": "Say {{ this }}."})), BTreeSet::new());
}
