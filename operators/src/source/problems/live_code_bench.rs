//! LiveCodeBench as published (`code_generation_lite`): public tests as JSON in a text, private ones packed.

use serde::Deserialize;
use serde::de::{Error, IgnoredAny};

use super::packed;
use super::problem::{Item, Problem, Test};

/// A line as published.
#[derive(Deserialize)]
struct Task {
    question_content: String,
    platform: String,
    question_id: String,
    /// A day and a time.
    contest_date: String,
    starter_code: String,
    difficulty: String,
    public_test_cases: String,
    private_test_cases: String,
    metadata: String,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    func_name: Option<String>,
}

/// A test, as deepcoder's part of the collection has it too.
#[derive(Deserialize)]
pub(super) struct Case {
    pub(super) input: String,
    pub(super) output: String,
    pub(super) testtype: TestType,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TestType {
    Stdin,
    Functional,
}

/// One line: the public tests first, then the private ones.
pub(super) fn parse(record: &[u8]) -> Result<Item, serde_json::Error> {
    let task: Task = serde_json::from_slice(record)?;
    let Metadata { func_name } = serde_json::from_str(&task.metadata)?;
    let public: Vec<Case> = serde_json::from_str(&task.public_test_cases)?;
    let private: Vec<Case> = serde_json::from_str(&packed::json(&task.private_test_cases)?)?;
    let tests = public.into_iter().chain(private).map(Case::test).collect::<Result<Vec<_>, _>>()?;
    let day = task.contest_date.get(..10).ok_or_else(|| Error::custom("`contest_date` is no date"))?.to_owned();
    Ok(Item::Problem(Problem {
        id: task.question_id,
        source: "livecodebench".to_owned(),
        statement: task.question_content,
        entry: func_name.map(|name| entry(&name, &task.starter_code)),
        starter: Some(task.starter_code).filter(|starter| !starter.is_empty()),
        tests,
        difficulty: Some(task.difficulty),
        tags: Some(vec![task.platform]),
        date: Some(day),
        published: Some(task.contest_date),
        ..Problem::default()
    }))
}

/// What tests call: where the starter is a class, its method.
pub(super) fn entry(name: &str, starter: &str) -> String {
    if starter.contains("class Solution") { format!("Solution().{name}") } else { name.to_owned() }
}

impl Case {
    /// A functional test has an argument a line, as JSON.
    pub(super) fn test(self) -> Result<Test, serde_json::Error> {
        match self.testtype {
            TestType::Stdin => Ok(Test::stdin(self.input, self.output)),
            TestType::Functional => {
                // As they stand there: a number of any size stays what it is.
                let arguments: Vec<&str> = self.input.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
                arguments.iter().try_for_each(|line| serde_json::from_str::<IgnoredAny>(line).map(drop))?;
                Ok(Test::call(format!("[{}]", arguments.join(", ")), self.output))
            }
        }
    }
}
