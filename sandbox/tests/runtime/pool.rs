//! Many interpreters at once: order, back-pressure, cancellation, the end.

use std::num::NonZeroUsize;
use std::time::Duration;

use millrace_sandbox::{Budget, Ending, HostError, Job, Limits, Metering, Pool};

use crate::interpreter::sandbox;

fn pool(workers: usize) -> Option<Pool> {
    let sandbox = sandbox(Metering::Clock)?;
    Some(Pool::new(&sandbox, NonZeroUsize::new(workers).expect("more than none")).expect("threads"))
}

/// Runs until it is cancelled, for all that a test cares.
fn endless() -> (Job, Limits) {
    let limits = Limits { budget: Budget::Time(Duration::from_secs(3600)), ..Limits::default() };
    (Job::script("while True: pass", ""), limits)
}

#[test]
fn outcomes_come_in_the_order_of_the_jobs() {
    let Some(pool) = pool(3) else { return };
    let jobs = (0..200).map(|number| Job::script("print(int(input()) ** 2)", number.to_string()));
    for (number, outcome) in (0..200_u64).zip(pool.run_all(jobs, Limits::default())) {
        assert_eq!(outcome.expect("the host is well").stdout.text(), format!("{}\n", number * number));
    }
}

#[test]
fn a_dropped_ticket_ends_its_run() {
    let Some(pool) = pool(1) else { return };
    let (job, limits) = endless();
    drop(pool.submit(job, limits));
    let outcome = pool.submit(Job::script("print(1)", ""), Limits::default()).wait().expect("the worker is free again");
    assert_eq!(outcome.stdout.text(), "1\n");
}

#[test]
fn a_cancelled_job_says_so() {
    let Some(pool) = pool(1) else { return };
    let (job, limits) = endless();
    let ticket = pool.submit(job, limits);
    ticket.cancel();
    assert_eq!(ticket.wait(), Err(HostError::Cancelled));
}

#[test]
fn a_job_behind_a_full_queue_is_not_lost() {
    let Some(pool) = pool(1) else { return };
    let tickets: Vec<_> = (0..3 * pool.room())
        .map(|number| pool.submit(Job::script(format!("print({number})"), ""), Limits::default()))
        .collect();
    for (number, ticket) in tickets.into_iter().enumerate() {
        assert_eq!(ticket.wait().expect("the host is well").stdout.text(), format!("{number}\n"));
    }
}

#[test]
fn what_waits_when_the_pool_closes_is_told() {
    let Some(pool) = pool(1) else { return };
    let (job, limits) = endless();
    let running = pool.submit(job, limits);
    let waiting = pool.submit(Job::script("print(1)", ""), Limits::default());
    running.cancel();
    drop(pool);
    let ended = running.wait();
    assert!(matches!(&ended, Err(HostError::Closed | HostError::Cancelled)), "{ended:?}");
    let ended = waiting.wait();
    assert!(matches!(&ended, Err(HostError::Closed) | Ok(_)), "{ended:?}");
}

#[test]
fn fuel_is_refused_where_it_is_not_metered() {
    let Some(pool) = pool(1) else { return };
    let limits = Limits { budget: Budget::Fuel(1), ..Limits::default() };
    assert_eq!(pool.submit(Job::script("", ""), limits).wait(), Err(HostError::Unmetered));
}

#[test]
fn the_wall_clock_is_the_hosts_fault() {
    let Some(pool) = pool(1) else { return };
    let (job, limits) = endless();
    let limits = Limits { wall: Duration::from_millis(50), ..limits };
    assert_eq!(pool.submit(job, limits).wait(), Err(HostError::Overdue { seconds: 0 }));
}

#[test]
fn thirty_two_workers_share_one_image() {
    // Memory is the process's: what other tests open at the same time would count.
    if !std::env::args().any(|argument| argument == "--exact") {
        return alone("pool::thirty_two_workers_share_one_image");
    }
    let Some(pool) = pool(32) else { return };
    let before = resident();
    let jobs = (0..320).map(|_| Job::script("print(sum(range(int(input()))))", "1000"));
    for outcome in pool.run_all(jobs, Limits::default()) {
        assert_eq!(outcome.expect("the host is well").ending, Ending::Finished);
    }
    let each = resident().saturating_sub(before) / 32;
    assert!(each < 2 << 20, "a live instance takes {each} bytes beside the shared image");
}

/// Runs one test in a process of its own.
fn alone(test: &str) {
    let this = std::env::current_exe().expect("a test has a file");
    let output = std::process::Command::new(this).args(["--exact", test]).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Anonymous memory of this process, the shared pages of the compiled file not counted.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("Linux 4.5 or later");
    let kilobytes: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kilobytes << 10
}
