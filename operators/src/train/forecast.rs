//! The room that a training will take, told before there is a model. Owns which models lie beside the one that learns.

use engine::operator::{Known, Need, Outlook};
use models::config::Head;
use models::device::DeviceName;
use models::train::Foreseen;

use super::lora::Lora;
use super::optimizer::Recompute;
use crate::model::Foretold;

/// What of a training's configuration its room depends on.
pub(super) struct Training<'a> {
    /// The head that the model has while it learns.
    pub(super) head: Head,
    pub(super) lora: Option<&'a Lora>,
    pub(super) recompute: Recompute,
    /// How many tokens are computed at once, and how many a text has.
    pub(super) tokens: usize,
    pub(super) longest: usize,
}

impl Training<'_> {
    /// The room of the model that learns; nothing where it is not known yet.
    pub(super) fn needs(&self, outlook: &Outlook<'_>) -> Vec<Need> {
        let Some(model) = Foretold::of(outlook, "model") else { return Vec::new() };
        let adapter = self.lora.map(|lora| lora.settings(&[]));
        let (config, resource) = (model.config.with_head(self.head), model.resource(outlook));
        let room = Foreseen {
            config: &config,
            dtype: model.dtype,
            adapter: adapter.as_ref(),
            kept: self.recompute.into(),
            tokens: self.tokens.max(self.longest) as u64,
            longest: self.longest as u64,
            device: resource.parse().unwrap_or(DeviceName::Cpu),
        }
        .room();
        let need = |bytes, what: &str| Need { resource: resource.clone(), bytes, what: what.to_owned() };
        vec![
            need(room.weights, "weights"),
            need(room.moments, "moments"),
            need(room.gradients, "gradients"),
            need(room.activations, &format!("activations of {} tokens", self.tokens.max(self.longest))),
        ]
    }
}

/// The weights of another model, which lie there too.
pub(super) fn beside(outlook: &Outlook<'_>, port: &str, what: &str) -> Option<Need> {
    let model = Foretold::of(outlook, port)?;
    Some(Need { resource: model.resource(outlook), bytes: model.weights(), what: what.to_owned() })
}

/// What a training tells of the model that it makes.
pub(super) fn known(outlook: &Outlook<'_>, head: Head) -> Known {
    let Some(model) = Foretold::of(outlook, "model") else { return Known::new() };
    Foretold::new(model.config.with_head(head), model.dtype, outlook).tell("model")
}
