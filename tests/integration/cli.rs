//! What the command line says: every file in `tests/cases/cli` is a session of commands, and everything that a person
//! would read of it is compared with `tests/snapshots/cli`.
//!
//! Beside `millrace`, a line may change the folder, `replace FILE OLD NEW`, `append FILE LINE`, `write FILE TEXT`, `remove
//! FILE`, or the environment, `set VARIABLE VALUE`; `FOLDER` stands for where the folder is.

use std::collections::BTreeMap;
use std::fs;

use sandbox::snapshot::Identity;

use crate::command::{Ran, Workplace};
use crate::golden::{Golden, root};
use crate::operators::python_is_here;

/// The session that needs an interpreter.
const PREPARED: &str = "sandbox.txt";

fn folder() -> Workplace {
    Workplace::copy_of(&root().join("tests/cases/cli/folder"))
}

#[test]
fn what_a_person_reads() {
    let mut golden = Golden::default();
    let mut sessions = 0;
    for entry in fs::read_dir(root().join("tests/cases/cli")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() || (path.file_name().unwrap() == PREPARED && !python_is_here()) {
            continue;
        }
        sessions += 1;
        let snapshot = root().join("tests/snapshots/cli").join(path.file_name().unwrap());
        golden.compare(&snapshot, &session(&fs::read_to_string(&path).unwrap()));
    }
    assert!(sessions > 10, "only {sessions} sessions were found");
    golden.finish();
}

#[test]
fn a_variant_that_differs_in_its_last_node_costs_that_node() {
    let place = folder();
    let variant = "ablations:\n  last: {some.with.count: 3}\n";
    edit(&place, "reviews.yaml", |text| {
        text.replace("ablations:\n", variant).replace("seeds: [1, 2], vary: [some], ", "")
    });
    place.events(&["run", "reviews.yaml"]);
    let started = started(&place.events(&["ablate", "reviews.yaml", "last"]));
    assert_eq!(started.values().sum::<u32>(), 1, "{started:?}");
    assert!(started.keys().all(|node| node.contains("some")), "{started:?}");
}

#[test]
fn variants_and_seeds_compute_what_they_share_once() {
    let started = started(&folder().events(&["ablate", "reviews.yaml"]));
    let count =
        |node: &str| started.iter().filter(|(name, _)| name.contains(node)).map(|(_, count)| count).sum::<u32>();
    assert_eq!((count("rows"), count("liked"), count("distinct"), count("some")), (1, 1, 1, 4), "{started:?}");
}

#[test]
fn completions_are_a_script() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = folder().millrace(&["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains("millrace") && ran.out.contains("ablate"), "{shell}: {}", ran.err);
    }
}

fn started(events: &[serde_json::Value]) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for event in events.iter().filter(|event| event["event"] == "node_started") {
        *counts.entry(event["node"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

/// The commands of a session with what each of them said.
fn session(commands: &str) -> String {
    let mut place = folder();
    let mut transcript = String::new();
    for line in commands.lines() {
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        transcript.push_str(&format!("$ {line}\n"));
        match words.as_slice() {
            ["millrace", arguments @ ..] => transcript.push_str(&said(&place, arguments)),
            ["replace", file, old, new] => edit(&place, file, |text| text.replace(old, new)),
            ["append", file, added] => edit(&place, file, |text| format!("{text}{added}\n")),
            ["write", file, text] => fs::write(place.path().join(file), text).unwrap(),
            ["set", variable, value] => {
                let value = value.replace("FOLDER", place.path().to_str().unwrap());
                place.set(variable, &value);
            }
            ["remove", file] => fs::remove_file(place.path().join(file)).unwrap(),
            other => panic!("no such step: {other:?}"),
        }
        transcript.push('\n');
    }
    transcript
}

fn edit(place: &Workplace, file: &str, change: impl Fn(&str) -> String) {
    let path = place.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed, "{file} stays as it is");
    fs::write(path, changed).unwrap();
}

fn said(place: &Workplace, arguments: &[&str]) -> String {
    let Ran { code, out, err } = place.millrace(arguments);
    let mut errors: Vec<&str> = err.lines().collect();
    if arguments[0] == "ablate" && code != 2 {
        // Variants do not wait for each other.
        errors.sort_unstable();
    }
    let mut text = out;
    for line in errors {
        text.push_str(line);
        text.push('\n');
    }
    if code != 0 {
        text.push_str(&format!("[exit code {code}]\n"));
    }
    let home = place.path().display().to_string();
    let text = text.replace(&home, "FOLDER").replace(&Identity::current().to_string(), "INTERPRETER");
    let mut lines: Vec<String> = text.lines().map(|line| masked(line).trim_end().to_owned() + "\n").collect();
    if arguments[0] == "cache" {
        // They come by size, and sizes vary by a few bytes.
        lines.sort_unstable();
    }
    lines.concat()
}

/// A line without what differs from run to run: seconds, sizes on disk, the names of runs.
fn masked(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let number = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    let run = |word: &str| {
        word.len() > 14 && word.split('-').count() == 2 && word.chars().all(|c| c.is_ascii_digit() || c == '-')
    };
    let mut masked: Vec<String> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let unit = words.get(index + 1).copied().unwrap_or_default().trim_end_matches([',', ';']);
        let (bare, unit) = (word.trim_start_matches('('), unit.trim_end_matches(')'));
        let varies = number(bare) && ["s", "B", "KiB", "MiB"].contains(&unit);
        masked.push(if varies {
            word.replace(bare, "#")
        } else if run(word) {
            "RUN".to_owned()
        } else if let Some((folder, page)) = word.rsplit_once('/')
            && page.strip_suffix(".html").is_some_and(run)
        {
            format!("{folder}/RUN.html")
        } else {
            (*word).to_owned()
        });
    }
    match line.contains("iB") || line.contains(" B ") {
        true => masked.join(" ").trim_start().to_owned(),
        false => masked.join(" "),
    }
}

/// Words as a shell would split them; quotes of either kind hold one together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().unwrap().push(character),
        }
    }
    words
}
