//! `score.data_value` over sets of known worth: they come out in the order in which they should be trained on.

use std::collections::BTreeMap;
use std::path::Path;

use engine::testing::{Given, Harness};
use serde_json::{Value, json};

/// Problems in a set, attempts at each, and tests of each.
const PROBLEMS: usize = 12;
const ATTEMPTS: usize = 16;
const TESTS: usize = 6;

/// A set: how often its problems are solved, and what is asked.
struct Set {
    name: &'static str,
    /// Of each problem by its number: how many of the attempts pass.
    solved: fn(usize) -> usize,
    /// How many of the tests a wrong attempt misses.
    missed: usize,
    statement: fn(usize) -> String,
}

/// No run of three words of which is in another.
fn different(problem: usize) -> String {
    (0..9).map(|word| format!("word{problem}x{word} ")).collect()
}

/// Different only in one word.
fn from_a_template(problem: usize) -> String {
    format!("Given a list of whole numbers, return those of them that are not divided by {problem}, in order.")
}

fn half(_: usize) -> usize {
    ATTEMPTS / 2
}

const SETS: [Set; 7] = [
    Set { name: "varied", solved: half, missed: TESTS, statement: different },
    Set {
        name: "from easy to hard",
        solved: |problem| problem * ATTEMPTS / (PROBLEMS - 1),
        missed: TESTS,
        statement: different,
    },
    Set { name: "weakly tested", solved: half, missed: 1, statement: different },
    Set { name: "from a template", solved: half, missed: TESTS, statement: from_a_template },
    Set { name: "copies", solved: half, missed: TESTS, statement: |_| different(0) },
    Set { name: "always solved", solved: |_| ATTEMPTS, missed: TESTS, statement: different },
    Set { name: "never solved", solved: |_| 0, missed: TESTS, statement: different },
];

impl Set {
    fn problems(&self) -> impl Iterator<Item = Value> {
        (0..PROBLEMS)
            .map(|number| json!({"id": self.id(number), "set": self.name, "statement": (self.statement)(number)}))
    }

    fn verdicts(&self) -> impl Iterator<Item = Value> {
        (0..PROBLEMS * ATTEMPTS).map(|number| {
            let (problem, attempt) = (number / ATTEMPTS, number % ATTEMPTS);
            let passed = attempt < (self.solved)(problem);
            let missed = if passed { 0 } else { self.missed };
            let status = |test| if test < missed { "failed" } else { "passed" };
            let results: Vec<Value> = (0..TESTS).map(|test| json!({"status": status(test)})).collect();
            json!({
                "id": format!("{}/{attempt}", self.id(problem)), "problem_id": self.id(problem), "passed": passed,
                "tests_total": TESTS, "results": results,
            })
        })
    }

    fn id(&self, number: usize) -> String {
        format!("{} {number}", self.name)
    }
}

/// The report: values by set and name.
fn report(with: &str) -> BTreeMap<(String, String), f64> {
    let folder = tempfile::tempdir().unwrap();
    let scratch = folder.path().to_owned();
    let harness = Harness { root: Path::new(".").to_owned(), scratch, machine_folder: None, seed: 5 };
    let given = BTreeMap::from([
        ("problems".to_owned(), Given::Rows(None, SETS.iter().flat_map(Set::problems).collect())),
        ("verdicts".to_owned(), Given::Rows(None, SETS.iter().flat_map(Set::verdicts).collect())),
    ]);
    let outcome = harness.run("score.data_value", serde_yaml::from_str(with).unwrap(), &given).unwrap();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let report = outcome.rows["report"].iter();
    report.map(|row| ((text(row, "group"), text(row, "name")), row["value"].as_f64().unwrap())).collect()
}

#[test]
fn sets_come_out_in_the_order_of_their_worth() {
    let report = report("{by: set}");
    let value = |set: &str| report[&(set.to_owned(), "value".to_owned())];
    let order = ["varied", "from easy to hard", "weakly tested", "from a template", "copies", "always solved"];
    let values = order.map(value);
    assert!(values.is_sorted_by(|better, worse| better > worse), "{order:?}: {values:?}");
    assert_eq!([value("always solved"), value("never solved")], [0.0, 0.0]);
    let sum = report[&("copies".to_owned(), "value.sum".to_owned())];
    assert!((sum - value("varied")).abs() < 1e-12, "copies are together worth {sum}");
}

#[test]
fn each_part_tells_its_own_sets_apart() {
    let report = report("{by: set}");
    let part = |set: &str, name: &str| report[&(set.to_owned(), name.to_owned())];
    assert!(part("weakly tested", "soundness") < part("varied", "soundness"));
    assert!(part("weakly tested", "agreement") < part("varied", "agreement"));
    assert!(part("copies", "novelty") < part("from a template", "novelty"));
    assert!(part("from a template", "novelty") < part("varied", "novelty"));
    assert!(part("copies", "distinct_ngrams") < part("from a template", "distinct_ngrams"));
    assert!(part("from easy to hard", "signal") < part("varied", "signal"));
    let learnable = ["varied", "from easy to hard", "always solved", "never solved"].map(|set| part(set, "learnable"));
    assert_eq!(learnable, [1.0, 10.0 / 12.0, 0.0, 0.0]);
}

#[test]
fn more_rollouts_learn_more_of_rare_successes() {
    let signal = |rollouts: u64| {
        let report = report(&format!("{{by: set, rollouts: {rollouts}}}"));
        report[&("from easy to hard".to_owned(), "signal".to_owned())]
    };
    let signals = [2, 4, 8, 16].map(signal);
    assert!(signals.is_sorted_by(|fewer, more| fewer < more), "{signals:?}");
}
