//! HumanEval as published: `task_id`, `prompt`, `entry_point`, `canonical_solution`, `test`.

use serde::Deserialize;

use super::problem::{Kind, Problem, Test};

/// A line as published.
#[derive(Deserialize)]
struct Task {
    task_id: String,
    prompt: String,
    entry_point: String,
    canonical_solution: String,
    test: String,
}

/// One line.
pub(super) fn parse(line: &[u8]) -> Result<Problem, serde_json::Error> {
    let task: Task = serde_json::from_slice(line)?;
    let test = format!("{}\n\ncheck({})\n", task.test.trim_end(), task.entry_point);
    Ok(Problem {
        id: task.task_id,
        source: "human_eval".to_owned(),
        solution: Some(format!("{}{}", task.prompt, task.canonical_solution)),
        statement: task.prompt.clone(),
        starter: Some(task.prompt),
        entry: Some(task.entry_point),
        tests: vec![Test { kind: Kind::Assert, input: test, output: None }],
        difficulty: None,
        tags: None,
        date: None,
    })
}
