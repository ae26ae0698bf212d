//! Whatever the text: no panic, a manifest or an error, and places inside the text.

use proptest::prelude::*;
use serde_yaml::Value;

use super::super::{Tree, emit, parse};
use super::*;

/// Pieces that mean something in YAML or in a manifest.
const PIECES: [&str; 40] = [
    "\n",
    "  ",
    "\t",
    ": ",
    ":",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!!str ",
    "|\n",
    ">-\n",
    "? ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "$steps",
    "null",
    "0x1F",
    "é",
    "日本",
    "🔑",
    "\u{feff}",
    "\r\n",
    "\0",
    "<<",
    "each",
    "repeat",
    "carry",
    "with",
    "https://u:p@h",
    "policy.with.",
    "\\",
];

/// One edit of a text at a place given as a fraction of its length.
fn edited(text: &str, edits: &[(u16, u16, usize)]) -> String {
    let mut text = text.to_owned();
    for (start, length, piece) in edits {
        let start = text.floor_char_boundary(usize::from(*start) * text.len() / usize::from(u16::MAX));
        let end = text.ceil_char_boundary((start + usize::from(*length % 24)).min(text.len()));
        match PIECES.get(*piece) {
            Some(inserted) => text.replace_range(start..end, inserted),
            None => text.truncate(end),
        }
    }
    text
}

fn check(text: &str, selection: &Selection) {
    let read = read(text, selection);
    assert!(read.manifest.is_some() || read.diagnostics.iter().any(Diagnostic::is_error), "{text:?}");
    for diagnostic in &read.diagnostics {
        for label in &diagnostic.labels {
            let source = &read.sources.get(label.span.source).text;
            assert!(source.get(label.span.start..label.span.end).is_some(), "{text:?}: {diagnostic:?}");
        }
    }
    assert!(read.diagnostics.is_empty() || !read.rendered().contains("Failed to read"), "{text:?}");
}

fn tree_of(text: &str) -> Tree {
    let mut sources = Sources::default();
    let source = sources.add("emitted", text);
    let (tree, faults) = parse(&sources, source);
    assert_eq!(faults, [], "{text}");
    tree.unwrap_or_else(|| panic!("no value in {text:?}"))
}

/// Values with texts that look like something else.
fn values() -> impl Strategy<Value = Value> {
    let odd = prop::sample::select(vec![
        "$steps",
        "$",
        "$ x",
        "012",
        "0o17",
        "0x1f",
        "1e3",
        ".5",
        "1.",
        "+1",
        "-.inf",
        ".nan",
        "~",
        "",
        "null",
        "True",
        "yes",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "{",
        "*a",
        "&a",
        "!a",
        "%",
        "@",
        "`",
        "'",
        "\"",
        "\\",
        " a",
        "a ",
        "a\nb",
        "\na",
        "a\n\n",
        "\t",
        "a\r\nb",
        "é\u{feff}",
        "<<",
        "\u{85}",
        "\u{2028}",
        "\u{7f}",
        "---",
        "...",
        "? a",
        "|",
        ">",
        "2024-10-01",
        "1_000",
        "0b1",
        "\u{e000}$a",
        "=",
        "0.1e",
        "00",
        "-012",
        "1:30",
    ]);
    let text = prop_oneof![odd.prop_map(str::to_owned), "[ -~\n]{0,12}", "\\PC{0,6}"];
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from)
    ];
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number, text.clone().prop_map(Value::from)];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        let keys = text.clone().prop_filter("merge keys are refused", |key| key != "<<");
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((keys, inner), 0..5)
                .prop_map(|pairs| Value::Mapping(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_manifests_give_a_manifest_or_an_error(
        edits in prop::collection::vec((any::<u16>(), any::<u16>(), 0..=PIECES.len()), 1..8),
        preset in any::<bool>(),
    ) {
        let presets = if preset { vec!["tiny".to_owned()] } else { Vec::new() };
        let text = edited(RECODE, &edits);
        check(&text, &Selection { presets, ..sets(&["policy.with.steps=3"]) });
        let mut sources = Sources::default();
        if let (Some(document), _) = Document::read(&mut sources, "flow.yaml", &text) {
            for variant in document.ablations(&[]).iter().flat_map(|name| document.variants(&[], name)).take(8) {
                check(&text, &Selection { variant: Some(variant), ..Selection::default() });
            }
        }
    }

    #[test]
    fn soups_of_pieces_give_an_error(pieces in prop::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        check(&text, &Selection::default());
    }

    #[test]
    fn arguments_of_any_kind_are_read(argument in "\\PC{0,30}", path in "(policy|vars|improve|report)(\\.[a-z0-9]{0,5}){0,4}") {
        check(RECODE, &sets(&[&argument, &format!("{path}={argument}")]));
    }

    #[test]
    fn what_is_emitted_reads_back(value in values()) {
        let text = serde_json::to_string(&value).unwrap_or_default();
        prop_assume!(!text.is_empty());
        let tree = tree_of(&text);
        let emitted = emit(&tree);
        prop_assert_eq!(tree_of(&emitted).to_value(), tree.to_value(), "{}", emitted);
        let again = emit(&tree_of(&emitted));
        prop_assert_eq!(again, emitted);
    }
}

#[test]
fn the_resolved_manifest_resolves_to_itself() {
    let text = format!("{RECODE}\n")
        .replace("{k: [1], by: difficulty}", "{k: [1], prompt: '$steps and more', exact: '$steps'}");
    let first = read(&text, &Selection { presets: vec!["tiny".into()], ..Selection::default() });
    let emitted = emit(&first.manifest().tree);
    assert!(emitted.contains("exact: \"$steps\""), "{emitted}");
    let second = read(&emitted, &Selection::default());
    assert_eq!(second.manifest().tree.to_value(), first.manifest().tree.to_value());
    assert_eq!(second.operator("policy").with.to_value()["steps"], 40);
}
