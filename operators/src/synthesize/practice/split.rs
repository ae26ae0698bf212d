//! The split of families into those to train on and those that are held out.
//!
//! Owns which side a family is on, for ever: that depends on the family's name, neither on a seed nor on what else is
//! made.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A side of the split of all families.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// The side that is made.
    pub side: Side,
    /// Which part of the families is held out, above 0 and below 1. A larger part holds out more and lets none go.
    #[serde(default = "default_hold_out")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub hold_out: f64,
}

/// Which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The families to train on.
    Train,
    /// The families that training does not see.
    HeldOut,
}

fn default_hold_out() -> f64 {
    0.2
}

impl Split {
    /// Whether the family is on this side.
    pub(super) fn has(&self, family: &str) -> bool {
        let is_held_out = place(family) < self.hold_out;
        is_held_out == (self.side == Side::HeldOut)
    }
}

/// Where a family lies between 0 and 1.
fn place(family: &str) -> f64 {
    let digest = blake3::hash(family.as_bytes());
    let bits = u64::from_le_bytes(digest.as_bytes()[..8].try_into().expect("a digest has 32 bytes")) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}
