//! `synthesize.contrast_rules` over a thousand practice problems: nothing on the surface tells the levels apart.

use std::collections::BTreeMap;
use std::path::Path;

use engine::testing::{Given, Harness};
use serde_json::Value;

/// Rows by port.
type Ports = BTreeMap<String, Vec<Value>>;

fn run(
    operator: &str,
    with: &str,
    inputs: impl IntoIterator<Item = (&'static str, Option<&'static str>, Vec<Value>)>,
) -> Ports {
    let folder = tempfile::tempdir().unwrap();
    let scratch = folder.path().to_owned();
    let harness = Harness { root: Path::new(".").to_owned(), scratch, machine_folder: None, seed: 5 };
    let given =
        inputs.into_iter().map(|(port, rows, data)| (port.to_owned(), Given::Rows(rows.map(str::to_owned), data)));
    let outcome = harness.run(operator, serde_yaml::from_str(with).unwrap(), &given.collect()).unwrap();
    outcome.rows
}

fn pairs(problems: usize) -> Vec<Value> {
    let mut problems = run("synthesize.practice", &format!("{{count: {problems}}}"), []);
    let mut contrast = run("synthesize.contrast_rules", "{}", [("rows", None, problems.remove("rows").unwrap())]);
    run("pair.levels", "{}", [("rows", Some("Contrast"), contrast.remove("rows").unwrap())]).remove("pairs").unwrap()
}

#[test]
fn length_and_words_say_nothing() {
    let pairs = pairs(1000);
    assert!(pairs.len() > 1900, "two of three problems have place for faults, and three pairs: {}", pairs.len());
    for kind in ["opt_deg", "opt_ori", "ori_deg"] {
        let lengths = pairs.iter().filter(|pair| pair["pair_type"] == kind).map(longer).collect::<Vec<_>>();
        let share = lengths.iter().filter(|longer| **longer).count() as f64 / lengths.len() as f64;
        assert!((0.45..=0.55).contains(&share), "the chosen one is longer in {share} of `{kind}`");
    }
    let mut parts = run(
        "table.split",
        "{by: problem_id, train: 0.7, test: 0.3, validation: 0}",
        [("rows", Some("Preference"), pairs)],
    );
    let [train, test] = ["train", "test"].map(|part| parts.remove(part).unwrap());
    let scored = test.into_iter().map(|mut pair| {
        pair["chosen_score"] = 1.into();
        pair["rejected_score"] = 0.into();
        pair
    });
    let inputs = [("pairs", Some("Preference"), scored.collect()), ("train", Some("Preference"), train)];
    let metrics = run("evaluate.reward_accuracy", "{by: pair_type}", inputs).remove("metrics").unwrap();
    let accuracy = |name: &str| {
        let metric = metrics.iter().find(|metric| metric["name"] == name && metric["group"].is_null());
        metric.unwrap()["value"].as_f64().unwrap()
    };
    assert!((accuracy("accuracy") - 1.0).abs() < 1e-12);
    let (length, words) = (accuracy("accuracy.length"), accuracy("accuracy.bag_of_words"));
    assert!((0.45..=0.55).contains(&length), "{length}");
    assert!(words < 0.6, "{words}");
}

fn longer(pair: &Value) -> bool {
    let length = |side: &str| pair[side].as_str().unwrap().chars().count();
    length("chosen") > length("rejected")
}
