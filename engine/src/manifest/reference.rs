//! References to outputs: `node`, `node.output`, `block.node`, `block[2].node.output`, `node@500`.

use super::declaration::{Reference, ReferenceStep};
use super::name::is_name;
use super::tree::{Spanned, Tree};
use crate::diagnostic::Diagnostic;

impl Reference {
    /// The reference that a text writes.
    ///
    /// # Errors
    /// What is wrong with the text, as a fault's label.
    pub fn parse(text: &str) -> Result<Self, String> {
        let steps: Result<Vec<_>, _> = text.split('.').map(parse_step).collect();
        Ok(Self { text: text.to_owned(), steps: steps? })
    }
}

/// The reference at a place where one must stand.
pub(super) fn read(tree: &Tree, what: &str) -> Result<Spanned<Reference>, Diagnostic> {
    let fault = |message: String| Diagnostic::error("manifest::reference", message);
    let help = "write `node`, `node.output`, `block.node` or `block[2].node`";
    let Some(text) = tree.as_str() else {
        let message = format!("{what} is the name of a node, not {}", tree.described());
        return Err(tree.blame(fault(message), "not a name").help(help));
    };
    match Reference::parse(text) {
        Ok(value) => Ok(Spanned { value, span: tree.span }),
        Err(reason) => Err(tree.blame(fault(format!("`{text}` cannot refer to a node")), reason).help(help)),
    }
}

fn parse_step(step: &str) -> Result<ReferenceStep, String> {
    let (name, round) = match step.split_once('[') {
        None => (step, None),
        Some((name, rest)) => {
            let digits = rest.strip_suffix(']').ok_or("the `[` is not closed")?;
            let round = digits.parse::<u32>().ok().filter(|round| *round >= 1 && !digits.starts_with('+'));
            (name, Some(round.ok_or("rounds are counted from 1")?))
        }
    };
    let (node, steps) = name.split_once('@').map_or((name, None), |(node, steps)| (node, Some(steps)));
    if let Some(steps) = steps {
        let counted =
            steps.bytes().all(|digit| digit.is_ascii_digit()) && steps.parse::<u64>().is_ok_and(|steps| steps > 0);
        if !counted || steps.starts_with('0') || round.is_some() {
            return Err("after `@` stands a number of steps, from 1".to_owned());
        }
    }
    match is_name(node) {
        true => Ok(ReferenceStep { name: name.to_owned(), round }),
        false if step.is_empty() => Err("a name is missing".to_owned()),
        false => Err(format!("`{node}` is not a name")),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn steps(text: &str) -> Vec<(String, Option<u32>)> {
        Reference::parse(text).unwrap().steps.into_iter().map(|step| (step.name, step.round)).collect()
    }

    #[test]
    fn reads_every_form() {
        assert_eq!(steps("node"), [("node".into(), None)]);
        assert_eq!(steps("node.output"), [("node".into(), None), ("output".into(), None)]);
        assert_eq!(steps("block[2].node.output")[0], ("block".into(), Some(2)));
        assert_eq!(steps("outer[2].inner[11].node")[1], ("inner".into(), Some(11)));
        assert_eq!(steps("block.node@500.output")[1], ("node@500".into(), None));
    }

    #[test]
    fn refuses_the_rest() {
        let cases = [
            "", ".", "a.", ".a", "a..b", "a[0].b", "a[].b", "a[1", "a[x]", "a[+1]", "a[1]b", "a b", "1a", "$a", "a@",
            "a@0", "a@x", "a@5@6", "a@+5", "a@05", "@5",
        ];
        for text in cases {
            assert!(Reference::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(Reference::parse("a[4294967296].b"), Err("rounds are counted from 1".into()));
    }
}
