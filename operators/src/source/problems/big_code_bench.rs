//! BigCodeBench as published: `task_id`, `complete_prompt`, `instruct_prompt`, `code_prompt`, `canonical_solution`,
//! `test`, `entry_point`.

use serde::Deserialize;

use super::problem::{Item, Problem, Test};

/// A record as published.
#[derive(Deserialize)]
struct Task {
    task_id: String,
    complete_prompt: String,
    canonical_solution: String,
    test: String,
    entry_point: String,
    /// A list as Python writes it, in a text.
    #[serde(default)]
    libs: Option<String>,
}

/// What runs the `unittest` cases that a test defines, and raises where one fails.
const RUN: &str = "\
import io as _io, unittest as _unittest
_suite = _unittest.defaultTestLoader.loadTestsFromTestCase(TestCases)
_result = _unittest.TextTestRunner(stream=_io.StringIO()).run(_suite)
assert _result.wasSuccessful(), (_result.failures + _result.errors)[0][1]
";

/// One record. The statement is the prompt that is to be completed.
pub(super) fn parse(record: &[u8]) -> Result<Item, serde_json::Error> {
    let task: Task = serde_json::from_slice(record)?;
    let names = |libs: String| {
        let names = libs.trim_matches(['[', ']']).split(',').map(|name| name.trim().trim_matches('\'').to_owned());
        names.filter(|name| !name.is_empty()).collect()
    };
    Ok(Item::Problem(Problem {
        id: task.task_id,
        source: "big_code_bench".to_owned(),
        solution: Some(format!("{}{}", task.complete_prompt, task.canonical_solution)),
        statement: task.complete_prompt.clone(),
        starter: Some(task.complete_prompt),
        entry: Some(task.entry_point),
        tests: vec![Test::assert(format!("{}\n\n{RUN}", task.test.trim_end()))],
        tags: task.libs.map(names),
        ..Problem::default()
    }))
}
