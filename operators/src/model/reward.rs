//! A port's reward model, opened: once a run, however many nodes and rows use it.

use std::sync::Arc;

use engine::operator::{Context, Fault, Inputs};
use models::reward::Scorer;

use super::fault;
use super::local::{Placing, Plan};
use super::located::Located;
use super::opened::count;

/// A model that says what texts are worth, for one node: its tokens are counted there.
pub(crate) struct Reward {
    scorer: Arc<Scorer>,
    context: Context,
}

impl Reward {
    /// The reward model that a port holds.
    pub(crate) fn open(inputs: &Inputs, port: &str, context: &Context) -> Result<Self, Fault> {
        let Located { folder, dtype } = Located::of(inputs, port)?;
        let plan = Plan::new(&folder, dtype, &Placing::read(context, inputs.origin(port)?)?)?;
        let key = format!("rewards of {}", plan.key());
        let scorer = context.shared(&key, &plan.room(), || plan.open_rewards())?;
        Ok(Self { scorer, context: context.clone() })
    }

    /// What an answer to a prompt is worth.
    ///
    /// # Errors
    /// The row's, where the text is longer than the model's context or its template refuses the conversation.
    pub(crate) async fn score(&self, prompt: &str, answer: &str) -> Result<f32, Fault> {
        let judged = self.scorer.score(prompt, answer).await.map_err(fault)?;
        count(&judged.usage, &self.context);
        Ok(judged.score)
    }
}
