//! A policy on its way through its pairs.

use std::path::Path;
use std::time::Instant;

use engine::operator::{Context, Fault, Outputs, Progress, StepWorker};
use engine::row::Emit;
use models::decoder::LanguageModel;
use models::optimize::Gathered;
use models::train::{Paired, Pass, log_likelihoods, preferred};

use super::Dpo;
use crate::model::tell_provenance;
use crate::train::MODEL;
use crate::train::learner::Learner;
use crate::train::order::Order;
use crate::train::pairs::{Pair, Told, over_parts};

/// A policy, what it is compared with, and its pairs.
pub struct Improver {
    pub(super) config: Dpo,
    /// Dropped before the learner, which gives back the room of both.
    pub(super) reference: LanguageModel,
    pub(super) learner: Learner<LanguageModel>,
    pub(super) pairs: Vec<Pair>,
    pub(super) validation: Vec<Pair>,
    pub(super) order: Order,
    pub(super) steps: u64,
}

impl Improver {
    /// What the reference makes of both texts of pairs, the better ones first.
    fn referred(&self, part: &Paired<'_>) -> Vec<f32> {
        log_likelihoods(&self.reference, &[part.chosen, part.rejected].concat())
    }

    /// What the policy as it is makes of pairs that are not learned.
    fn validated(&self) -> Told {
        let model = self.learner.frozen();
        over_parts(&self.validation.iter().collect::<Vec<_>>(), self.config.part_tokens, |part, _| {
            let reference = self.referred(&part);
            preferred(&model, part, self.config.compared(&reference), Pass::Look)
        })
    }
}

impl StepWorker for Improver {
    fn step(&mut self, context: &Context, emit: &mut Emit<'_>) -> Result<Progress, Fault> {
        let began = Instant::now();
        let batch = self.order.at(self.learner.steps(), context);
        let batch: Vec<&Pair> = batch.iter().map(|row| &self.pairs[*row]).collect();
        let mut gathered = Gathered::new();
        let kept = self.config.recompute.into();
        let told = over_parts(&batch, self.config.part_tokens, |part, _| {
            let reference = self.referred(&part);
            let compared = self.config.compared(&reference);
            preferred(self.learner.model(), part, compared, Pass::Learn { kept, gathered: &mut gathered })
        });
        let tokens: usize = batch.iter().map(|pair| pair.chosen.tokens.len() + pair.rejected.tokens.len()).sum();
        let stepped = self.learner.step(gathered)?;
        let (step, beta) = (self.learner.steps(), f64::from(self.config.beta));
        let numbers = [
            ("loss", told.loss),
            ("accuracy", told.accuracy),
            ("margin", beta * told.margin),
            ("chosen_reward", beta * told.chosen),
            ("rejected_reward", beta * told.rejected),
            ("gradient_norm", stepped.norm),
            ("rate", stepped.rate),
        ];
        self.learner.log.tell(step, numbers, context, emit);
        if !self.validation.is_empty() && step.is_multiple_of(self.order.steps()) {
            let told = self.validated();
            let numbers = [("validation_loss", told.loss), ("validation_accuracy", told.accuracy)];
            self.learner.log.tell(step, numbers, context, emit);
        }
        context.count("trained tokens", tokens as f64);
        context.count("seconds of training", began.elapsed().as_secs_f64());
        Ok(if step >= self.steps { Progress::Done } else { Progress::More })
    }

    fn save(&self, folder: &Path) -> Result<(), Fault> {
        self.learner.save(folder)
    }

    fn restore(&mut self, folder: &Path) -> Result<(), Fault> {
        self.learner.restore(folder)
    }

    fn finish(self: Box<Self>, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let folder = outputs.artifact(MODEL)?;
        self.learner.write(&folder)?;
        tell_provenance(&self.config, context, &folder)
    }
}
