//! The room that a policy will take, which answers and learns in turn. Owns which of the two takes more.

use engine::operator::{Need, Outlook};
use models::config::Head;

use super::Grpo;
use crate::model::Foretold;
use crate::train::base::Where;
use crate::train::forecast::{Training, beside};

/// How many sequences are written at once, at most.
const SEQUENCES: u64 = 256;

impl Grpo {
    /// The room of the policy, of what it is held against and of what its reasoning is judged by.
    pub(super) fn foreseen(&self, outlook: &Outlook<'_>) -> Vec<Need> {
        let (lora, recompute) = (self.lora.as_ref(), self.recompute);
        let (tokens, longest) = (self.part_tokens, self.max_tokens);
        let learning = Training { head: Head::Language, lora, recompute, tokens, longest }.needs(outlook);
        let port = if outlook.inputs.contains_key("reference") { "reference" } else { "model" };
        let reference = self.objective.kl.as_ref().and_then(|_| beside(outlook, port, "the reference"));
        let process = beside(outlook, "process", "the reward model");
        in_turn(learning, self.answering(outlook)).into_iter().chain(reference).chain(process).collect()
    }

    /// Keys and values of the answers that are written at once, prompts left out, and no more than they may take.
    fn answering(&self, outlook: &Outlook<'_>) -> Option<Need> {
        let model = Foretold::of(outlook, "model")?;
        let settings: Where = outlook.settings.read().unwrap_or_default();
        let tokens = (self.batch as u64 * self.group).min(SEQUENCES) * self.max_tokens as u64;
        let bytes = (tokens * model.token_bytes()).min(settings.cache_bytes());
        Some(Need { resource: model.resource(outlook), bytes, what: "keys and values of answers".to_owned() })
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
