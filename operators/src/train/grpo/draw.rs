//! Answers drawn from the policy as it is, and judged while others are still being written.

use engine::operator::{Context, Fault};
use engine::row::Row;
use futures_util::future::{join_all, try_join_all};
use models::generate::{Completion, Finish, Generator, LocalGenerator, Prompt, Request, Sampling};
use models::train::Example;
use rand_chacha::rand_core::RngCore;

use super::Grpo;
use super::question::Question;
use super::rollout::Rollout;
use super::terms::{Known, Terms};
use crate::model::Reward;
use crate::verify::{Run, Runner, Standard};

/// What answers are asked with and held to.
pub(super) struct Drawer {
    pub(super) config: Grpo,
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
    /// What answers are worth.
    pub(super) terms: &'a Terms,
}

impl Drawer {
    /// The answers to each problem, in order; every group is judged as soon as it is written.
    pub(super) fn groups(
        &self,
        generator: &LocalGenerator,
        questions: &[&Question],
        drawing: Drawing<'_>,
        context: &Context,
    ) -> Result<Vec<Vec<Rollout>>, Fault> {
        let groups = questions.iter().map(|question| self.group(generator, question, drawing, context));
        pollster::block_on(try_join_all(groups))
    }

    async fn group(
        &self,
        generator: &LocalGenerator,
        question: &Question,
        drawing: Drawing<'_>,
        context: &Context,
    ) -> Result<Vec<Rollout>, Fault> {
        let Question { problem, text, tokens } = question;
        let standard = Standard::of(problem)?;
        let request = Request {
            samples: 0..drawing.samples,
            seed: context.random(&format!("{} {}", drawing.purpose, problem.id()), drawing.index).next_u64(),
            sampling: Sampling { temperature: drawing.temperature, ..Sampling::default() },
            max_tokens: Some(self.config.max_tokens),
            log_probabilities: true,
            ..Request::new(Prompt::Tokens(tokens.clone()))
        };
        let answers = generator.generate(request).await;
        let answers = answers.map_err(|error| Fault::node(format!("problem `{}`: {error}", problem.id())))?;
        context.check_cancelled()?;
        let judged = join_all(answers.iter().map(|answer| self.judge(problem, &standard, answer))).await;
        let mut judged = judged.into_iter().collect::<Result<Vec<_>, _>>()?;
        let scores: Vec<Option<f64>> = judged.iter().map(|known| known.process).collect();
        let squashed = self.config.terms.process.squash.apply(&scores);
        judged.iter_mut().zip(squashed).for_each(|(known, score)| known.process = score);
        let rollouts = (0..).zip(answers).zip(judged).map(|((sample, answer), known)| Rollout {
            prompt: text.clone(),
            problem: problem.id().to_owned(),
            sample,
            example: Example::completion(tokens, answer.tokens.as_deref().unwrap_or_default()),
            drawn: answer.log_probabilities.unwrap_or_default(),
            truncated: answer.finish == Finish::Length,
            worth: drawing.terms.of(&known, self.config.max_tokens),
            completion: answer.text,
            known,
            advantage: 0.0,
        });
        Ok(rollouts.collect())
    }

    /// What there is to know of an answer.
    async fn judge(&self, problem: &Row, standard: &Standard, answer: &Completion) -> Result<Known, Fault> {
        let read = self.config.reading.read(&answer.text);
        let run = if self.config.terms.counts_tests() { Run::All } else { Run::UntilFailure };
        let (status, tests) = standard.verdict(&self.runner, read.program.as_deref(), run).await?;
        let process = self.process_of(problem, read.reasoning.as_deref()).await?;
        let tokens = answer.tokens.as_ref().map_or(0, Vec::len);
        let mut known = Known { formatted: read.formatted, status, tests, tokens, python: None, columns: 0.0, process };
        if let Some(term) = &self.config.terms.python {
            known.python = Some(term.of(&self.runner, problem, &answer.text, &read, &known).await?);
        }
        Ok(known)
    }

    /// What the reward model says of reasoning; nothing where there is none, or more than that model can read.
    async fn process_of(&self, problem: &Row, reasoning: Option<&str>) -> Result<Option<f64>, Fault> {
        let (Some(model), Some(reasoning)) = (&self.process, reasoning) else { return Ok(None) };
        match model.score(problem.text("statement").unwrap_or_default(), reasoning).await {
            Ok(score) => Ok(Some(f64::from(score))),
            Err(Fault::Row(_)) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}
