//! Programs and their tests, brought together in the sandbox's interpreters.
//!
//! Owns which tests share a job and how long all of them may take. Knows neither rows nor what is made of the results.

use std::sync::Arc;

use engine::operator::{Context, Fault};
use sandbox::{Ending, Job, Limits, Metering, Outcome, Pool};

use super::compare::Compare;
use super::jobs::{self, Run};
use super::judge::{self, TestResult};
use super::rest::Rest;
use super::suite::Test;
use crate::python::{Engine, TestLimits, interpreter};

/// Interpreters, and how what programs do in them is limited and compared.
pub(crate) struct Runner {
    pool: Arc<Pool>,
    pub(super) compare: Compare,
    limits: TestLimits,
}

impl Runner {
    /// Measured by what the limits are said in.
    pub(crate) fn open(
        context: &Context,
        engine: &Engine,
        compare: Compare,
        limits: TestLimits,
    ) -> Result<Self, Fault> {
        Ok(Self { pool: engine.pool(context, limits.metering())?, compare, limits })
    }

    /// Measured by fuel whatever the limits are said in, so that every result has its count.
    pub(super) fn counting_fuel(context: &Context, compare: Compare, limits: TestLimits) -> Result<Self, Fault> {
        Ok(Self { pool: interpreter::pool(context, Metering::Fuel)?, compare, limits })
    }

    /// The results of tests in their order, the program being loaded once for those that share it; fewer than there are
    /// tests where one failed and it was to stop there.
    pub(crate) async fn results(&self, program: &str, tests: &[Test], run: Run) -> Result<Vec<TestResult>, Fault> {
        let mut results: Vec<TestResult> = Vec::with_capacity(tests.len());
        let mut rest = self.rest();
        for group in tests.chunk_by(Test::shares_program) {
            match self.within(&mut rest, jobs::together(program, group, run), group).await? {
                Some(outcome) => results.extend(judge::results(self.compare, &outcome, group)),
                None => results.resize(results.len() + group.len(), Rest::exhausted()),
            }
            if let (Run::UntilFailure, Some(failure)) = (run, results.iter().position(TestResult::is_failure)) {
                results.truncate(failure + 1);
                break;
            }
        }
        Ok(results)
    }

    /// Runs a job of another kind, within what one test may use.
    pub(crate) async fn run(&self, job: Job) -> Result<Outcome, Fault> {
        self.outcome(job, self.limits.of_run()).await
    }

    /// Which of these texts are Python.
    pub(super) fn are_python(&self, texts: &[&str]) -> Result<Vec<bool>, Fault> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let outcome = self.wait(jobs::compiled(texts), self.limits.of_steps(texts.len()))?;
        let answers = outcome.replies.iter().map(|reply| reply.ending == Ending::Finished);
        // The compiler did not live to read the others.
        Ok(answers.chain(std::iter::repeat(false)).take(texts.len()).collect())
    }

    /// What all tests of a program may use together.
    pub(super) fn rest(&self) -> Rest {
        Rest::of(&self.limits)
    }

    /// Runs a job for tests that share their program, within their limits and what is left for all; nothing where
    /// nothing is left.
    pub(super) async fn within(&self, rest: &mut Rest, job: Job, tests: &[Test]) -> Result<Option<Outcome>, Fault> {
        if rest.is_spent() {
            return Ok(None);
        }
        let outcome = self.outcome(self.held(job), rest.limit(jobs::limits(tests, &self.limits))).await?;
        rest.spend(&outcome.usage);
        Ok(Some(outcome))
    }

    /// How a job for one test ended, of which nothing is known where nothing was left for it.
    pub(super) fn result(&self, outcome: Option<&Outcome>, test: &Test) -> TestResult {
        let judged = |outcome| judge::results(self.compare, outcome, std::slice::from_ref(test)).pop();
        outcome.and_then(judged).unwrap_or_else(Rest::exhausted)
    }

    /// Runs a job for one test within its own limits.
    pub(super) async fn unbounded(&self, job: Job, test: &Test) -> Result<Outcome, Fault> {
        self.outcome(self.held(job), jobs::limits(std::slice::from_ref(test), &self.limits)).await
    }

    /// A job for tests, by the rules of those who compare so.
    fn held(&self, job: Job) -> Job {
        Job { harness: self.compare.harness(), ..job }
    }

    /// Runs a job and waits for it: only for a worker that is being opened.
    pub(super) fn wait(&self, job: Job, limits: Limits) -> Result<Outcome, Fault> {
        self.pool.submit(job, limits).wait().map_err(|error| interpreter::fault(&error))
    }

    async fn outcome(&self, job: Job, limits: Limits) -> Result<Outcome, Fault> {
        // The engine bounds how many rows are under way, and must not be held up by one of them.
        self.pool.submit_beyond(job, limits).await.map_err(|error| interpreter::fault(&error))
    }
}
