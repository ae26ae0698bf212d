//! MBPP as published, whole or sanitized: `task_id`, `text` or `prompt`, `code`, `test_list`. MBPP+, as EvalPlus
//! publishes it on Hugging Face, has `test` beside them. Its releases, whose inputs are of types that JSON does not have,
//! are not read.

use serde::Deserialize;
use serde_json::Value;

use super::eval_plus::PRELUDE;
use super::problem::{Item, Problem, Test, text_of_number};

/// A record as published.
#[derive(Deserialize)]
struct Task {
    #[serde(deserialize_with = "text_of_number")]
    task_id: String,
    #[serde(alias = "prompt")]
    text: String,
    code: String,
    test_list: Vec<String>,
    /// What tests need before them: of the whole collection, of the sanitized one.
    #[serde(default)]
    test_setup_code: Option<String>,
    /// A list, but for MBPP+, whose tests have their imports.
    #[serde(default)]
    test_imports: Value,
    #[serde(default)]
    test: Option<String>,
}

/// A record of MBPP: a test for each assertion.
pub(super) fn parse(record: &[u8]) -> Result<Item, serde_json::Error> {
    let task: Task = serde_json::from_slice(record)?;
    let imports = task.test_imports.as_array().into_iter().flatten().filter_map(Value::as_str);
    let setup = imports.chain(task.test_setup_code.as_deref()).filter(|code| !code.trim().is_empty());
    let setup: String = setup.flat_map(|code| [code, "\n"]).collect();
    let tests = task.test_list.iter().map(|test| Test::assert(format!("{setup}{test}\n"))).collect();
    Ok(problem("mbpp", task, tests))
}

/// A record of MBPP+: one script with all inputs.
pub(super) fn parse_plus(record: &[u8]) -> Result<Item, serde_json::Error> {
    let mut task: Task = serde_json::from_slice(record)?;
    let script = task.test.take().ok_or_else(|| <serde_json::Error as serde::de::Error>::missing_field("test"))?;
    Ok(problem("mbpp_plus", task, vec![Test::assert(format!("{PRELUDE}{script}"))]))
}

/// The statement ends in the first assertion, which names the function: so are models asked.
fn problem(source: &str, task: Task, tests: Vec<Test>) -> Item {
    let example = task.test_list.first().map(|test| format!("\n{}", test.trim())).unwrap_or_default();
    Item::Problem(Problem {
        id: format!("MBPP/{}", task.task_id),
        source: source.to_owned(),
        statement: format!("{}{example}", task.text.trim()),
        entry: task.test_list.first().and_then(|test| called(test)),
        solution: Some(task.code),
        tests,
        ..Problem::default()
    })
}

/// The function that an assertion calls: the first name behind `assert` with an argument list, but for what wraps it.
fn called(assertion: &str) -> Option<String> {
    const WRAPPERS: [&str; 10] = ["set", "sorted", "list", "tuple", "len", "abs", "round", "math", "isclose", "not"];
    let (_, condition) = assertion.split_once("assert")?;
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    let mut names = condition.split(|character: char| !is_name(character)).filter(|name| !name.is_empty());
    let name =
        names.find(|name| !WRAPPERS.contains(name) && !name.starts_with(|first: char| first.is_ascii_digit()))?;
    Some(name.to_owned())
}
