//! Anchors and what their aliases may expand to.

use std::collections::BTreeMap;

use super::super::tree::Tree;

/// How many values all aliases of a text may expand to together, and all uses of its variables.
pub(in crate::manifest) const EXPANSION: usize = 100_000;

/// The values that anchors name.
#[derive(Default)]
pub(super) struct Anchors {
    named: BTreeMap<usize, Anchor>,
    expanded: usize,
}

struct Anchor {
    tree: Tree,
    values: usize,
    height: usize,
}

/// Why an alias gives no value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It stands inside the value that it refers to.
    Itself,
    /// All aliases together would give too many values.
    TooMany,
    /// It would nest too deeply.
    TooDeep,
}

impl Anchors {
    pub(super) fn insert(&mut self, id: usize, tree: &Tree) {
        let (values, height) = tree.extent();
        self.named.insert(id, Anchor { tree: tree.clone(), values, height });
    }

    /// The value behind an alias that may nest `room` levels.
    pub(super) fn expand(&mut self, id: usize, room: usize) -> Result<Tree, Unusable> {
        let anchor = self.named.get(&id).ok_or(Unusable::Itself)?;
        if anchor.height > room {
            return Err(Unusable::TooDeep);
        }
        self.expanded = self.expanded.saturating_add(anchor.values);
        if self.expanded > EXPANSION {
            return Err(Unusable::TooMany);
        }
        Ok(anchor.tree.clone())
    }
}

impl Unusable {
    /// The fault's message.
    pub(super) fn message(&self) -> String {
        match self {
            Self::Itself => "the alias stands inside the value that it repeats".into(),
            Self::TooMany => format!("the aliases expand to more than {EXPANSION} values"),
            Self::TooDeep => format!("the alias nests deeper than {} levels", super::build::DEPTH),
        }
    }
}
