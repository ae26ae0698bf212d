//! Every case in the sandbox: expected outcome, pristine interpreter, same bytes and fuel when run again.

use millrace_sandbox::{Audit, Metering, Outcome, Sandbox};
use serde_json::Value;

use crate::case::{Case, cases, contains, shown};
use crate::interpreter::sandbox;

/// Runs all cases in one interpreter, forwards and then backwards, so that each also runs after others.
fn run_all(sandbox: &Sandbox, metering: Metering, cases: &[Case]) -> (Vec<Audit>, Vec<Audit>) {
    let jobs: Vec<_> = cases.iter().map(|case| (case.job(), case.limits(metering))).collect();
    let there_and_back = jobs.iter().chain(jobs.iter().rev()).map(|(job, limits)| (job, limits));
    let mut first = sandbox.audit(there_and_back).expect("the interpreter starts");
    let mut second = first.split_off(cases.len());
    second.reverse();
    (first, second)
}

fn check(metering: Metering) {
    let Some(sandbox) = sandbox(metering) else { return };
    let cases = cases();
    assert!(cases.len() > 80, "the cases were found");
    let (first, second) = run_all(&sandbox, metering, &cases);
    let mut faults = Vec::new();
    for ((case, first), second) in cases.iter().zip(&first).zip(&second) {
        if !(first.pristine && second.pristine) {
            faults.push(format!("{}: the interpreter is not pristine afterwards", case.name));
        }
        match (&first.result, &second.result) {
            (Ok(outcome), Ok(again)) => compare(case, metering, outcome, again, &mut faults),
            (first, second) => faults.push(format!("{}: the host failed: {first:?}, {second:?}", case.name)),
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn compare(case: &Case, metering: Metering, outcome: &Outcome, again: &Outcome, faults: &mut Vec<String>) {
    let given = shown(outcome);
    let expected = in_metering(&case.expect, metering);
    if !contains(&given, &expected) {
        faults.push(format!("{}: expected {expected}\n    but it is {given}", case.name));
    }
    let same = outcome.ending == again.ending
        && outcome.stderr == again.stderr
        && outcome.usage.fuel == again.usage.fuel
        && (outcome.stdout == again.stdout || metering == Metering::Clock);
    if !same {
        let fuel = (outcome.usage.fuel, again.usage.fuel);
        faults.push(format!("{}: another time it is {}, fuel {fuel:?}", case.name, shown(again)));
    }
}

/// The same expectation for both meterings: a time limit is a limit of fuel where that is metered.
fn in_metering(expected: &Value, metering: Metering) -> Value {
    let text = expected.to_string();
    let text =
        if metering == Metering::Fuel { text.replace(r#""limited":"time""#, r#""limited":"fuel""#) } else { text };
    serde_json::from_str(&text).expect("it was JSON before")
}

#[test]
fn every_case_ends_as_expected_within_time() {
    check(Metering::Clock);
}

#[test]
fn every_case_ends_as_expected_within_fuel_and_uses_the_same_every_time() {
    check(Metering::Fuel);
}

#[test]
fn a_fresh_interpreter_gives_what_a_used_one_gives() {
    let Some(sandbox) = sandbox(Metering::Fuel) else { return };
    let cases = cases();
    let (used, _) = run_all(&sandbox, Metering::Fuel, &cases);
    for (case, used) in cases.iter().zip(used) {
        let fresh = sandbox.run(&case.job(), &case.limits(Metering::Fuel)).expect("the host is well");
        let used = used.result.expect("the host is well");
        assert_eq!(shown(&fresh), shown(&used), "{}", case.name);
        assert_eq!(fresh.usage.fuel, used.usage.fuel, "{}", case.name);
    }
}
