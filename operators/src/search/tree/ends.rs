//! Paths that end without an answer: too long, or going in circles.

use super::Tree;
use super::growth::{Growth, Kind, Leaf};

impl Leaf {
    /// An end that is worth nothing, and why.
    pub(super) fn worthless(status: &'static str, message: String) -> Self {
        Self { status, message: Some(message), value: Some(0.0), paths: 0 }
    }

    /// A path that is not followed: nobody knows what it is worth.
    pub(super) fn pruned() -> Self {
        Self { status: "pruned", message: None, value: None, paths: 0 }
    }

    /// Whether the path went to its end.
    pub(super) fn is_whole(&self) -> bool {
        self.value.is_some()
    }
}

impl Tree {
    /// Why a path is not followed beyond a node, if it is not.
    pub(super) fn endless(&self, tree: &Growth, index: usize) -> Option<Leaf> {
        let node = tree.node(index);
        let own = &node.grown;
        let same = |other: &usize| *other != index && tree.node(*other).grown.text.trim() == own.text.trim();
        if tree.above(index).any(|other| same(&other) && tree.node(other).grown.role == own.role)
            && own.kind == Kind::Step
        {
            return Some(Leaf::worthless("loop", "it says what it said before".to_owned()));
        }
        // The tag that closes a step is none of its words.
        let said = own.text.rsplit_once("</").map_or(own.text.as_str(), |(said, _)| said);
        if own.kind == Kind::Step && self.circles.catches(said) {
            return Some(Leaf::worthless("loop", "it ends with the same words over and over".to_owned()));
        }
        if let Some(role) = &own.role
            && let Some(most) = self.in_a_row.get(role)
        {
            let row = tree.above(index).take_while(|other| tree.node(*other).grown.role.as_ref() == Some(role)).count();
            if row > *most {
                return Some(Leaf::worthless("in_a_row", format!("more than {most} of `{role}` follow one another")));
            }
        }
        if node.depth >= self.max_depth {
            return Some(Leaf::worthless("truncated", format!("it has {} steps", node.depth)));
        }
        let full = own.length >= self.max_tokens as u64;
        full.then(|| Leaf::worthless("truncated", format!("it has {} tokens", own.length)))
    }
}
