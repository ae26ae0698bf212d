//! `source.problems` over published collections, as far as they lie in `shared/data` beside the repository: none is in it.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;

use serde_json::Value;

use crate::golden::root;
use crate::verdicts::run;

/// Formats, and what their files are called there.
const PUBLISHED: [(&str, &str); 10] = [
    ("deepcoder", "deepcoder"),
    ("livecodebench", "livecodebench"),
    ("human_eval", "HumanEval.jsonl.gz"),
    ("human_eval_plus", "humanevalplus"),
    ("mbpp", "mbpp.jsonl"),
    ("mbpp_plus", "mbppplus"),
    ("big_code_bench", "bigcodebench"),
    ("dapo_math", "dapo-math-17k"),
    ("math500", "math500.jsonl"),
    ("reward_bench", "reward-bench"),
];

#[test]
fn published_files_are_read_whole() {
    let data = root().join("../shared/data");
    for (format, name) in PUBLISHED {
        if !data.join(name).exists() {
            let said = format!("SKIPPED: `{format}` over its published file: there is no shared/data/{name}\n");
            std::io::stderr().write_all(said.as_bytes()).unwrap();
            continue;
        }
        let with = format!("{{path: {name}, format: {format}}}");
        let rows = run(data.clone(), "source.problems", &with, BTreeMap::new()).rows.remove("rows").unwrap();
        let ids: HashSet<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert!(!rows.is_empty() && ids.len() == rows.len(), "{format}");
        assert!(rows.iter().all(is_complete), "{format}");
        if format == "human_eval" {
            is_human_eval(&rows);
        }
    }
}

/// Whether there is something that an answer can be held to.
fn is_complete(row: &Value) -> bool {
    let has_tests = row["tests"].as_array().is_some_and(|tests| !tests.is_empty());
    has_tests || row["answer"].is_string() || row["chosen"].is_string()
}

fn is_human_eval(rows: &[Value]) {
    assert_eq!(rows.len(), 164);
    assert_eq!(rows[0]["id"], "HumanEval/0");
    assert_eq!(rows[0]["entry"], "has_close_elements");
    let test = rows[0]["tests"][0]["input"].as_str().unwrap();
    assert!(test.ends_with("check(has_close_elements)\n"), "{test}");
    let solution = rows[163]["solution"].as_str().unwrap();
    assert!(solution.starts_with(rows[163]["statement"].as_str().unwrap()), "{solution}");
}
