//! Limits of time and the clocks they are measured by.

use std::time::Duration;

use millrace_sandbox::{Budget, Ending, Job, Limit, Limits, Metering};

use crate::interpreter::sandbox;

fn limited(milliseconds: u64) -> Limits {
    Limits { budget: Budget::Time(Duration::from_millis(milliseconds)), ..Limits::default() }
}

/// The CPU clock is what is compared, so that a busy machine matters only where it wakes the watchdog late.
#[test]
fn an_endless_loop_uses_its_time_and_little_more() {
    let Some(sandbox) = sandbox(Metering::Clock) else { return };
    let outcome = sandbox.run(&Job::script("while True: pass", ""), &limited(500)).expect("the host is well");
    assert_eq!(outcome.ending, Ending::Limited(Limit::Time));
    assert!(outcome.usage.cpu >= Duration::from_millis(500), "{:?}", outcome.usage);
    assert!(outcome.usage.cpu < Duration::from_millis(550), "{:?}", outcome.usage);
}

#[test]
fn sleeping_takes_no_time_and_counts_all_the_same() {
    let Some(sandbox) = sandbox(Metering::Clock) else { return };
    let job = Job::script("import time\ntime.sleep(2)\nprint('slept')", "");
    let outcome = sandbox.run(&job, &limited(60_000)).expect("the host is well");
    assert_eq!(outcome.stdout.text(), "slept\n");
    assert_eq!(outcome.usage.slept.as_secs(), 2);
    let outcome = sandbox.run(&job, &limited(1_900)).expect("the host is well");
    assert_eq!(outcome.ending, Ending::Limited(Limit::Time));
}

#[test]
fn a_step_that_runs_out_of_time_leaves_the_others_theirs() {
    let Some(sandbox) = sandbox(Metering::Clock) else { return };
    let tests = ["assert one() == 1", "while True: pass", "assert one() == 1"].map(str::to_owned);
    let limits = Limits { step: Some(Budget::Time(Duration::from_millis(100))), ..limited(60_000) };
    let job = Job::tests("def one():\n    return 1\n", tests.to_vec());
    let endings: Vec<_> =
        sandbox.run(&job, &limits).expect("the host is well").replies.into_iter().map(|reply| reply.ending).collect();
    assert_eq!(endings, [Ending::Finished, Ending::Limited(Limit::Time), Ending::Finished]);
}

#[test]
fn sixty_four_mebibytes_of_input_arrive() {
    let Some(sandbox) = sandbox(Metering::Clock) else { return };
    let line = "0123456789abcdef".repeat(64) + "\n";
    let stdin = line.repeat((64 << 20) / line.len());
    let limits = Limits { memory: 1 << 30, ..limited(120_000) };
    let source = "import sys\ndata = sys.stdin.buffer.read()\nprint(len(data), data[-2:])\n";
    let outcome = sandbox.run(&Job::script(source, stdin.clone()), &limits).expect("the host is well");
    assert_eq!(outcome.stdout.text(), format!("{} b'f\\n'\n", stdin.len()));
    let source = "import sys\nprint(sum(len(line) for line in sys.stdin))\n";
    let outcome = sandbox.run(&Job::script(source, stdin.clone()), &limits).expect("the host is well");
    assert_eq!(outcome.stdout.text(), format!("{}\n", stdin.len()));
}
