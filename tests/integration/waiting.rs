//! A pipeline that waits for people: it says what it wants, keeps what is done, and goes on when it has it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::command::Workplace;
use crate::golden::root;
use crate::operators::python_is_here;

const RUN: [&str; 4] = ["run", "lcb-rb.yaml", "--preset", "tiny"];

/// What begins flawed reasoning in the scripted answers.
const FLAWED: [&str; 3] = ["Multiplying is adding", "The first number is", "Start with zero"];

#[test]
fn people_are_waited_for_and_their_answers_read() {
    if !python_is_here() {
        return;
    }
    let place = Workplace::copy_of(&root().join("pipelines"));
    let waits = place.millrace(&RUN);
    assert_eq!(waits.code, 3, "{}", waits.err);
    assert!(waits.err.contains("first: waits: `data/lcb-rb-tiny/first.csv` is not there"), "{}", waits.err);
    assert!(waits.err.contains("pairs: not run yet, because `first` waits"), "{}", waits.err);
    let asked = sheet(&place.path().join("out/lcb-rb-tiny/sheet.csv"));
    assert_eq!(asked.len(), 7, "{asked:?}");

    // Both agree on all but one.
    let judged = |doubt: &str| -> String {
        let word = |text: &str| if FLAWED.iter().any(|begun| text.starts_with(begun)) { "yes" } else { "no" };
        let answer = |(id, text): (&String, &String)| {
            let word = if text.starts_with(doubt) { "no" } else { word(text) };
            format!("{id},{word}\n")
        };
        asked.iter().map(answer).collect()
    };
    fill(&place, "first.csv", &judged("nothing begins so"));
    fill(&place, "second.csv", &judged("The first number is"));
    let waits = place.millrace(&RUN);
    assert_eq!(waits.code, 3, "{}", waits.err);
    assert!(waits.err.contains("resolved: waits: `data/lcb-rb-tiny/resolved.csv` is not there"), "{}", waits.err);
    assert!(!waits.err.contains("samples: starts"), "nothing is answered again: {}", waits.err);
    let disputed = sheet(&place.path().join("out/lcb-rb-tiny/disputed.csv"));
    assert_eq!(disputed.len(), 1, "{disputed:?}");

    fill(&place, "resolved.csv", &disputed.keys().map(|id| format!("{id},yes\n")).collect::<String>());
    let events = place.events(&RUN);
    assert_eq!(events.last().unwrap()["outcome"], "complete");
    let pairs = fs::read_to_string(place.path().join("out/lcb-rb-tiny/pairs.jsonl")).unwrap();
    assert_eq!(pairs.lines().count(), 3, "as many as are flawed: {pairs}");
    let again = place.events(&RUN);
    assert!(!again.iter().any(|event| event["event"] == "node_started"), "{again:?}");
}

/// The reasoning that a sheet asks about, by id.
fn sheet(path: &Path) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let place = header.iter().position(|cell| cell == "reasoning").unwrap();
    assert!(header.iter().any(|cell| cell == "flawed: yes/no/none"), "{header:?}");
    reader
        .records()
        .map(|record| record.unwrap())
        .map(|record| (record[0].to_owned(), record[place].to_owned()))
        .collect()
}

fn fill(place: &Workplace, name: &str, answers: &str) {
    let folder = place.path().join("data/lcb-rb-tiny");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), format!("id,flawed\n{answers}")).unwrap();
}
