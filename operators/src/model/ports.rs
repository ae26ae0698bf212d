//! The artifacts that are models, and the ports that take them.

use engine::port::{InputPort, PortType};

/// Weights, tokenizer, template and configuration: it generates, is scored, and can be trained.
pub(crate) const CHECKPOINT: &str = "Checkpoint";

/// Something that generates and shows nothing of itself.
pub(crate) const ENDPOINT: &str = "Endpoint";

/// Scores texts with a tokenizer and template of its own.
pub(crate) const REWARD_MODEL: &str = "RewardModel";

/// A port for what scores texts.
pub(crate) fn reward_port(name: &'static str, doc: &'static str) -> InputPort {
    InputPort::one(name, doc, PortType::artifact(REWARD_MODEL))
}

/// A port for whatever generates.
pub(crate) fn generator_port(name: &'static str, doc: &'static str) -> InputPort {
    InputPort::one(name, doc, PortType::artifact(CHECKPOINT)).or(PortType::artifact(ENDPOINT))
}
