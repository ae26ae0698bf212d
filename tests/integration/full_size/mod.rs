//! The recipes at full size, as they are wired, over little: our problems in the layouts of the published ones, small
//! checkpoints where the large ones lie, and a teacher behind an address. What is patched are numbers and paths alone.

mod teacher;

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use self::teacher::Teacher;
use crate::command::Workplace;
use crate::golden::root;
use crate::operators::python_is_here;

/// The recipes with what they need, and who is asked.
struct Rehearsal {
    place: Workplace,
    teacher: Teacher,
}

impl Rehearsal {
    fn new() -> Self {
        let mut place = Workplace::copy_of(&root().join("pipelines"));
        for key in ["OPENAI_API_KEY", "ANTHROPIC_API_KEY"] {
            place.set(key, "none");
        }
        let fixtures = root().join("tests/fixtures");
        for name in ["models.yaml", "answers.jsonl"] {
            fs::copy(fixtures.join("full_size").join(name), place.path().join(name)).unwrap();
        }
        let rehearsal = Self { place, teacher: Teacher::start() };
        rehearsal.place.events(&["run", "models.yaml"]);
        rehearsal
    }

    /// Lays one of our problem files where a recipe looks for a published collection.
    fn lay(&self, fixture: &str, collection: &str) {
        let folder = self.place.path().join("data").join(collection);
        fs::create_dir_all(&folder).unwrap();
        fs::copy(root().join("tests/fixtures/problems").join(fixture), folder.join(fixture)).unwrap();
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.place.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Whether a checkpoint lies in a folder.
    fn left(&self, folder: &str) -> bool {
        let folder = self.place.path().join(folder);
        ["config.json", "tokenizer.json", "model.safetensors"].iter().all(|file| folder.join(file).is_file())
    }

    /// The words that run or compare a recipe with these numbers.
    fn words(&self, begin: &[&str], endpoints: &[&str], numbers: &[&str]) -> Vec<String> {
        let urls = endpoints.iter().map(|endpoint| format!("{endpoint}.run.url={}", self.teacher.url));
        let patches = urls.chain(numbers.iter().map(|number| (*number).to_owned()));
        let patches = patches.flat_map(|patch| ["--set".to_owned(), patch]);
        begin.iter().map(|word| (*word).to_owned()).chain(patches).collect()
    }

    /// Runs a recipe to its end, and again, when nothing is left to do; how many rows came out of each node's outputs.
    fn complete(&self, recipe: &[&str], endpoints: &[&str], numbers: &[&str]) -> Rows {
        let words = self.words(&[&["run"], recipe].concat(), endpoints, numbers);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let events = self.place.events(&words);
        assert_eq!(events.last().unwrap()["outcome"], "complete");
        let again = self.place.events(&words);
        assert!(!again.iter().any(|event| event["event"] == "node_started"), "{again:?}");
        rows(&events)
    }
}

type Rows = BTreeMap<(String, String), u64>;

fn rows(events: &[Value]) -> Rows {
    let finished = events.iter().filter(|event| event["event"] == "node_finished");
    let ports = finished.flat_map(|event| {
        assert_eq!(event["failed"], 0, "{event}");
        let ports = event["rows"].as_array().unwrap().iter();
        ports.map(|port| {
            let name = (event["node"].as_str().unwrap().to_owned(), port[0].as_str().unwrap().to_owned());
            (name, port[1].as_u64().unwrap())
        })
    });
    ports.collect()
}

fn counted(rows: &Rows, expected: &[(&str, &str, u64)]) {
    for (node, port, count) in expected {
        assert_eq!(rows.get(&((*node).to_owned(), (*port).to_owned())), Some(count), "{node}.{port}: {rows:?}");
    }
}

/// ReCode, and what reads its reward model: the benchmark of judges, once people have looked, and mathematics.
#[test]
fn recode_and_what_follows_from_it() {
    if !python_is_here() {
        return;
    }
    let rehearsal = Rehearsal::new();
    for layout in ["primeintellect", "taco", "lcbv5", "codeforces"] {
        rehearsal.lay(&format!("deepcoder-{layout}.parquet"), "deepcoder");
    }
    rehearsal.lay("livecodebench.jsonl", "livecodebench");
    // Of seven problems, a tenth is none; the others look for the reward model where the whole recipe leaves it.
    let numbers = ["split.with.train=0.7", "split.with.validation=0.3", "vars.tokens=96"];
    let numbers = [numbers.as_slice(), &["judge.with.path=out/recode/reward"]].concat();
    let came = rehearsal.complete(&["recode.yaml", "--preset", "rehearsal"], &["writer"], &numbers);
    counted(&came, &[("problems", "rows", 7), ("pairs", "pairs", 21), ("policy", "rollouts", 8)]);
    assert!(["out/recode-rehearsal/policy", "out/recode/reward"].iter().all(|folder| rehearsal.left(folder)));

    judges_are_compared(&rehearsal);
    mathematics(&rehearsal);
}

fn judges_are_compared(rehearsal: &Rehearsal) {
    let subsets = ["hep-cpp", "hep-go", "hep-java", "hep-js", "hep-python", "hep-rust", "math-prm"];
    let pairs = subsets.iter().enumerate().map(|(id, subset)| {
        let models = r#""chosen_model": "human", "rejected_model": "other""#;
        format!(r#"{{"prompt": "p", "chosen": "a", "rejected": "b", "subset": "{subset}", "id": {id}, {models}}}"#)
            + "\n"
    });
    rehearsal.write("data/reward_bench/filtered.jsonl", &pairs.collect::<String>());
    let words = rehearsal.words(&["run", "lcb-rb.yaml"], &["writer", "judge"], &[]);
    let waits = rehearsal.place.millrace(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(waits.code, 3, "{}", waits.err);
    let sheet = fs::read_to_string(rehearsal.place.path().join("out/lcb-rb/sheet.csv")).unwrap();
    let mut sheet = csv::Reader::from_reader(sheet.as_bytes());
    let judged = sheet.records().map(|record| {
        let record = record.unwrap();
        let flawed = record.iter().any(|cell| cell.contains("is left out"));
        format!("{},{}\n", &record[0], if flawed { "yes" } else { "no" })
    });
    let judged = format!("id,flawed\n{}", judged.collect::<String>());
    for person in ["first", "second"] {
        rehearsal.write(&format!("data/lcb-rb/{person}.csv"), &judged);
    }
    let came = rehearsal.complete(&["lcb-rb.yaml"], &["writer", "judge"], &[]);
    counted(&came, &[("first", "rows", 50), ("pairs", "pairs", 25), ("compared", "pairs", 25)]);
    let table = fs::read_to_string(rehearsal.place.path().join("out/lcb-rb/table.jsonl")).unwrap();
    assert!(table.contains(r#""model":"judge""#) && table.contains(r#""model":"reward""#), "{table}");
}

fn mathematics(rehearsal: &Rehearsal) {
    rehearsal.lay("dapo.parquet", "dapo-math-17k");
    let (problem, answer) = (r#""problem": "What is $1 + 1$?""#, r#""answer": "2""#);
    let known = r#""solution": "$2$", "subject": "Algebra", "level": 1, "unique_id": "1""#;
    rehearsal.write("data/math500/test.jsonl", &format!("{{{problem}, {answer}, {known}}}\n"));
    rehearsal.write("data/minerva_math.jsonl", &format!("{{\"question\": \"What is $2$?\", {answer}}}\n"));
    rehearsal.write("data/aime_2024.jsonl", &format!("{{\"id\": 60, {problem}, {answer}}}\n"));
    let came = rehearsal.complete(&["recode-math.yaml", "--preset", "rehearsal"], &[], &["vars.tokens=40"]);
    counted(&came, &[("math500_verdicts", "verdicts", 1), ("aime_verdicts", "verdicts", 1)]);
}

/// CRPE: problems of problems, conversations, and three rounds of search, by a model that finds some of the answers.
#[test]
fn crpe_in_three_rounds() {
    if !python_is_here() {
        return;
    }
    let rehearsal = Rehearsal::new();
    rehearsal.lay("deepcoder-primeintellect.parquet", "deepcoder");
    rehearsal.lay("deepcoder-taco.parquet", "deepcoder");
    rehearsal.lay("livecodebench.jsonl", "livecodebench");
    rehearsal.lay("mbpp.jsonl", "mbpp");
    let check = r"def check(candidate):\n    assert candidate(2) == 4\n";
    let asked =
        r#""prompt": "def twice(n):\n    \"\"\"Twice a number.\"\"\"\n", "canonical_solution": "    return 2 * n\n""#;
    let human_eval =
        format!("{{\"task_id\": \"HumanEval/0\", {asked}, \"test\": \"{check}\", \"entry_point\": \"twice\"}}\n");
    rehearsal.write("data/human_eval/HumanEval.jsonl", &human_eval);
    let endpoints = ["writer", "grader", "expert"];
    let numbers = [
        "heldout.with.before=2025-01-01",
        "vars.prompt=\"{{ statement }}\"",
        "vars.tokens=400",
        "vars.step=60",
        "sft.with.rate=5e-3",
        "sft.with.epochs=40",
    ];
    let came = rehearsal.complete(&["crpe.yaml", "--preset", "rehearsal"], &endpoints, &numbers);
    counted(&came, &[("evolved", "problems", 16), ("right", "rows", 16), ("worth", "problems", 16)]);
    counted(&came, &[("asked", "verdicts", 3), ("anyhow", "verdicts", 3)]);
    for round in 1..=3 {
        let pairs = came[&(format!("improve[{round}].pairs"), "pairs".to_owned())];
        assert!(pairs > 0, "{came:?}");
    }
    assert!(rehearsal.left("out/crpe-rehearsal/policy"));

    // What the paper compares the steps of, over the search that is there.
    let once = [numbers.as_slice(), &["report.seeds=null", "report.vary=null"]].concat();
    let words =
        rehearsal.words(&["ablate", "crpe.yaml", "first-error", "whole", "--preset", "rehearsal"], &endpoints, &once);
    let compared = rehearsal.place.millrace(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(compared.code, 0, "{}", compared.err);
    for variant in ["base", "first-error", "whole"] {
        assert!(compared.out.contains(variant), "{}", compared.out);
    }
}
