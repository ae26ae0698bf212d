//! A tree of reasoning, one line a node.

use std::fmt::Write;

use crate::report::{Step, Tree};

/// How many characters of a node's text stand in its line.
const LONGEST: usize = 64;

/// What was asked, and below it the nodes with what they are worth.
pub fn drawn(tree: &Tree) -> String {
    let mut drawn = format!("{}\n", line(&tree.prompt));
    let Some(root) = tree.nodes.iter().find(|node| node.parent.is_none()) else { return drawn };
    writeln!(drawn, "{}", worth(root)).expect("a text takes all");
    below(tree, root.number, "", &mut drawn);
    drawn
}

fn below(tree: &Tree, parent: i64, indent: &str, drawn: &mut String) {
    let children: Vec<&Step> = tree.nodes.iter().filter(|node| node.parent == Some(parent)).collect();
    let only = children.len() == 1;
    for (place, child) in children.iter().enumerate() {
        let is_last = place + 1 == children.len();
        // A path that does not fork goes straight down.
        let (branch, further) = match (only, is_last) {
            (true, _) => ("│ ", ""),
            (false, false) => ("├─", "│ "),
            (false, true) => ("└─", "  "),
        };
        let role = child.role.as_deref().unwrap_or("step");
        let text = line(inside(&child.text, role));
        writeln!(drawn, "{indent}{branch} {:>6}  {role}: {text}", worth(child)).expect("a text takes all");
        below(tree, child.number, &format!("{indent}{further}"), drawn);
    }
}

/// How a leaf ended; of any other node what it is worth.
fn worth(node: &Step) -> String {
    let value = node.value.map(|value| format!("{value:.2}"));
    match (&node.status, value) {
        (Some(status), Some(value)) if status == "failed" && node.value > Some(0.0) => format!("{status} {value}"),
        (Some(status), _) => status.clone(),
        (None, Some(value)) => format!("{value} of {}", node.visits),
        (None, None) => "-".to_owned(),
    }
}

/// A text without the tag that it stands in.
fn inside<'a>(text: &'a str, role: &str) -> &'a str {
    let text = text.trim();
    let text = text.strip_prefix(&format!("<{role}>")).unwrap_or(text);
    text.strip_suffix(&format!("</{role}>")).unwrap_or(text)
}

fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let whole = words.join(" ");
    match whole.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &whole[..end]),
        None => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_do_not_fork_go_straight_down() {
        let step = |number: i64, parent, role: &str, text: &str, visits, value, status: Option<&str>| Step {
            number,
            parent,
            role: Some(role.to_owned()),
            text: format!("<{role}>{text}</{role}>"),
            visits,
            value,
            status: status.map(str::to_owned),
        };
        let root = Step { role: None, text: String::new(), ..step(0, None, "", "", 3, Some(0.5), None) };
        let nodes = vec![
            root,
            step(1, Some(0), "thinking", "Multiply.", 2, Some(0.75), None),
            step(2, Some(1), "answer", "2 * x", 1, Some(1.0), Some("passed")),
            step(3, Some(1), "answer", "x + 1", 1, Some(0.5), Some("failed")),
            step(4, Some(0), "execution", "print(\n1)", 1, Some(0.0), None),
            step(5, Some(4), "output", "1", 1, Some(0.0), None),
            step(6, Some(5), "answer", "no", 1, Some(0.0), Some("no_code")),
        ];
        let tree = Tree { id: "t".to_owned(), prompt: "Double\nx.".to_owned(), nodes };
        let expected = "\
Double x.
0.50 of 3
├─ 0.75 of 2  thinking: Multiply.
│ ├─ passed  answer: 2 * x
│ └─ failed 0.50  answer: x + 1
└─ 0.00 of 1  execution: print( 1)
  │  0.00 of 1  output: 1
  │  no_code  answer: no
";
        assert_eq!(drawn(&tree), expected);
    }
}
