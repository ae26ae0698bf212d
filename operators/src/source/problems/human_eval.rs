//! HumanEval as published: `task_id`, `prompt`, `entry_point`, `canonical_solution`, `test`. HumanEval+ has the same
//! fields, and its tests in `test` on Hugging Face, or as `base_input` and `plus_input` in EvalPlus's own releases.

use serde::Deserialize;
use serde::de::{Error, IgnoredAny};

use super::eval_plus::{PRELUDE, held_to_the_reference};
use super::problem::{Item, Problem, Test};

/// A line as published.
#[derive(Deserialize)]
struct Task {
    task_id: String,
    prompt: String,
    entry_point: String,
    canonical_solution: String,
    #[serde(default)]
    test: Option<String>,
    /// There where tests are inputs.
    #[serde(default)]
    plus_input: Option<IgnoredAny>,
}

/// One line of HumanEval.
pub(super) fn parse(record: &[u8]) -> Result<Item, serde_json::Error> {
    let task: Task = serde_json::from_slice(record)?;
    let tests = vec![task.script("")?];
    Ok(task.problem("human_eval", tests))
}

/// One line of HumanEval+.
pub(super) fn parse_plus(record: &[u8]) -> Result<Item, serde_json::Error> {
    let task: Task = serde_json::from_slice(record)?;
    let tests = match task.plus_input {
        Some(_) => held_to_the_reference(record, &task.entry_point)?,
        None => vec![task.script(PRELUDE)?],
    };
    Ok(task.problem("human_eval_plus", tests))
}

impl Task {
    /// The check function with its call.
    fn script(&self, before: &str) -> Result<Test, serde_json::Error> {
        let test = self.test.as_ref().ok_or_else(|| serde_json::Error::missing_field("test"))?;
        Ok(Test::assert(format!("{before}{}\n\ncheck({})\n", test.trim_end(), self.entry_point)))
    }

    fn problem(self, source: &str, tests: Vec<Test>) -> Item {
        Item::Problem(Problem {
            id: self.task_id,
            source: source.to_owned(),
            solution: Some(format!("{}{}", self.prompt, self.canonical_solution)),
            statement: self.prompt.clone(),
            starter: Some(self.prompt),
            entry: Some(self.entry_point),
            tests,
            ..Problem::default()
        })
    }
}
