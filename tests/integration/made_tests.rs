//! `synthesize.tests` over problems whose tests are known: asked with their inputs, solutions say what was expected, and
//! wrong programs in the minority change nothing.

use std::collections::BTreeMap;

use engine::testing::{Given, Harness, Outcome};
use serde_json::{Value, json};

use crate::operators::{machine_folder, python_is_here};
use crate::verdicts::{practice, verdicts};

/// The problems of the repository without assertions, which are no inputs, and the number that a statement ends with.
fn problems() -> Vec<Value> {
    let all = practice().into_iter().enumerate();
    let numbered = all.map(|(number, mut problem)| {
        problem["statement"] = format!("{} (problem {number})", problem["statement"].as_str().unwrap()).into();
        problem
    });
    let asks = |problem: &Value| tests(problem).iter().all(|test| test["kind"] != "assert");
    numbered.filter(asks).collect()
}

fn tests(problem: &Value) -> &Vec<Value> {
    problem["tests"].as_array().unwrap()
}

/// A line of a script that answers with a problem's own inputs.
fn answer(problem: &Value) -> String {
    let statement = problem["statement"].as_str().unwrap();
    let (_, number) = statement.rsplit_once('(').unwrap();
    let inputs = tests(problem).iter().map(|test| match test["kind"].as_str() {
        Some("call") => serde_json::from_str(test["input"].as_str().unwrap()).unwrap(),
        _ => test["input"].clone(),
    });
    let inputs = Value::Array(inputs.collect());
    json!({"pattern": format!(r"\({}\)", number.trim_end_matches(')')), "answers": [format!("```json\n{inputs}\n```")]})
        .to_string()
        + "\n"
}

fn made(problems: &[Value], with: &str, solutions: Option<Vec<Value>>) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_owned();
    std::fs::write(root.join("answers.jsonl"), problems.iter().map(answer).collect::<String>()).unwrap();
    let scratch = root.join("scratch");
    std::fs::create_dir(&scratch).unwrap();
    let harness = Harness { root, scratch, machine_folder: machine_folder(), seed: 0 };
    let path = serde_yaml::from_str("{path: answers.jsonl}").unwrap();
    let model = harness.artifact("model.scripted", path, &BTreeMap::new()).unwrap();
    let bare = problems.iter().map(|problem| {
        let mut problem = problem.clone();
        problem["tests"] = json!([]);
        problem
    });
    let mut given = BTreeMap::from([
        ("problems".to_owned(), Given::Rows(Some("Problem".to_owned()), bare.collect())),
        ("model".to_owned(), model),
    ]);
    given.extend(solutions.map(|rows| ("solutions".to_owned(), Given::Rows(None, rows))));
    let outcome = harness.run("synthesize.tests", serde_yaml::from_str(with).unwrap(), &given).unwrap();
    assert!(outcome.failed.is_empty(), "{:?}", outcome.failed);
    outcome
}

/// That the same was expected of the same inputs, by the solution's own verdict where it is written otherwise.
fn hold(problems: &[Value], made: &Outcome) {
    assert!(made.rows["untested"].is_empty(), "{:?}", made.rows["untested"]);
    assert_eq!(made.rows["problems"].len(), problems.len());
    for (known, made) in problems.iter().zip(&made.rows["problems"]) {
        assert_eq!(made["refused"], json!([]), "{}", made["id"]);
        assert_eq!(tests(known).len(), tests(made).len(), "{}", made["id"]);
    }
    // Programs that answer as the known tests expect have to pass the made ones, which their solutions are.
    for verdict in verdicts(made.rows["problems"].clone(), "{code: solution}") {
        assert_eq!(verdict["status"], "passed", "{}: {}", verdict["id"], verdict["results"]);
    }
    let value = |test: &Value| -> Value {
        let output = test["output"].as_str().unwrap();
        serde_json::from_str(output).unwrap_or_else(|_| output.trim_end().into())
    };
    let pairs = problems.iter().zip(&made.rows["problems"]);
    let pairs = pairs.flat_map(|(known, made)| tests(known).iter().zip(tests(made)));
    let (same, all) =
        pairs.fold((0, 0), |(same, all), (known, made)| (same + usize::from(value(known) == value(made)), all + 1));
    assert!(all > 100 && same * 10 > all * 9, "{same} of {all} are written alike");
}

#[test]
fn an_oracle_gives_what_was_expected() {
    if python_is_here() {
        let problems = problems();
        hold(&problems, &made(&problems, "{expect: oracle, least: 1}", None));
    }
}

#[test]
fn a_majority_gives_it_too_whatever_the_others_say() {
    if !python_is_here() {
        return;
    }
    let problems = problems();
    let wrong = |problem: &Value| match problem["entry"].as_str() {
        Some(entry) => format!("def {entry}(*arguments):\n    return 'wrong'\n"),
        None => "print('wrong')\n".to_owned(),
    };
    let solutions = problems.iter().flat_map(|problem| {
        let id = problem["id"].as_str().unwrap();
        let right = problem["solution"].as_str().unwrap().to_owned();
        let texts = [right.clone(), wrong(problem), format!("# Another.\n{right}"), right, "no python".to_owned()];
        texts.map(|code| json!({"id": format!("{id}/{}", code.len()), "problem_id": id, "code": code}))
    });
    let made = made(&problems, "{least: 1}", Some(solutions.collect()));
    hold(&problems, &made);
    for problem in &made.rows["problems"] {
        let agreement: Vec<f64> =
            problem["agreement"].as_array().unwrap().iter().map(|share| share.as_f64().unwrap()).collect();
        assert!(agreement.iter().all(|share| *share == 0.75), "{}: {agreement:?}", problem["id"]);
    }
}
