//! What of an outcome must be the same in every run.

use sandbox::{Ending, Limit, Outcome};
use serde_json::Value;

/// What of an outcome must be the same in every run.
#[derive(Debug, PartialEq)]
pub(super) struct Kept {
    endings: Vec<Ending>,
    /// Nothing where a clock ended a step: how far it came then is chance.
    given: Option<Given>,
}

#[derive(Debug, PartialEq)]
struct Given {
    values: Vec<Option<Value>>,
    report: Option<Value>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    fuel: Option<u64>,
}

impl Kept {
    pub(super) fn of(outcome: &Outcome) -> Self {
        let endings = [&outcome.ending].into_iter().chain(outcome.replies.iter().map(|reply| &reply.ending));
        let endings: Vec<Ending> = endings.cloned().collect();
        let by_clock = endings.contains(&Ending::Limited(Limit::Time));
        let given = (!by_clock).then(|| Given {
            values: outcome.replies.iter().map(|reply| reply.value.clone()).collect(),
            report: outcome.report.clone(),
            stdout: outcome.stdout.bytes.clone(),
            stderr: outcome.stderr.bytes.clone(),
            fuel: outcome.usage.fuel,
        });
        Self { endings, given }
    }
}
