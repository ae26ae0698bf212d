//! The pause that all requests share.

use std::time::Duration;

use tokio::time::Instant;

use super::super::Patience;
use super::super::failure::Cause;
use super::super::pause::Pause;

const SECOND: Duration = Duration::from_secs(1);
const PATIENCE: Patience = Patience { first: SECOND, longest: Duration::from_secs(4), asked: Duration::from_secs(60) };

fn asked(seconds: u64) -> Cause {
    Cause::Overload { after: Some(Duration::from_secs(seconds)) }
}

#[test]
fn bounds_double_up_to_the_longest() {
    let bounds: Vec<_> = [1, 2, 3, 4, 5, 99].map(|attempt| PATIENCE.bound(attempt).as_secs()).to_vec();
    assert_eq!(bounds, [1, 2, 4, 4, 4, 4]);
}

#[test]
fn a_server_gets_the_pause_that_it_asks_for_up_to_a_limit() {
    let (mut pause, now) = (Pause::new(PATIENCE), Instant::now());
    assert!(pause.left(now).is_zero());
    assert!(pause.failed(asked(30), now, 0.0));
    assert_eq!(pause.left(now), 30 * SECOND);
    assert!(!pause.failed(asked(20), now, 0.0), "one that is shorter begins no other");
    assert_eq!(pause.left(now), 30 * SECOND);
    assert!(!pause.failed(asked(3600), now + 10 * SECOND, 0.0));
    assert_eq!(pause.left(now), 70 * SECOND);
    assert!(pause.left(now + 70 * SECOND).is_zero());
}

#[test]
fn one_broken_request_holds_nobody_up_and_two_in_a_row_do() {
    let (mut pause, now) = (Pause::new(PATIENCE), Instant::now());
    for _ in 0..10 {
        assert!(!pause.failed(Cause::Broken, now, 1.0));
        assert!(pause.left(now).is_zero());
        pause.answered();
    }
    assert!(!pause.failed(Cause::Broken, now, 1.0));
    assert!(pause.failed(Cause::Broken, now, 0.5));
    assert_eq!(pause.left(now), SECOND, "half of the second bound");
}

#[test]
fn failures_during_a_pause_were_under_way_before_it() {
    let (mut pause, now) = (Pause::new(PATIENCE), Instant::now());
    let overload = Cause::Overload { after: None };
    assert!(pause.failed(overload, now, 1.0));
    for _ in 0..500 {
        assert!(!pause.failed(overload, now, 1.0));
        assert!(!pause.failed(Cause::Broken, now, 1.0));
    }
    assert_eq!(pause.left(now), SECOND);
    let later = now + SECOND;
    assert!(pause.failed(overload, later, 1.0));
    assert_eq!(pause.left(later), 2 * SECOND);
}
