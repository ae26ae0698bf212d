//! Every place is a byte range of the text that was written, whatever the text's characters and line breaks.

use super::super::{Kind, Tree, parse};
use super::*;
use crate::diagnostic::Span;

fn parsed(text: &str) -> (Sources, Tree) {
    let mut sources = Sources::default();
    let source = sources.add("flow.yaml", text);
    let (tree, faults) = parse(&sources, source);
    assert_eq!(faults, [], "{text}");
    (sources, tree.unwrap())
}

/// The texts at every key and value, depth first.
fn written(sources: &Sources, tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    collect(tree, &mut |span| found.push(sources.text(span).to_owned()));
    found
}

fn collect(tree: &Tree, take: &mut impl FnMut(Span)) {
    take(tree.span);
    match &tree.kind {
        Kind::Scalar(_) => {}
        Kind::Sequence(items) => items.iter().for_each(|item| collect(item, take)),
        Kind::Mapping(mapping) => {
            for entry in &mapping.entries {
                take(entry.key.span);
                collect(&entry.value, take);
            }
        }
    }
}

#[test]
fn flow_and_block_values_end_where_they_end() {
    let text = "a: [1, {b: 'x y'}]\nc:\n  d: \"é\"  # comment\n  e:\n  - 日本 語\n  - f\n\ng: {}\n";
    let (sources, tree) = parsed(text);
    let expected = [
        text.trim_end(),
        "a",
        "[1, {b: 'x y'}]",
        "1",
        "{b: 'x y'}",
        "b",
        "'x y'",
        "c",
        "d: \"é\"  # comment\n  e:\n  - 日本 語\n  - f",
        "d",
        "\"é\"",
        "e",
        "- 日本 語\n  - f",
        "日本 語",
        "f",
        "g",
        "{}",
    ];
    assert_eq!(written(&sources, &tree), expected);
}

#[test]
fn quoted_texts_end_with_their_quote() {
    let text = "a: 'it''s' # c'd\nb: \"x \\\" y\" # \"\nc: &n \"z\" # \n? 'k' # \"\n: [\"\", '' ]\n";
    let (sources, tree) = parsed(text);
    let texts = written(&sources, &tree);
    assert_eq!(texts[1..], ["a", "'it''s'", "b", "\"x \\\" y\"", "c", "&n \"z\"", "'k'", "[\"\", '' ]", "\"\"", "''"]);
}

#[test]
fn windows_line_breaks_move_nothing() {
    let (sources, tree) = parsed("ä: 1\r\nb:\r\n  c: ü x\r\n  d: |\r\n    text é\r\n    more\r\ne: z\r\n");
    let texts = written(&sources, &tree);
    assert_eq!(texts[1..6], ["ä", "1", "b", "c: ü x\r\n  d: |\r\n    text é\r\n    more", "c"]);
    assert_eq!(texts[6..], ["ü x", "d", "text é\r\n    more", "e", "z"]);
    let block = tree.nearest(["b", "d"]);
    assert_eq!(block.as_str(), Some("text é\nmore\n"));
}

#[test]
fn byte_order_mark_anchors_and_comments_before_the_values() {
    let (sources, tree) = parsed("\u{feff}# é: comment 日本\na: &x 1 # ü\nb: *x\nc: !!str 5\nd:\n");
    assert_eq!(written(&sources, &tree)[1..], ["a", "&x 1", "b", "*x", "c", "!!str 5", "d", ""]);
    assert_eq!(tree.nearest(["b"]).to_value(), 1);
    assert_eq!(tree.nearest(["c"]).to_value(), "5");
    assert!(tree.nearest(["d"]).is_null());
}

#[test]
fn aliases_point_at_their_use_and_their_parts_at_the_anchor() {
    let (sources, tree) = parsed("a: &x {k: v}\nb: [*x]\n");
    let alias = tree.nearest(["b", "0"]);
    assert_eq!(sources.text(alias.span), "*x");
    assert_eq!(sources.position(alias.nearest(["k"]).span).line, 1);
}

#[test]
fn only_plain_scalars_are_plain() {
    let (_, tree) = parsed("a: $x\nb: '$x'\nc: \"$x\"\nd: |\n  $x\ne: >-\n  $x\nf: !!str $x\n");
    let plain: Vec<_> = ["a", "b", "c", "d", "e", "f"].map(|key| tree.nearest([key]).as_scalar().unwrap().plain).into();
    assert_eq!(plain, [true, false, false, false, false, false]);
}

#[test]
fn a_fault_after_wide_characters_is_where_it_is() {
    let read = read("name: flow\n# 日本語 ü\nnodes:\n  é: {op: a.b, ö: 1}\n", &Selection::default());
    let texts: Vec<_> = read.diagnostics.iter().map(|fault| read.sources.text(fault.labels[0].span)).collect();
    assert_eq!(texts, ["é", "ö"]);
}
