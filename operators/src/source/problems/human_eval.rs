//! HumanEval as published: `task_id`, `prompt`, `entry_point`, `canonical_solution`, `test`. HumanEval+, as EvalPlus
//! publishes it on Hugging Face, has the same fields and other tests.

use serde::Deserialize;

use super::eval_plus::PRELUDE;
use super::problem::{Item, Problem, Test};

/// A line as published.
#[derive(Deserialize)]
struct Task {
    task_id: String,
    prompt: String,
    entry_point: String,
    canonical_solution: String,
    test: String,
}

/// One line of HumanEval.
pub(super) fn parse(record: &[u8]) -> Result<Item, serde_json::Error> {
    of("human_eval", "", record)
}

/// One line of HumanEval+.
pub(super) fn parse_plus(record: &[u8]) -> Result<Item, serde_json::Error> {
    of("human_eval_plus", PRELUDE, record)
}

fn of(source: &str, before: &str, record: &[u8]) -> Result<Item, serde_json::Error> {
    let task: Task = serde_json::from_slice(record)?;
    let test = format!("{before}{}\n\ncheck({})\n", task.test.trim_end(), task.entry_point);
    Ok(Item::Problem(Problem {
        id: task.task_id,
        source: source.to_owned(),
        solution: Some(format!("{}{}", task.prompt, task.canonical_solution)),
        statement: task.prompt.clone(),
        starter: Some(task.prompt),
        entry: Some(task.entry_point),
        tests: vec![Test::assert(test)],
        ..Problem::default()
    }))
}
