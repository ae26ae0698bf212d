//! What must be wired, and a policy that is about to begin.

use engine::operator::{Complaint, Context, Fault, Inputs, StepOperator};
use engine::port::InputTypes;
use models::decoder::LanguageModel;
use rand_chacha::rand_core::RngCore;

use super::draw::Drawer;
use super::question::questions;
use super::stored::Stored;
use super::worker::Policy;
use super::{Grpo, Process};
use crate::model::Reward;
use crate::python::Engine;
use crate::train::base::Base;
use crate::train::learner::Learner;
use crate::train::lora::adapted;
use crate::train::order::Order;
use crate::verify::Runner;

impl Grpo {
    /// Parameters that nothing is wired for.
    pub(super) fn unwired(&self, inputs: &InputTypes) -> Vec<Complaint> {
        let gated = self.terms.process.gate != Process::Off;
        let process = || {
            let message = "`terms.process` counts, but nothing is wired to the input `process`";
            let complaint = Complaint::parameter("operator::parameters", &["terms", "process"], message, "of what?");
            complaint.help("wire a `RewardModel` to `process`, or say `gate: off`")
        };
        // Where the manifest says nothing the gate is hard, which without a model of reasoning is the same as off.
        let counts = self.terms.process.is_said() && gated && !inputs.contains_key("rollouts");
        let without = (counts && !inputs.contains_key("process")).then(process);
        let source = match [inputs.contains_key("problems"), inputs.contains_key("rollouts")] {
            [false, false] => Some("wire `problems`, which are answered, or `rollouts`, which are learned as they are"),
            [true, true] => Some("wire `problems` or `rollouts`: answers are drawn, or there already"),
            _ => None,
        };
        let source =
            source.map(|message| Complaint::input("operator::inputs", "problems", message, "which of the two?"));
        let columns = || {
            let message = "`terms.columns` are those of `rollouts`, and none are wired";
            let complaint = Complaint::parameter("operator::parameters", &["terms", "columns"], message, "of what?");
            complaint.help("a problem's own number is the same for all its answers, and makes none better than another")
        };
        let columns = (!self.terms.columns.is_empty() && !inputs.contains_key("rollouts")).then(columns);
        without.into_iter().chain(columns).chain(source).collect()
    }

    /// With no process where nothing judges it, so that none is told.
    fn wired(&self, inputs: &Inputs) -> Self {
        let mut config = self.clone();
        if !inputs.has("process") && !inputs.has("rollouts") {
            config.terms.process.weight = 0.0;
        }
        config
    }

    /// The reference, where a divergence to it costs.
    fn reference(&self, inputs: &Inputs, base: &Base, context: &Context) -> Result<Option<LanguageModel>, Fault> {
        match &self.objective.kl {
            None => Ok(None),
            Some(_) if inputs.has("reference") => Base::open(inputs, "reference", context)?.frozen().map(Some),
            Some(_) => base.frozen().map(Some),
        }
    }
}

impl StepOperator for Grpo {
    type Worker = Policy;

    fn start(&self, inputs: &Inputs, context: &Context) -> Result<Policy, Fault> {
        let base = Base::open(inputs, "model", context)?;
        let room = self.hold(&base, context)?;
        let (teaching, positions) = (base.teaching()?, base.checkpoint.config().positions);
        let questions = |port: &str| match inputs.table(port) {
            Ok(table) => questions(table, port, self, (&teaching, positions), context),
            Err(_) => Ok(Vec::new()),
        };
        let (problems, validation) = (questions("problems")?, questions("validation")?);
        let config = self.wired(inputs);
        let drawer = Drawer {
            config: config.clone(),
            runner: Runner::open(context, &Engine::Sandbox, self.compare, self.limits)?,
            process: inputs.has("process").then(|| Reward::open(inputs, "process", context)).transpose()?,
        };
        let stored = inputs.table("rollouts").ok();
        let stored = stored.map(|table| Stored::read(table, self, &teaching)).transpose()?;
        let order = Order::new(problems.len(), self.batch, self.seed);
        let reference = self.reference(inputs, &base, context)?;
        let language = base.language()?;
        let (model, own) = (base.language_model()?, base.checkpoint.config().clone());
        let adapter = self.lora.as_ref().map(|lora| lora.settings(&[]));
        let model = adapted(model, adapter.as_ref(), context.random("adapter", self.seed).next_u64())?;
        let updates = self.updates as u64 * self.steps;
        let learner = Learner::new(model, base, own, self.optimizer.settings(self.rate, updates))
            .with_adapter(adapter)
            .within(room);
        Ok(Policy {
            config,
            learner,
            reference,
            drawer,
            language,
            problems,
            stored,
            validation,
            order,
            validated: None,
        })
    }

    fn steps(&self) -> Option<u64> {
        Some(self.steps)
    }

    fn prolonged_by(&self) -> Option<&'static str> {
        self.optimizer.is_steady().then_some("steps")
    }
}
