//! The memory of a program's objects, where it is asked for.

use millrace_sandbox::{Call, Heap, Job, Limits, Metering};

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
fn it_is_the_most_that_was_held_at_once() {
    let Some(sandbox) = sandbox(Metering::Clock) else { return };
    let take = |size: u64| Call { function: "take".to_owned(), arguments: vec![size.into()] };
    let job = Job::calls(PROGRAM, vec![take(5_000_000), take(10), take(2_000_000)]);
    let job = Job { heap: Heap::Counted, ..job };
    let outcome = sandbox.run(&job, &Limits::default()).expect("the host is well");
    let found: Vec<_> = outcome.replies.iter().map(|reply| reply.usage.heap).collect();
    assert!(close(found[0], 6_000_000) && close(found[1], 1_000_000) && close(found[2], 3_000_000), "{found:?}");
}

#[test]
fn a_script_is_counted_whole_and_twice_the_same() {
    let Some(sandbox) = sandbox(Metering::Clock) else { return };
    let job = Job { heap: Heap::Counted, ..Job::script("x = bytes(3_000_000)\ndel x\nprint(1)\n", "") };
    let run = || sandbox.run(&job, &Limits::default()).expect("the host is well").usage.heap;
    let found = run();
    assert!(close(found, 3_000_000), "{found:?}");
    assert_eq!(found, run());
}

#[test]
fn it_is_not_counted_where_nobody_asks() {
    let Some(sandbox) = sandbox(Metering::Clock) else { return };
    let outcome = sandbox.run(&Job::script("print(1)", ""), &Limits::default()).expect("the host is well");
    assert_eq!(outcome.usage.heap, None);
}
