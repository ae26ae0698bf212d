//! Paths that end without an answer: too long, or going in circles.

use super::Tree;
use super::growth::{Grown, Growth, Kind, Leaf};
use crate::turns::leads_back;

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
        if let Some(leaf) = self.circling(tree, index, &own.text) {
            return Some(leaf);
        }
        if let Some(role) = &own.role
            && let Some(most) = self.in_a_row.get(role)
            && spoken(tree, index).take_while(|said| said.role.as_ref() == Some(role)).count() > *most
        {
            return Some(Leaf::worthless("in_a_row", format!("more than {most} of `{role}` follow one another")));
        }
        if node.depth >= self.max_depth {
            return Some(Leaf::worthless("truncated", format!("it has {} steps", node.depth)));
        }
        let full = own.length >= self.max_tokens as u64;
        full.then(|| Leaf::worthless("truncated", format!("it has {} tokens", own.length)))
    }

    /// What a step is that was cut at its greatest length.
    pub(super) fn cut(&self, tree: &Growth, index: usize) -> Leaf {
        // Of its last word nobody knows whether it is whole.
        let text = tree.node(index).grown.text.trim_end();
        let whole = text.rsplit_once(char::is_whitespace).map_or("", |(whole, _)| whole);
        let long = || Leaf::worthless("truncated", "a step was cut at its greatest length".to_owned());
        self.circling(tree, index, whole).unwrap_or_else(long)
    }

    /// Whether a path goes in circles with a step of these words.
    fn circling(&self, tree: &Growth, index: usize, text: &str) -> Option<Leaf> {
        if tree.node(index).grown.kind != Kind::Step {
            return None;
        }
        let mut said: Vec<_> = spoken(tree, index).map(|said| (&said.role, said.text.trim())).collect();
        said.reverse();
        if leads_back(&said) {
            return Some(Leaf::worthless("loop", "it says what it said before, where it said it before".to_owned()));
        }
        // The tag that closes a step is none of its words.
        let words = text.rsplit_once("</").map_or(text, |(words, _)| words);
        let over = || Leaf::worthless("loop", "it ends with the same words over and over".to_owned());
        self.circles.catches(words).then(over)
    }
}

/// What the model said from a node up to the root; what its code gave is not its own.
fn spoken(tree: &Growth, index: usize) -> impl Iterator<Item = &Grown> {
    tree.above(index).map(|index| &tree.node(index).grown).filter(|grown| grown.kind == Kind::Step)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::growth::Backup;
    use super::*;

    #[test]
    fn outputs_are_nobodys_steps() {
        let config = json!({"prompt": "?", "execution": "execution", "in_a_row": {"execution": 1}});
        let config: Tree = serde_json::from_value(config).expect("a configuration");
        let mut tree = Growth::new(Backup::Mean, 2, 8);
        let mut add = |parent: usize, kind: Kind, role: &str, text: &str| {
            let (role, text) = (Some(role.to_owned()), text.to_owned());
            tree.add(parent, Grown { kind, role, text, tokens: 1, length: 1, log_probability: None })
        };
        let first = add(0, Kind::Step, "execution", "print(1)");
        let output = add(first, Kind::Output, "output", "1");
        let second = add(output, Kind::Step, "execution", "print(2)");
        let same = add(output, Kind::Step, "execution", "print(1)");
        let status = |index: usize| config.endless(&tree, index).map(|leaf| leaf.status);
        assert_eq!([first, output, second, same].map(status), [None, None, Some("in_a_row"), Some("loop")]);
    }
}
