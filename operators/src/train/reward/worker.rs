//! A reward model on its way through its pairs.

use std::fs;
use std::path::Path;
use std::time::Instant;

use engine::operator::{Context, Fault, Outputs, Progress, StepWorker};
use engine::row::Emit;
use models::decoder::RewardModel;
use models::optimize::Gathered;
use models::train::{Pass, RewardTerms, rewarded};

use super::Reward;
use super::best::Best;
use crate::model::tell_provenance;
use crate::train::MODEL;
use crate::train::learner::Learner;
use crate::train::order::Order;
use crate::train::pairs::{Pair, Told, over_parts};

/// The file that says how a reward model reads.
const TEMPLATE: &str = "chat_template.jinja";

/// A reward model, its pairs, and the best that it was.
pub struct Grader {
    pub(super) config: Reward,
    /// Dropped before the learner, which gives back the room of both.
    pub(super) best: Best,
    pub(super) learner: Learner<RewardModel>,
    /// The chat template that lays texts out as they are read here, where that is not the base's own.
    pub(super) template: Option<String>,
    pub(super) pairs: Vec<Pair>,
    pub(super) validation: Vec<Pair>,
    pub(super) order: Order,
    pub(super) steps: u64,
}

impl Grader {
    fn terms<'a>(&self, margins: &'a [f32]) -> RewardTerms<'a> {
        RewardTerms { margins: self.config.margin.as_ref().map(|_| margins), centering: self.config.centering }
    }

    /// Looks at the model as it is, where it is time to.
    fn validate(&mut self, step: u64, context: &Context, emit: &mut Emit<'_>) {
        let every = self.config.validation_every.unwrap_or_else(|| self.order.steps());
        if self.validation.is_empty() || (!step.is_multiple_of(every) && step != self.steps) {
            return;
        }
        let model = self.learner.frozen();
        let pairs: Vec<&Pair> = self.validation.iter().collect();
        let told = over_parts(&pairs, self.config.part_tokens, |part, margins| {
            rewarded(&model, part, self.terms(margins), Pass::Look)
        });
        let numbers = [("validation_loss", told.loss), ("validation_accuracy", told.accuracy)];
        self.learner.log.tell(step, numbers, context, emit);
        self.best.look(told.loss, || model);
    }
}

impl StepWorker for Grader {
    fn step(&mut self, context: &Context, emit: &mut Emit<'_>) -> Result<Progress, Fault> {
        let began = Instant::now();
        let batch = self.order.at(self.learner.steps(), context);
        let batch: Vec<&Pair> = batch.iter().map(|row| &self.pairs[*row]).collect();
        let (mut gathered, kept) = (Gathered::new(), self.config.recompute.into());
        let told: Told = over_parts(&batch, self.config.part_tokens, |part, margins| {
            rewarded(self.learner.model(), part, self.terms(margins), Pass::Learn { kept, gathered: &mut gathered })
        });
        let tokens: usize = batch.iter().map(|pair| pair.chosen.tokens.len() + pair.rejected.tokens.len()).sum();
        let stepped = self.learner.step(gathered)?;
        let step = self.learner.steps();
        let numbers = [
            ("loss", told.loss),
            ("accuracy", told.accuracy),
            ("margin", told.margin),
            ("chosen_reward", told.chosen),
            ("rejected_reward", told.rejected),
            ("gradient_norm", stepped.norm),
            ("rate", stepped.rate),
        ];
        self.learner.log.tell(step, numbers, context, emit);
        self.validate(step, context, emit);
        context.count("trained tokens", tokens as f64);
        context.count("seconds of training", began.elapsed().as_secs_f64());
        let patient = self.config.patience.is_none_or(|patience| self.best.since() < patience);
        Ok(if step >= self.steps || !patient { Progress::Done } else { Progress::More })
    }

    fn save(&self, folder: &Path) -> Result<(), Fault> {
        self.learner.save(folder)?;
        self.best.save(folder, &self.learner)
    }

    fn restore(&mut self, folder: &Path) -> Result<(), Fault> {
        self.learner.restore(folder)?;
        self.best.restore(folder, &self.learner)
    }

    fn finish(self: Box<Self>, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let folder = outputs.artifact(MODEL)?;
        self.learner.write_other(self.best.model().unwrap_or_else(|| self.learner.model()), &folder)?;
        if let Some(template) = &self.template {
            fs::write(folder.join(TEMPLATE), template)?;
        }
        tell_provenance(&self.config, context, &folder)
    }
}
