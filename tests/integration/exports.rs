//! What is exported for other trainers is what those trainers read: `tests/fixtures/exports/read.py`.

use std::fs::{self, File};
use std::path::Path;

use serde_json::{Map, Value};

use crate::command::Workplace;
use crate::golden::root;
use crate::operators::read_parquet;

#[test]
fn the_files_are_those_that_the_trainers_read() {
    let fixtures = root().join("tests/fixtures/exports");
    let place = Workplace::copy_of(&fixtures);
    let ran = place.millrace(&["run", "pipeline.yaml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let reference: Value = serde_json::from_str(&fs::read_to_string(fixtures.join("read.json")).unwrap()).unwrap();
    let mut found = Map::new();
    read(&place.path().join("out"), "", &mut found);
    for (path, wanted) in reference["files"].as_object().unwrap() {
        assert_eq!(found.get(path), Some(wanted), "{path}: if this is meant, let the trainers read it with read.py");
    }
    assert_eq!(found.len(), reference["files"].as_object().unwrap().len(), "{:?}", found.keys());
}

/// What stands in every file below a folder but for cards, by path.
fn read(folder: &Path, below: &str, found: &mut Map<String, Value>) {
    for entry in fs::read_dir(folder.join(below)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let full = folder.join(&path);
        let text = || fs::read_to_string(&full).unwrap();
        let content = match full.extension().and_then(|extension| extension.to_str()) {
            None if full.is_dir() => {
                read(folder, &path, found);
                continue;
            }
            Some("parquet") => read_parquet(File::open(&full).unwrap()),
            Some("jsonl") => text().lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect(),
            Some("json") => serde_json::from_str(&text()).unwrap(),
            _ => continue,
        };
        found.insert(path, content);
    }
}
