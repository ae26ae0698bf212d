//! `verify.profile`: what is counted is the program's, grows with its work, and is the same every time.

use std::path::PathBuf;

use engine::testing::Given;
use serde_json::{Value, json};

use super::operators::python_is_here;
use super::verdicts::run;

const CODE: &str = "
def work(rounds, size):
    block = bytes(size)
    total = 0
    for number in range(rounds):
        total += number
    return len(block)
if __name__ == '__main__':
    print(work(*map(int, input().split())))
";

/// The program on four pairs of rounds and size, asked in each of the three ways.
fn profiles(with: &str) -> Vec<Value> {
    let test = |kind: &str, rounds: u64, size: u64| {
        let (input, output) = match kind {
            "call" => (format!("[{rounds}, {size}]"), Some(size.to_string())),
            "stdin" => (format!("{rounds} {size}\n"), Some(size.to_string())),
            _ => (format!("assert work({rounds}, {size}) == {size}"), None),
        };
        json!({"kind": kind, "input": input, "output": output})
    };
    let program = |kind: &str| {
        let tests = [(0, 10), (1000, 10), (2000, 10), (0, 3_000_000)].map(|(rounds, size)| test(kind, rounds, size));
        json!({"id": kind, "entry": "work", "code": CODE, "tests": tests})
    };
    let given = Given::Rows(None, ["call", "stdin", "assert"].map(program).into());
    let mut outcome = run(PathBuf::from("."), "verify.profile", with, [("programs".to_owned(), given)].into());
    outcome.rows.remove("profiles").unwrap()
}

fn numbers(profile: &Value, field: &str) -> Vec<f64> {
    profile["results"].as_array().unwrap().iter().map(|result| result[field].as_f64().unwrap()).collect()
}

#[test]
fn what_is_counted_is_the_programs_and_the_same_every_time() {
    if !python_is_here() {
        return;
    }
    let found = profiles("{limits: {fuel: 2000000000}}");
    assert_eq!(found, profiles("{limits: {fuel: 2000000000}}"));
    for profile in &found {
        assert_eq!(profile["passed"], true, "{profile}");
        let (fuel, memory) = (numbers(profile, "fuel"), numbers(profile, "memory"));
        // A round is some hundred instructions, and what comes beside is the same for all.
        let (first, second) = (fuel[1] - fuel[0], fuel[2] - fuel[1]);
        assert!((100_000.0..1_000_000.0).contains(&first) && (second / first - 1.0).abs() < 0.1, "{fuel:?}");
        // Neither the program nor the script is compiled at the program's expense. Reading and printing are its own.
        let least = if profile["id"] == "stdin" { 300_000.0 } else { 30_000.0 };
        assert!(fuel[0] < least, "{profile}");
        assert!(memory[0] < 20_000.0 && (3_000_000.0..3_020_000.0).contains(&memory[3]), "{memory:?}");
        let average = |numbers: &[f64]| numbers.iter().sum::<f64>() / numbers.len() as f64;
        assert_eq!(profile["fuel"].as_f64(), Some(average(&fuel)));
        assert_eq!(profile["memory"].as_f64(), Some(average(&memory)));
        assert_eq!((&profile["cpu_seconds"], &profile["wall_seconds"]), (&Value::Null, &Value::Null));
    }
}

#[test]
fn the_clock_is_asked_where_it_is_said_how_often() {
    if !python_is_here() {
        return;
    }
    let counted = profiles("{limits: {fuel: 2000000000}}");
    for (profile, counted) in profiles("{repeats: 3, memory: false, limits: {fuel: 2000000000}}").iter().zip(&counted) {
        assert_eq!((&profile["fuel"], &profile["memory"]), (&counted["fuel"], &Value::Null));
        let (cpu, spread) = (numbers(profile, "cpu_seconds"), numbers(profile, "cpu_spread"));
        assert!(cpu.iter().all(|seconds| *seconds > 0.0) && spread.iter().all(|seconds| *seconds >= 0.0), "{profile}");
        let wall = numbers(profile, "wall_seconds");
        assert_eq!(profile["wall_seconds"].as_f64(), Some(wall.iter().sum::<f64>() / wall.len() as f64));
    }
}
