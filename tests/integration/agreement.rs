//! `verify.execute` beside the machine's own Python: solutions and programs that were made wrong in one place, and every
//! test of each must end alike. `tests/fixtures/agreement` makes and runs the native side; it is left out where the
//! machine has no python3.
//!
//! Programs that do not end are limited by fuel here and by CPU time there; both limits are far from what ends.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::{available_parallelism, scope};

use engine::testing::Given;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::golden::root;
use crate::operators::python_is_here;
use crate::verdicts::{human_eval, practice, run};

/// Mutants of each solution, at most.
const MUTANTS: usize = 5;

/// What a test may use here: what native Python ends needs a tenth of it at most.
const FUEL: u64 = 20_000_000_000;

/// The same for programs that did not end natively, so that the test is not spent on them.
const ENDLESS_FUEL: u64 = 2_000_000_000;

/// How many of them must be wrong, so that the comparison says something, with the practice problems alone.
const WRONG: usize = 500;

/// A program as the native side judged it.
#[derive(Deserialize)]
struct Judged {
    id: String,
    number: usize,
    program: String,
    results: Vec<Ended>,
}

/// How a test ended: its status, and the exception's type where there was one.
type Ended = (String, Option<String>);

#[test]
fn every_test_of_every_program_ends_as_in_native_python() {
    if !(python_is_here() && native_python_is_here()) {
        return;
    }
    let problems: Vec<Value> = practice().into_iter().chain(human_eval().into_iter().flatten()).collect();
    let judged = natively(&problems);
    let wrong = judged.iter().filter(|program| program.number > 0 && program.results.iter().any(is_failure)).count();
    assert!(wrong >= WRONG, "only {wrong} mutants are wrong");
    assert!(judged.iter().any(Judged::is_endless), "every mutant ends");
    let solved = judged.iter().filter(|program| program.number == 0);
    let unsolved: Vec<_> = solved.filter(|program| program.results.iter().any(is_failure)).map(Judged::name).collect();
    assert!(unsolved.is_empty(), "{unsolved:?} do not pass natively");

    let found = differences(&judged, &sandboxed(&problems, &judged));
    assert!(found.is_empty(), "{} tests end otherwise\n{}", found.len(), found.join("\n"));
}

fn is_failure((status, _): &Ended) -> bool {
    status != "passed"
}

impl Judged {
    fn name(&self) -> String {
        format!("{}~{}", self.id, self.number)
    }

    fn is_endless(&self) -> bool {
        self.results.last().is_some_and(|(status, _)| status == "timeout")
    }
}

fn native_python_is_here() -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        std::io::stderr().write_all(b"SKIPPED: agreement with native Python: there is no python3\n").unwrap();
    }
    found
}

/// What native Python says, as many processes at once as there are cores.
fn natively(problems: &[Value]) -> Vec<Judged> {
    let parts = available_parallelism().unwrap().get();
    let lines: Vec<u8> = problems.iter().flat_map(|problem| format!("{problem}\n").into_bytes()).collect();
    let part = |part: usize| {
        let arguments = [MUTANTS, part, parts].map(|number| number.to_string());
        let mut python = Command::new("python3");
        python.args(["-W", "ignore", "-B"]).arg(root().join("tests/fixtures/agreement/native.py")).args(arguments);
        python.env("PYTHONHASHSEED", "0").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut running = python.spawn().unwrap();
        running.stdin.take().unwrap().write_all(&lines).unwrap();
        let output = running.wait_with_output().unwrap();
        assert!(output.status.success(), "native.py failed");
        let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).unwrap()).collect::<Vec<Judged>>()
    };
    in_parallel((0..parts).collect(), part)
}

/// What the sandbox says of the same programs: results by the program's name. A program is given no test behind the one
/// that did not end natively.
fn sandboxed(problems: &[Value], judged: &[Judged]) -> BTreeMap<String, Vec<Ended>> {
    let problems: BTreeMap<&str, &Value> =
        problems.iter().map(|problem| (problem["id"].as_str().unwrap(), problem)).collect();
    let row = |program: &Judged| {
        let problem = problems[program.id.as_str()];
        let tests = &problem["tests"].as_array().unwrap()[..program.results.len()];
        json!({"id": program.name(), "code": program.program, "entry": problem["entry"], "tests": tests})
    };
    let (endless, ending): (Vec<&Judged>, Vec<&Judged>) = judged.iter().partition(|program| program.is_endless());
    let verdicts = |programs: Vec<&Judged>, fuel: u64| {
        let rows: Vec<Value> = programs.into_iter().map(row).collect();
        let parts = rows.chunks(rows.len().div_ceil(available_parallelism().unwrap().get()));
        in_parallel(parts.collect(), |part| verdicts(part, fuel))
    };
    verdicts(ending, FUEL).into_iter().chain(verdicts(endless, ENDLESS_FUEL)).collect()
}

fn verdicts(programs: &[Value], fuel: u64) -> Vec<(String, Vec<Ended>)> {
    let inputs = [("programs".to_owned(), Given::Rows(None, programs.to_vec()))].into();
    let outcome = run(PathBuf::from("."), "verify.execute", &format!("{{limits: {{fuel: {fuel}}}}}"), inputs);
    assert!(outcome.failed.is_empty(), "{:?}", outcome.failed);
    let ended = |verdict: &Value| verdict["results"].as_array().unwrap().iter().map(ended).collect();
    outcome.rows["verdicts"].iter().map(|row| (row["id"].as_str().unwrap().to_owned(), ended(row))).collect()
}

fn ended(result: &Value) -> Ended {
    let status = result["status"].as_str().unwrap().to_owned();
    let raised = ["runtime_error", "compile_error"].contains(&status.as_str());
    let message = result["message"].as_str().unwrap_or_default();
    let kind = message.split([':', ' ']).next().filter(|kind| raised && *kind != "exited").map(str::to_owned);
    (status, kind)
}

/// Every test that ends otherwise. There are none to excuse: messages differ between versions of Python and are not
/// compared, and no problem asks for what differs between 32 and 64 bits.
fn differences(judged: &[Judged], sandboxed: &BTreeMap<String, Vec<Ended>>) -> Vec<String> {
    let mut found = Vec::new();
    for program in judged {
        let here = &sandboxed[&program.name()];
        assert_eq!(here.len(), program.results.len(), "{} has another number of results", program.name());
        for (test, (native, sandbox)) in program.results.iter().zip(here).enumerate() {
            if native != sandbox {
                found.push(format!("{}, test {test}: natively {native:?}, here {sandbox:?}", program.name()));
            }
        }
    }
    found
}

fn in_parallel<Part: Send, Item: Send>(parts: Vec<Part>, work: impl Fn(Part) -> Vec<Item> + Sync) -> Vec<Item> {
    let work = &work;
    scope(|scope| {
        let threads: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || work(part))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
