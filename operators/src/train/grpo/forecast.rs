//! The room that a policy will take, which answers and learns in turn. Owns which of the two takes more.

use engine::operator::{Context, Fault, Need, Outlook, Thing};
use models::config::Head;
use models::generate::token_bytes;

use super::Grpo;
use crate::model::{Foretold, resource_of};
use crate::train::base::{Base, Where};
use crate::train::forecast::{Beside, Training, beside};

/// How many sequences are written at once, at most.
const SEQUENCES: u64 = 256;

impl Grpo {
    /// What its room depends on.
    pub(super) fn training(&self) -> Training<'_> {
        let (lora, recompute) = (self.lora.as_ref(), self.recompute);
        let (tokens, longest) = (self.part_tokens, self.max_tokens);
        let matrices = self.optimizer.matrices();
        Training { head: Head::Language, lora, recompute, matrices, tokens, longest }
    }

    /// The room of the policy, of what it is held against and of what its reasoning is judged by.
    pub(super) fn foreseen(&self, outlook: &Outlook<'_>) -> Vec<Need> {
        let learning = self.training().needs(outlook);
        let port = if outlook.inputs.contains_key("reference") { "reference" } else { "model" };
        let reference = self.objective.kl.as_ref().and_then(|_| beside(outlook, port, "the reference"));
        let process = beside(outlook, "process", "the reward model");
        in_turn(learning, self.answering(outlook)).into_iter().chain(reference).chain(process).collect()
    }

    /// Keys and values of the answers that are written at once, prompts left out, and no more than they may take.
    fn answering(&self, outlook: &Outlook<'_>) -> Option<Need> {
        let model = Foretold::of(outlook, "model")?;
        let settings: Where = outlook.settings.read().unwrap_or_default();
        let device = model.device(outlook);
        let bytes = self.written(token_bytes(&model.config, model.dtype, device), settings.cache_bytes());
        Some(Need { resource: resource_of(device), bytes, what: "keys and values of answers".to_owned() })
    }

    /// Holds the room of the policy and of what it is held against; who judges its reasoning holds its own.
    pub(super) fn hold(&self, base: &Base, context: &Context) -> Result<Thing, Fault> {
        let in_turn =
            self.written(token_bytes(base.checkpoint.config(), base.placement.dtype, base.device), base.cache);
        let models = u64::from(self.objective.kl.is_some());
        self.training().hold(base, Beside { models, in_turn }, context)
    }

    /// How many bytes the answers that are written at once take, where a token takes so many and all no more than `cache`.
    fn written(&self, token: u64, cache: u64) -> u64 {
        let tokens = (self.batch as u64 * self.group).min(SEQUENCES) * self.max_tokens as u64;
        (tokens * token).min(cache)
    }
}

/// What of learning is kept while answers are written, and the larger of what only one of both takes.
fn in_turn(learning: Vec<Need>, answering: Option<Need>) -> Vec<Need> {
    let lasts = |need: &Need| ["weights", "moments"].contains(&need.what.as_str());
    let (mut kept, passing): (Vec<Need>, Vec<Need>) = learning.into_iter().partition(lasts);
    let largest = passing.iter().map(|need| need.bytes).sum::<u64>();
    match answering.filter(|answering| answering.bytes > largest) {
        Some(answering) => kept.push(answering),
        None => kept.extend(passing),
    }
    kept
}
