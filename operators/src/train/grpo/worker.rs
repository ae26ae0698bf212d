//! A policy on its way: what it answers, what that is worth, and what it learns of it.

use std::fs;
use std::path::Path;
use std::time::Instant;

use engine::operator::{Context, Fault, Outputs, Progress, StepWorker};
use engine::row::Emit;
use models::decoder::LanguageModel;
use models::generate::{Language, LocalGenerator, Opening};
use models::objective::Totals;
use models::optimize::Gathered;
use models::train::{Drawn, Example, Pass, Stepped, Text, Trained, Watched, parts, policy, token_log_probabilities};

use super::draw::{Drawer, Drawing};
use super::objective::{EqualGroups, Truncated};
use super::question::Question;
use super::rollout::Rollout;
use super::stored::Stored;
use super::{Grpo, measures};
use crate::model::tell_provenance;
use crate::train::MODEL;
use crate::train::learner::Learner;
use crate::train::order::Order;
use crate::verify::Status;

const VALIDATED: &str = "validated.json";

/// A policy, what it is held to, and its problems.
pub struct Policy {
    pub(super) config: Grpo,
    /// Dropped before the learner, which gives back the room of both.
    pub(super) reference: Option<LanguageModel>,
    pub(super) learner: Learner<LanguageModel>,
    pub(super) drawer: Drawer,
    /// How it is spoken to.
    pub(super) language: Language,
    pub(super) problems: Vec<Question>,
    /// What is learned in place of what it would answer itself.
    pub(super) stored: Option<Stored>,
    pub(super) validation: Vec<Question>,
    pub(super) order: Order,
    /// The step behind which a run ended, and validated: one that goes on from there need not do so again.
    pub(super) validated: Option<u64>,
}

/// An answer to be learned, and what earlier policies make of its tokens.
struct Lesson<'a> {
    rollout: &'a Rollout,
    /// Which question it answers.
    group: usize,
    drawn: Option<Vec<f32>>,
    reference: Option<Vec<f32>>,
}

/// Answers as texts: those to a question are a family, where what they begin with alike is computed once.
fn texts<'a>(model: &LanguageModel, answers: impl IntoIterator<Item = (&'a Rollout, usize)>) -> Vec<Text> {
    let folds = model.folds();
    let text = |(index, (rollout, group)): (usize, (&Rollout, usize))| {
        let family = if folds { group } else { index };
        Text { length: rollout.example.tokens.len(), family }
    };
    answers.into_iter().enumerate().map(text).collect()
}

impl Policy {
    /// How many steps were made: each has as many updates.
    fn steps(&self) -> u64 {
        self.learner.steps() / self.config.updates as u64
    }

    /// The policy as it is, ready to answer these.
    fn generator(&self, questions: &[&Question], samples: u64) -> Result<LocalGenerator, Fault> {
        let base = self.learner.base();
        let longest = questions.iter().map(|question| question.tokens.len()).max().unwrap_or(0);
        let opening = Opening {
            checkpoint: base.checkpoint.clone(),
            dtype: base.placement.dtype,
            device: base.device,
            cache: 0,
            now: Opening::any_day(),
        };
        let enough = opening.with_room(questions.len() * samples as usize, longest + self.config.max_tokens);
        let opening = Opening { cache: enough.cache.min(base.cache), ..enough };
        let started = opening.start(self.learner.frozen(), self.language.clone());
        started.map_err(|error| Fault::node(error.to_string()))
    }

    /// Draws a step's answers, by problem.
    fn draw(&mut self, step: u64, context: &Context) -> Result<Vec<Vec<Rollout>>, Fault> {
        let rows = self.order.at(step, context);
        let problems: Vec<&Question> = rows.iter().map(|row| &self.problems[*row]).collect();
        let (samples, temperature) = (self.config.group, self.config.temperature);
        let generator = self.generator(&problems, samples)?;
        let terms = &self.config.terms.at(step);
        let drawing = Drawing { purpose: "step", index: step ^ (self.config.seed << 32), samples, temperature, terms };
        self.drawer.groups(&generator, &problems, drawing, context)
    }

    /// A step's answers, each with its advantage, and the group that each belongs to.
    fn rollouts(&mut self, step: u64, context: &Context) -> Result<(Vec<Rollout>, Vec<usize>), Fault> {
        let drawn = match &self.stored {
            Some(stored) => stored.step(step),
            None => self.draw(step, context)?,
        };
        let groups: Vec<usize> =
            drawn.iter().enumerate().flat_map(|(group, own)| std::iter::repeat_n(group, own.len())).collect();
        let mut rollouts = drawn.concat();
        let rewards: Vec<f64> = rollouts.iter().map(|rollout| rollout.worth.reward).collect();
        let advantages = self.config.advantage.formula().of(&rewards, &groups);
        rollouts.iter_mut().zip(advantages).for_each(|(rollout, advantage)| rollout.advantage = advantage);
        Ok((rollouts, groups))
    }

    /// Learns a step's answers, in as many updates as there are to be.
    fn learn(&mut self, rollouts: &[Rollout], groups: &[usize]) -> Result<(Watched, Stepped), Fault> {
        let lessons = self.lessons(rollouts, groups);
        let equal = measures::equal_groups(rollouts, groups);
        let drops = self.config.objective.equal_groups == EqualGroups::Drop;
        let kept = match self.config.curriculum {
            Some(curriculum) => curriculum.learned(rollouts, groups),
            None => equal.iter().map(|equal| !(drops && *equal)).collect(),
        };
        let problems = groups.last().map_or(0, |last| last + 1);
        let per_update = problems.div_ceil(self.config.updates);
        let mut watched = Watched::default();
        let mut stepped = Stepped { norm: 0.0, rate: 0.0 };
        for update in 0..self.config.updates {
            let own = |index: &usize| groups[*index] / per_update == update && kept[groups[*index]];
            let part: Vec<&Lesson<'_>> = (0..lessons.len()).filter(own).map(|index| &lessons[index]).collect();
            let (own, gathered) = self.gather(&part);
            watched += own;
            stepped = self.learner.step(gathered)?;
        }
        Ok((watched, stepped))
    }

    /// Answers with what earlier policies make of them.
    fn lessons<'a>(&self, rollouts: &'a [Rollout], groups: &[usize]) -> Vec<Lesson<'a>> {
        let drawn = match &self.stored {
            // The policy at hand is not the one that drew them.
            Some(_) => rollouts.iter().map(|rollout| Some(rollout.drawn.clone())).collect(),
            None if self.config.updates > 1 => self.told_by(&self.learner.frozen(), rollouts, groups),
            None => vec![None; rollouts.len()],
        };
        let reference = match &self.reference {
            Some(model) => self.told_by(model, rollouts, groups),
            None => vec![None; rollouts.len()],
        };
        let known = rollouts.iter().zip(groups.iter().copied()).zip(drawn).zip(reference);
        known.map(|(((rollout, group), drawn), reference)| Lesson { rollout, group, drawn, reference }).collect()
    }

    /// What a model makes of each answer's tokens.
    fn told_by(&self, model: &LanguageModel, rollouts: &[Rollout], groups: &[usize]) -> Vec<Option<Vec<f32>>> {
        let mut told = vec![None; rollouts.len()];
        for part in parts(&texts(model, rollouts.iter().zip(groups.iter().copied())), self.config.part_tokens) {
            let examples: Vec<&Example> = part.iter().map(|index| &rollouts[*index].example).collect();
            let own = token_log_probabilities(model, &examples, self.config.temperature);
            part.into_iter().zip(own).for_each(|(index, own)| told[index] = Some(own));
        }
        told
    }

    /// The gradients of one update.
    fn gather(&self, lessons: &[&Lesson<'_>]) -> (Watched, Gathered) {
        let masked =
            |lesson: &Lesson<'_>| self.config.objective.truncated == Truncated::Mask && lesson.rollout.truncated;
        let learned: Vec<&Lesson<'_>> = lessons.iter().copied().filter(|lesson| !masked(lesson)).collect();
        // What is masked still counts as an answer where answers are counted.
        let totals = Totals {
            rows: lessons.len() as f64,
            ..Totals::of(learned.iter().map(|lesson| lesson.rollout.example.count()))
        };
        let settings = self.config.objective.formula(self.config.temperature, self.config.max_tokens);
        let (mut watched, mut gathered) = (Watched::default(), Gathered::new());
        let texts = texts(self.learner.model(), learned.iter().map(|lesson| (lesson.rollout, lesson.group)));
        for part in parts(&texts, self.config.part_tokens) {
            let part: Vec<&Lesson<'_>> = part.into_iter().map(|index| learned[index]).collect();
            let examples: Vec<&Example> = part.iter().map(|lesson| &lesson.rollout.example).collect();
            let advantages: Vec<f32> = part.iter().map(|lesson| lesson.rollout.advantage as f32).collect();
            let drawn: Option<Vec<Vec<f32>>> = part.iter().map(|lesson| lesson.drawn.clone()).collect();
            let reference: Option<Vec<Vec<f32>>> = part.iter().map(|lesson| lesson.reference.clone()).collect();
            let part = Drawn {
                examples: &examples,
                advantages: &advantages,
                drawn: drawn.as_deref(),
                reference: reference.as_deref(),
                totals,
            };
            let pass = Pass::Learn { kept: self.config.recompute.into(), gathered: &mut gathered };
            watched += policy(self.learner.model(), part, &settings, pass);
        }
        (watched, gathered)
    }

    /// Verifies the likeliest answer to each problem that is only looked at.
    fn validate(&mut self, step: u64, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let due = step.is_multiple_of(self.config.validation_every) && self.validated != Some(step);
        if self.validation.is_empty() || !due {
            return Ok(());
        }
        let problems: Vec<&Question> = self.validation.iter().collect();
        let generator = self.generator(&problems, 1)?;
        let terms = &self.config.terms.at(step);
        let drawing = Drawing { purpose: "validation", index: 0, samples: 1, temperature: 0.0, terms };
        let answers = self.drawer.groups(&generator, &problems, drawing, context)?.concat();
        let passed = answers.iter().filter(|answer| answer.known.status == Status::Passed).count();
        let tokens: usize = answers.iter().map(|answer| answer.known.tokens).sum();
        let count = answers.len() as f64;
        let numbers =
            [("validation_pass@1", passed as f64 / count), ("validation_completion_tokens", tokens as f64 / count)];
        self.learner.log.tell(step, numbers, context, emit);
        Ok(())
    }
}

impl StepWorker for Policy {
    fn step(&mut self, context: &Context, emit: &mut Emit<'_>) -> Result<Progress, Fault> {
        let index = self.steps();
        // Before the step that follows and not behind the one before it: a step that is interrupted has changed nothing.
        self.validate(index, context, emit)?;
        if index >= self.config.steps {
            self.validated = Some(index);
            return Ok(Progress::Done);
        }
        let began = Instant::now();
        let (rollouts, groups) = self.rollouts(index, context)?;
        let drawn = Instant::now();
        let (watched, stepped) = self.learn(&rollouts, &groups)?;
        let step = index + 1;
        let mut numbers = measures::of_rollouts(&rollouts, &groups);
        numbers.extend(measures::of_updates(&watched, self.config.updates));
        numbers.extend([("gradient_norm".to_owned(), stepped.norm), ("rate".to_owned(), stepped.rate)]);
        let named = numbers.iter().map(|(name, value)| (name.as_str(), *value));
        self.learner.log.tell(step, named, context, emit);
        if self.config.rollouts_every > 0 && index.is_multiple_of(self.config.rollouts_every) {
            rollouts.iter().for_each(|rollout| rollout.tell(step, context, emit));
        }
        context.count("rollout tokens", rollouts.iter().map(|rollout| rollout.known.tokens as f64).sum());
        context.count("seconds of rollouts", (drawn - began).as_secs_f64());
        context.count("seconds of training", drawn.elapsed().as_secs_f64());
        let over = step >= self.config.steps && self.validation.is_empty();
        Ok(if over { Progress::Done } else { Progress::More })
    }

    fn save(&self, folder: &Path) -> Result<(), Fault> {
        if !self.learner.steps().is_multiple_of(self.config.updates as u64) {
            return Err(Fault::node("a step has failed between two of its updates, and is to be made anew"));
        }
        fs::write(folder.join(VALIDATED), serde_json::to_vec(&self.validated).expect("plain data"))?;
        self.learner.save(folder)
    }

    fn restore(&mut self, folder: &Path) -> Result<(), Fault> {
        let validated = serde_json::from_slice(&fs::read(folder.join(VALIDATED))?);
        self.validated = validated.map_err(|error| Fault::node(format!("{}: {error}", folder.display())))?;
        self.learner.restore(folder)
    }

    fn finish(self: Box<Self>, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        if self.learner.log.is_always("gradient_norm", 0.0) {
            context.warn("nothing was learned: in no step was an answer worth more than another to its problem");
        }
        let folder = outputs.artifact(MODEL)?;
        self.learner.write(&folder)?;
        tell_provenance(&self.config, context, &folder)
    }
}
