//! The room that a training takes: told before there is a model, and held while there is one. Owns which models lie beside the
//! one that learns.

use engine::operator::{Context, Fault, Known, Need, Outlook, Resource, Thing};
use models::config::{Config, Head};
use models::device::DeviceName;
use models::optimize::Matrices;
use models::train::{Foreseen, Room};
use models::weights::Dtype;

use super::base::Base;
use super::lora::Lora;
use super::optimizer::Recompute;
use crate::model::{Foretold, resource_of};

/// What takes room beside a model that learns.
#[derive(Clone, Copy, Default)]
pub(super) struct Beside {
    /// Models of its size, such as a reference.
    pub(super) models: u64,
    /// What takes the place of gradients and activations while it does not learn, in bytes.
    pub(super) in_turn: u64,
}

/// What of a training's configuration its room depends on.
pub(super) struct Training<'a> {
    /// The head that the model has while it learns.
    pub(super) head: Head,
    pub(super) lora: Option<&'a Lora>,
    pub(super) recompute: Recompute,
    pub(super) matrices: Matrices,
    /// How many tokens are computed at once, and how many a text has.
    pub(super) tokens: usize,
    pub(super) longest: usize,
}

impl Training<'_> {
    /// The room of the model that learns; nothing where it is not known yet.
    pub(super) fn needs(&self, outlook: &Outlook<'_>) -> Vec<Need> {
        let Some(model) = Foretold::of(outlook, "model") else { return Vec::new() };
        let device = model.device(outlook);
        let (resource, room) = (resource_of(device), self.room(&model.config, model.dtype, device));
        let need = |bytes, what: &str| Need { resource: resource.clone(), bytes, what: what.to_owned() };
        vec![
            need(room.weights, "weights"),
            need(room.moments, "moments"),
            need(room.gradients, "gradients"),
            need(room.activations, &format!("activations of {} tokens", self.tokens.max(self.longest))),
        ]
    }

    /// Holds that room, and that of what lies beside it, for as long as what it gives is there.
    pub(super) fn hold(&self, base: &Base, beside: Beside, context: &Context) -> Result<Thing, Fault> {
        let (config, dtype) = (base.checkpoint.config(), base.placement.dtype);
        let (room, weights) = (self.room(config, dtype, base.device), (config.parameters() * dtype.size()) as u64);
        let passing = (room.gradients + room.activations).max(beside.in_turn);
        let amount = room.weights + room.moments + passing + beside.models * weights;
        let what = format!("the training of a {}", config.architecture.name());
        context.hold(&what, &[Resource { name: resource_of(base.device), amount }])
    }

    fn room(&self, config: &Config, dtype: Dtype, device: DeviceName) -> Room {
        let adapter = self.lora.map(|lora| lora.settings(&[]));
        Foreseen {
            config: &config.with_head(self.head),
            dtype,
            adapter: adapter.as_ref(),
            matrices: self.matrices,
            kept: self.recompute.into(),
            tokens: self.tokens.max(self.longest) as u64,
            longest: self.longest as u64,
            device,
        }
        .room()
    }
}

/// The weights of another model, which lie there too.
pub(super) fn beside(outlook: &Outlook<'_>, port: &str, what: &str) -> Option<Need> {
    let model = Foretold::of(outlook, port)?;
    Some(Need { resource: resource_of(model.device(outlook)), bytes: model.weights(), what: what.to_owned() })
}

/// What a training tells of the model that it makes.
pub(super) fn known(outlook: &Outlook<'_>, head: Head) -> Known {
    let Some(model) = Foretold::of(outlook, "model") else { return Known::new() };
    Foretold::new(model.config.with_head(head), model.dtype, outlook).tell("model")
}
