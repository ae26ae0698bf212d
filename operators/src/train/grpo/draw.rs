//! Answers drawn from the policy as it is, and judged while others are still being written.

use engine::operator::{Context, Fault};
use engine::row::Row;
use futures_util::future::{join_all, try_join_all};
use models::generate::{Completion, Finish, Generator, LocalGenerator, Prompt, Request, Sampling};
use models::train::{Example, Teaching};
use rand_chacha::rand_core::RngCore;

use super::Grpo;
use super::rollout::Rollout;
use super::terms::Known;
use crate::generate::prompt::Asking;
use crate::model::Reward;
use crate::verify::{Run, Runner, Status, Suite};

/// What answers are asked with and held to.
pub(super) struct Drawer {
    pub(super) config: Grpo,
    pub(super) asking: Asking,
    pub(super) teaching: Teaching,
    pub(super) runner: Runner,
    pub(super) process: Option<Reward>,
}

/// How answers are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawing<'a> {
    /// What a problem's numbers are drawn for.
    pub(super) purpose: &'a str,
    /// Which of them.
    pub(super) index: u64,
    pub(super) samples: u64,
    pub(super) temperature: f32,
}

impl Drawer {
    /// The answers to each problem, in order; every group is judged as soon as it is written.
    pub(super) fn groups(
        &self,
        generator: &LocalGenerator,
        problems: &[&Row],
        drawing: Drawing<'_>,
        context: &Context,
    ) -> Result<Vec<Vec<Rollout>>, Fault> {
        let groups = problems.iter().map(|problem| self.group(generator, problem, drawing, context));
        pollster::block_on(try_join_all(groups))
    }

    /// How many tokens the longest of these prompts has.
    pub(super) fn longest(&self, problems: &[&Row]) -> Result<usize, Fault> {
        problems.iter().try_fold(0, |longest, problem| Ok(self.prompt(problem)?.1.len().max(longest)))
    }

    /// What a problem is asked by, as a text and as tokens.
    fn prompt(&self, problem: &Row) -> Result<(String, Vec<u32>), Fault> {
        let asked = self.asking.of(problem)?;
        let prompt = self.asking.prompt(&asked, self.config.format);
        let tokens = self.teaching.prompt(&prompt).map_err(|error| Fault::node(error.to_string()))?;
        Ok((asked.text, tokens))
    }

    async fn group(
        &self,
        generator: &LocalGenerator,
        problem: &Row,
        drawing: Drawing<'_>,
        context: &Context,
    ) -> Result<Vec<Rollout>, Fault> {
        let fault = |fault: Fault| Fault::node(format!("problem `{}`: {fault}", problem.id()));
        let (text, tokens) = self.prompt(problem).map_err(fault)?;
        let suite = Suite::of(problem).map_err(fault)?;
        let request = Request {
            samples: 0..drawing.samples,
            seed: context.random(&format!("{} {}", drawing.purpose, problem.id()), drawing.index).next_u64(),
            sampling: Sampling { temperature: drawing.temperature, ..Sampling::default() },
            max_tokens: Some(self.config.max_tokens),
            log_probabilities: true,
            ..Request::new(Prompt::Tokens(tokens.clone()))
        };
        let answers = generator.generate(request).await.map_err(|error| fault(Fault::node(error.to_string())))?;
        context.check_cancelled()?;
        let judged = join_all(answers.iter().map(|answer| self.judge(problem, &suite, answer))).await;
        let mut judged = judged.into_iter().collect::<Result<Vec<_>, _>>()?;
        let scores: Vec<Option<f64>> = judged.iter().map(|known| known.process).collect();
        let squashed = self.config.terms.process.squash.apply(&scores);
        judged.iter_mut().zip(squashed).for_each(|(known, score)| known.process = score);
        let rollouts = (0..).zip(answers).zip(judged).map(|((sample, answer), known)| Rollout {
            prompt: text.clone(),
            problem: problem.id().to_owned(),
            sample,
            example: Example::completion(&tokens, answer.tokens.as_deref().unwrap_or_default()),
            drawn: answer.log_probabilities.unwrap_or_default(),
            truncated: answer.finish == Finish::Length,
            worth: self.config.terms.of(&known, self.config.max_tokens),
            completion: answer.text,
            known,
            advantage: 0.0,
        });
        Ok(rollouts.collect())
    }

    /// What there is to know of an answer.
    async fn judge(&self, problem: &Row, suite: &Suite, answer: &Completion) -> Result<Known, Fault> {
        let read = self.config.reading.read(&answer.text);
        let run = if self.config.terms.counts_tests() { Run::All } else { Run::UntilFailure };
        let results = match &read.program {
            Some(program) => self.runner.results(program, &suite.tests, run).await?,
            None => Vec::new(),
        };
        let passed = results.iter().filter(|result| result.status == Status::Passed).count();
        let failure = results.iter().map(|result| result.status).find(|status| *status != Status::Passed);
        let status = match failure {
            Some(status) => status,
            None if passed == suite.tests.len() => Status::Passed,
            None => Status::CompileError,
        };
        let process = match (&self.process, &read.reasoning) {
            (Some(model), Some(reasoning)) => {
                let statement = problem.text("statement").unwrap_or_default();
                Some(f64::from(model.score(statement, reasoning).await?))
            }
            _ => None,
        };
        let tokens = answer.tokens.as_ref().map_or(0, Vec::len);
        let tests = passed as f64 / suite.tests.len() as f64;
        let mut known = Known { formatted: read.formatted, status, tests, tokens, python: None, process };
        if let Some(term) = &self.config.terms.python {
            known.python = Some(term.of(&self.runner, problem, &answer.text, &read, &known).await?);
        }
        Ok(known)
    }
}
