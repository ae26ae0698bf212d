//! Which families of compositions are wanted: by the names of primitives and topics, and by the side of a split.
//!
//! Owns names. Knows neither how compositions are drawn nor what they compute.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::catalogue;
use super::composition::{Composition, THEN};
use super::primitive::Primitive;
use super::split::Split;
use super::topic::Topic;

/// What compositions are made of, by the names of primitives and topics.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Families {
    /// Problems are made of these alone; of all where none is named.
    #[serde(default)]
    pub include: Vec<String>,
    /// No problem has one of these. Several with `>` between them are left out only in this order, one right behind the
    /// other: `sort > first`, `lists > counting`.
    #[serde(default)]
    pub exclude: Vec<String>,
}

impl Families {
    /// Whether any composition may have the primitive.
    pub(super) fn admit(&self, primitive: &Primitive) -> bool {
        let included = self.include.is_empty() || self.include.iter().any(|name| is_called(primitive, name));
        included && !self.exclude.iter().any(|name| is_called(primitive, name))
    }

    /// Whether the composition has no run of primitives that is excluded.
    fn allow(&self, composition: &Composition) -> bool {
        let has = |run: &String| {
            let names: Vec<&str> = names_in(run).collect();
            let mut places = composition.steps.windows(names.len());
            places.any(|steps| steps.iter().zip(&names).all(|(step, name)| is_called(step.primitive, name)))
        };
        !self.exclude.iter().any(has)
    }
}

/// The names in an entry of `exclude`, one behind the other.
pub(super) fn names_in(run: &str) -> impl Iterator<Item = &str> {
    run.split(THEN.trim()).map(str::trim)
}

/// Every name of a topic or primitive.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let primitives = catalogue().iter().map(|primitive| primitive.name.as_str());
    Topic::ALL.into_iter().map(Topic::name).chain(primitives)
}

fn is_called(primitive: &Primitive, name: &str) -> bool {
    primitive.name == name || primitive.topic.name() == name
}

/// The compositions that a node asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) families: Families,
    /// Both sides where there is none.
    pub(super) split: Option<Split>,
}

impl Wanted {
    /// Whether the composition is one of them.
    pub(super) fn has(&self, composition: &Composition) -> bool {
        self.families.allow(composition) && self.split.is_none_or(|split| split.has(&composition.family()))
    }
}
