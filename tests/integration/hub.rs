//! Models that a manifest names by the hub's names.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::command::Workplace;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

const MANIFEST: &str = "\
name: hub
nodes:
  rows: {op: source.jsonl, with: {path: rows.jsonl}}
  base: {op: model.checkpoint, with: {path: \"hub:tiny/qwen\"}}
  likely: {op: generate.sample, inputs: {rows: rows, model: base}, with: {prompt: \"{{ text }}\", max_tokens: 1}}
";

fn checkpoint() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/tests/fixtures/checkpoints/qwen2-tied-f32")
}

/// A manifest that names a model of the hub, and the folder that such models are looked for in.
fn place() -> (Workplace, PathBuf) {
    let empty = tempfile::tempdir().unwrap();
    fs::write(empty.path().join("hub.yaml"), MANIFEST).unwrap();
    fs::write(empty.path().join("rows.jsonl"), "{\"text\": \"one\"}\n").unwrap();
    let mut place = Workplace::copy_of(empty.path());
    let cache = place.path().join("cache-of-the-hub");
    place.set("HF_HUB_CACHE", cache.to_str().unwrap());
    // Port 9 discards, and nobody listens there.
    place.set("HF_ENDPOINT", "http://127.0.0.1:9");
    (place, cache)
}

#[test]
fn a_model_of_the_hub_is_read_where_other_tools_put_it() {
    let (place, cache) = place();
    let model = cache.join("models--tiny--qwen");
    fs::create_dir_all(model.join("snapshots")).unwrap();
    fs::create_dir_all(model.join("refs")).unwrap();
    fs::write(model.join("refs/main"), COMMIT).unwrap();
    symlink(checkpoint(), model.join("snapshots").join(COMMIT)).unwrap();
    let checked = place.millrace(&["check", "hub.yaml"]);
    assert!(checked.code == 0 && !checked.err.contains("hub:tiny/qwen"), "{}", checked.err);
    place.events(&["run", "hub.yaml", "base"]);
    // The folder may move, as long as it holds the same.
    let moved = place.path().join("moved");
    fs::rename(&cache, &moved).unwrap();
    let mut place = place;
    place.set("HF_HUB_CACHE", moved.to_str().unwrap());
    let again = place.events(&["run", "hub.yaml", "base"]);
    assert!(!again.iter().any(|event| event["event"] == "node_started"), "{again:?}");
}

#[test]
fn a_model_that_is_not_there_is_asked_of_the_hub_by_a_run_alone() {
    let (place, cache) = place();
    let checked = place.millrace(&["check", "hub.yaml"]);
    assert_eq!(checked.code, 0, "{}", checked.err);
    assert!(checked.err.contains("no file matches `hub:tiny/qwen`"), "{}", checked.err);
    assert!(checked.err.contains("where `run` puts it"), "{}", checked.err);
    let ran = place.millrace(&["run", "hub.yaml"]);
    assert_ne!(ran.code, 0);
    let told = format!("fetching tiny/qwen from http://127.0.0.1:9 into {}", cache.display());
    assert!(ran.err.contains(&told), "{}", ran.err);
    assert!(ran.err.contains("failed to fetch tiny/qwen from http://127.0.0.1:9"), "{}", ran.err);
    assert!(ran.err.contains("no file matches `hub:tiny/qwen` (for `base`)"), "{}", ran.err);
    assert!(!cache.join("models--tiny--qwen/refs").exists());
}

#[test]
fn a_name_that_is_none_is_told_at_once() {
    let (place, _cache) = place();
    let checked = place.millrace(&["check", "hub.yaml", "--set", "base.with.path=hub:qwen"]);
    assert!(checked.err.contains("`qwen` is no model's name; write it as ORG/NAME"), "{}", checked.err);
}
