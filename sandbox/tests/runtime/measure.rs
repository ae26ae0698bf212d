//! What a job uses, as far as it is asked for: the memory of its objects, and what asking itself takes.

use millrace_sandbox::{Call, Ending, Job, Limits, Measure, Metering, Outcome, Sandbox};

use crate::interpreter::sandbox;

const PROGRAM: &str = "
held = bytes(1_000_000)
def take(size):
    return len(bytes(size))
";

fn close(bytes: Option<u64>, expected: u64) -> bool {
    bytes.is_some_and(|bytes| (expected..expected + 20_000).contains(&bytes))
}

#[test]
fn memory_is_the_most_that_was_held_at_once() {
    let Some(sandbox) = sandbox(Metering::Clock) else { return };
    let take = |size: u64| Call { function: "take".to_owned(), arguments: vec![size.into()] };
    let job = Job::calls(PROGRAM, vec![take(5_000_000), take(10), take(2_000_000)]);
    let job = Job { measure: Measure::Heap, ..job };
    let outcome = sandbox.run(&job, &Limits::default()).expect("the host is well");
    let found: Vec<_> = outcome.replies.iter().map(|reply| reply.usage.heap).collect();
    assert!(close(found[0], 6_000_000) && close(found[1], 1_000_000) && close(found[2], 3_000_000), "{found:?}");
}

#[test]
fn a_scripts_memory_is_the_same_every_time() {
    let Some(sandbox) = sandbox(Metering::Clock) else { return };
    let job = Job { measure: Measure::Heap, ..Job::script("x = bytes(3_000_000)\ndel x\nprint(1)\n", "") };
    let run = || sandbox.run(&job, &Limits::default()).expect("the host is well").usage.heap;
    let found = run();
    assert!(close(found, 3_000_000), "{found:?}");
    assert_eq!(found, run());
}

#[test]
fn memory_is_not_counted_where_nobody_asks() {
    let Some(sandbox) = sandbox(Metering::Clock) else { return };
    let outcome = sandbox.run(&Job::script("print(1)", ""), &Limits::default()).expect("the host is well");
    assert_eq!(outcome.usage.heap, None);
}

fn fuel(sandbox: &Sandbox, job: Job, measure: Measure) -> (u64, Outcome) {
    let outcome = sandbox.run(&Job { measure, ..job }, &Limits::default()).expect("the host is well");
    let usage = outcome.replies.first().map_or(outcome.usage, |reply| reply.usage);
    (usage.fuel.expect("fuel is metered"), outcome)
}

/// A program that does nothing takes what asking takes, and hardly more; one that would never end is not run.
#[test]
fn overhead_is_what_is_left_of_a_run_without_its_work() {
    let Some(sandbox) = sandbox(Metering::Fuel) else { return };
    let jobs = |work: &str| {
        let program = format!("class Odd: pass\ndef f():\n    {work}\n");
        let call = Call { function: "f".to_owned(), arguments: Vec::new() };
        [
            Job::calls(program.as_str(), vec![call]),
            Job::tests(program.as_str(), vec!["f()\nassert 1 == 1".to_owned()]),
            Job::script(format!("{program}f()\n"), ""),
        ]
    };
    for (idle, busy) in jobs("pass").into_iter().zip(jobs("while True: pass")) {
        let (whole, _) = fuel(&sandbox, idle.clone(), Measure::Run);
        let (overhead, outcome) = fuel(&sandbox, idle, Measure::Overhead);
        assert!(overhead < whole && whole - overhead < 200_000, "{whole} {overhead}");
        assert_eq!(outcome.ending, Ending::Finished);
        let (of_busy, _) = fuel(&sandbox, busy, Measure::Overhead);
        assert!(of_busy.abs_diff(overhead) < 60_000, "{of_busy} {overhead}");
    }
}
