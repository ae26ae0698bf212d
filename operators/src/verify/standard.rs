//! What an answer is held to: its problem's tests, or where there are none the problem's own answer.

use engine::operator::Fault;
use engine::row::{Cell, Row};

use super::{Right, Run, Runner, Status, Suite, status_of};

/// What an answer to a problem is held to.
pub(crate) enum Standard {
    Tests(Suite),
    Answer(Right),
}

/// The column with a problem's own answer.
const ANSWER: &str = "answer";

impl Standard {
    /// A problem's. One with tests and an answer is held to its tests.
    pub(crate) fn of(problem: &Row) -> Result<Self, Fault> {
        let tested = matches!(problem.cell("tests"), Cell::List(tests) if !tests.is_empty());
        match Right::of(problem, ANSWER).filter(|_| !tested) {
            Some(right) => Ok(Self::Answer(right)),
            None => Suite::of(problem).map(Self::Tests),
        }
    }

    /// How the first test ended that an answer did not pass, and the share of tests that it did.
    pub(crate) async fn verdict(
        &self,
        runner: &Runner,
        program: Option<&str>,
        run: Run,
    ) -> Result<(Status, f64), Fault> {
        match self {
            Self::Tests(suite) => tested(suite, runner, program, run).await,
            Self::Answer(right) => {
                let status = program.map_or(Status::Failed, |answer| status_of(right, answer));
                Ok((status, f64::from(u8::from(status == Status::Passed))))
            }
        }
    }
}

async fn tested(suite: &Suite, runner: &Runner, program: Option<&str>, run: Run) -> Result<(Status, f64), Fault> {
    let results = match program {
        Some(program) => runner.results(program, &suite.tests, run).await?,
        None => Vec::new(),
    };
    let passed = results.iter().filter(|result| result.status == Status::Passed).count();
    let failure = results.iter().map(|result| result.status).find(|status| *status != Status::Passed);
    let status = match failure {
        Some(status) => status,
        None if passed == suite.tests.len() => Status::Passed,
        None => Status::CompileError,
    };
    Ok((status, passed as f64 / suite.tests.len() as f64))
}
