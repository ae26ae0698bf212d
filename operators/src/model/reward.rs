//! A port's reward model, opened: once a run, however many nodes and rows use it.

use std::sync::Arc;

use engine::operator::{Context, Fault, Inputs};
use models::reward::Scorer;
use models::weights::Dtype;

use super::artifact::Artifact;
use super::fault;
use super::local::{Placing, Plan};
use super::opened::count;

/// A model that says what texts are worth, for one node: its tokens are counted there.
pub(crate) struct Reward {
    scorer: Arc<Scorer>,
    context: Context,
}

impl Reward {
    /// The reward model that a port holds.
    pub(crate) fn open(inputs: &Inputs, port: &str, context: &Context) -> Result<Self, Fault> {
        let (folder, origin) = (inputs.artifact(port)?, inputs.origin(port)?);
        let (folder, dtype) = match Artifact::read(folder)? {
            Some(Artifact::Checkpoint { dtype }) => (origin.folder("path")?, dtype.into()),
            Some(_) => {
                return Err(Fault::node(format!(
                    "input `{port}` is no reward model: wire a `model.checkpoint` of one"
                )));
            }
            None => (folder, Dtype::F32),
        };
        let plan = Plan::new(folder, dtype, &Placing::read(context, origin)?)?;
        let key = format!("rewards of {}", plan.key());
        let scorer = context.shared(&key, &plan.room()?, || plan.open_rewards())?;
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
