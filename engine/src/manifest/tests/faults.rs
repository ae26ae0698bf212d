//! Every fault as a person sees it. The snapshots are rewritten with `INSTA_UPDATE=always cargo test --release`.

use std::collections::BTreeSet;

use super::*;

macro_rules! assert_renderings {
    ($renderings:expr) => {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!($renderings);
        });
    };
}

/// The renderings of some texts, one after the other.
fn renderings(cases: &[(&str, &str)]) -> String {
    cases.iter().map(|(title, text)| rendering(title, text, &Selection::default())).collect()
}

fn rendering(title: &str, text: &str, selection: &Selection) -> String {
    let read = read(text, selection);
    assert!(!read.diagnostics.is_empty(), "{title}: no fault");
    format!("## {title}\n{}\n", read.rendered())
}

/// A manifest with nodes for patches to change, and more sections.
fn patched(sections: &str) -> String {
    let nodes = "
  rows: {op: source.rows, with: {path: rows.jsonl, columns: [a, b]}, run: {retries: 2}}
  pairs: {op: pair.rows, inputs: rows, with: {steps: $steps, optimizer: {rate: 0.1}}}
  policy: {op: train.rows, inputs: {pairs: pairs, model: rows}}
  improve:
    repeat: 2
    carry: {current: {first: policy, then: next}}
    nodes:
      next: {op: train.rows, inputs: {pairs: pairs, model: current}}";
    format!("name: flow\nvars: {{steps: 5}}\nnodes:{nodes}\n{sections}\n")
}

#[test]
fn syntax() {
    assert_renderings!(renderings(&[
        ("tab", "name: flow\nnodes:\n\trows: {op: a.b}\n"),
        ("unclosed brace", "name: flow\nnodes:\n  rows: {op: a.b\n  more: {op: a.b}\n"),
        ("unclosed bracket at the end", "name: flow\nreport: {seeds: [1, 2}\n"),
        ("unclosed double quote", "name: \"flow\nnodes:\n  rows: {op: a.b}\n"),
        ("unclosed single quote", "name: flow\nnodes:\n  rows: {op: a.b, with: {text: 'it's}}\n"),
        ("no space after a colon", "name:flow\nnodes:\n  rows: {op: a.b}\n"),
        ("no space after a colon, nested", "name: flow\nnodes:\n  rows:\n    op:a.b\n    with: {}\n"),
        ("no space after a colon, before a brace", "name: flow\nnodes:\n  rows: {op: a.b, run:{}}\n"),
        ("colon in a text", "name: flow\nnodes:\n  rows:\n    op: a.b\n    with: {}\n    run: x: y\n"),
        ("star", "name: flow\nnodes:\n  rows: {op: a.b, with: {path: *.jsonl}}\n"),
        ("at sign", "name: flow\nnodes:\n  rows: {op: a.b, with: {path: @home}}\n"),
        ("wrong indentation", "name: flow\nnodes:\n    rows: {op: a.b}\n  more: {op: a.b}\n"),
        ("bad escape", "name: flow\nnodes:\n  rows: {op: a.b, with: {path: \"\\q\"}}\n"),
        ("two documents", "name: flow\nnodes: {rows: {op: a.b}}\n---\nname: other\n"),
        ("nothing", ""),
        ("comments only", "# nothing\n\n---\n"),
        ("a list", "- a\n- b\n"),
        ("a text", "name:flow\n"),
    ]));
}

#[test]
fn keys() {
    assert_renderings!(renderings(&[
        ("duplicate keys", "name: flow\nnodes:\n  rows: {op: a.b}\n  other: {op: a.b, op: a.c}\n  rows: {op: a.c}\n"),
        ("keys that are no texts", "name: flow\nnodes:\n  rows: {op: a.b, with: {1: a, true: b, ~: c, [d]: e, : f}}\n"),
        ("merge key", "name: flow\nnodes:\n  rows: &rows {op: a.b}\n  more: {<<: *rows}\n"),
        (
            "unknown tag",
            "name: !name flow\nnodes:\n  rows: {op: a.b, with: {k: !!int many, s: !!str 5, x: !!binary aGk=}}\n"
        ),
        ("unknown keys of the manifest", "name: flow\nnode: {}\nauthor: me\nnodes:\n  rows: {op: a.b}\n"),
        ("unknown keys of a node", "name: flow\nnodes:\n  rows: {op: a.b, wiht: {}, temperature: 0, run:x}\n"),
        ("unknown keys of the report", "name: flow\nnodes:\n  rows: {op: a.b}\nreport: {seed: [1]}\n"),
    ]));
}

#[test]
fn aliases() {
    let bomb = "name: flow\nnodes:\n  rows:\n    op: a.b\n    with:\n      a: &a [x, x, x, x, x, x, x, x, x, x]\n      b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n      c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n      d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n      e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n      f: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n";
    let deep = format!("name: flow\nnodes:\n  rows: {{op: a.b, with: {{x: {}{}}}}}\n", "[".repeat(80), "]".repeat(80));
    assert_renderings!(renderings(&[
        ("alias bomb", bomb),
        ("alias inside its anchor", "name: flow\nnodes:\n  rows: {op: a.b, with: &with {x: *with}}\n"),
        ("too deep", &deep),
    ]));
}

#[test]
fn variables_that_expand_too_much() {
    let list = format!("[{}]", vec!["x"; 2000].join(", "));
    let uses = vec!["$list"; 60].join(", ");
    let text = format!("name: flow\nvars: {{list: {list}}}\nnodes:\n  a: {{op: a.b, with: {{x: [{uses}]}}}}\n");
    let codes: BTreeSet<_> = read(&text, &Selection::default()).diagnostics.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, BTreeSet::from(["manifest::variable_expansion"]));
}

#[test]
fn paths_that_are_too_long() {
    let path = ["x"; 100].join(".");
    let read = read(&patched(""), &sets(&[&format!("rows.with.{path}=1")]));
    assert_eq!(read.diagnostics[0].code, "patch::unknown_path");
    assert_eq!(read.diagnostics.len(), 1);
}

#[test]
fn shapes() {
    assert_renderings!(renderings(&[
        ("nothing there", "seed: 5\n"),
        ("sections without values", "name:\nnodes:\n"),
        (
            "wrong kinds",
            "name: 7\nseed: -1\nnodes: [a]\nvars: x\npresets: [a]\nablations: {a: b}\nreport: {seeds: 1}\n"
        ),
        ("names", "name: My Flow\nnodes:\n  seed: {op: a.b}\n  1st: {op: a.b}\n  my node: {op: a.b}\n"),
        (
            "nodes",
            "name: flow\nnodes:\n  a: {}\n  b: source.rows\n  c:\n  d: {op: a.b, repeat: 3}\n  e: {op: [a.b]}\n  f: {op:}\n"
        ),
        ("settings", "name: flow\nnodes:\n  a: {op: a.b, with: 5, run: [x]}\n"),
        (
            "inputs",
            "name: flow\nnodes:\n  a: {op: a.b, inputs: [b, c]}\n  b: {op: a.b, inputs: {x: {y: z}, 'a b': c}}\n  c: {op: a.b, inputs: 5}\n"
        ),
        (
            "references",
            "name: flow\nnodes:\n  a: {op: a.b, inputs: b..c}\n  b: {op: a.b, inputs: {x: 'a[0].b', y: '$a', z: a b}}\n"
        ),
        (
            "report",
            "name: flow\nnodes:\n  a: {op: a.b}\nreport: {seeds: [1, x, -1, 1.5], vary: [a b], metrics: [pass, 5]}\n"
        ),
    ]));
}

#[test]
fn blocks() {
    assert_renderings!(renderings(&[
        (
            "parts missing",
            "name: flow\nnodes:\n  a: {repeat: 3}\n  b: {nodes: {x: {op: a.b}}}\n  c: {repeat: 1, nodes: {}}\n"
        ),
        (
            "rounds",
            "name: flow\nnodes:\n  a: {repeat: 0, nodes: {x: {op: a.b}}}\n  b: {repeat: 1001, nodes: {x: {op: a.b}}}\n  c: {repeat: 2.5, nodes: {x: {op: a.b}}}\n  d: {repeat: many, nodes: {x: {op: a.b}}}\n"
        ),
        ("keys of nodes", "name: flow\nnodes:\n  a: {repeat: 3, inputs: b, with: {}, nodes: {x: {op: a.b}}}\n"),
        (
            "carry",
            "name: flow\nnodes:\n  a:\n    repeat: 3\n    carry: {x: b, y: {first: b}, z: {first: b, than: c, then: c}, w: {first: a, then: 5}, n: {first: b, then: n}}\n    nodes: {n: {op: a.b}}\n"
        ),
    ]));
}

#[test]
fn variables() {
    assert_renderings!(renderings(&[
        (
            "undefined",
            "name: flow\nvars: {steps: 5, rate: 0.1}\nnodes:\n  a: {op: a.b, inputs: $b, with: {x: $stpes, y: [$steps, $rate, $other]}}\n"
        ),
        (
            "undefined without any",
            "name: flow\nnodes:\n  a: {repeat: $rounds, nodes: {x: {op: $op}}}\nreport: {seeds: $seeds}\n"
        ),
        (
            "undefined in place of whole parts",
            "name: flow\nseed: $s\nnodes:\n  a: $node\n  b: {repeat: 2, carry: {x: $x}, nodes: {n: {op: a.b}}}\n  c: {repeat: 2, carry: $c, nodes: $n}\nreport: $r\n"
        ),
        (
            "unused and misnamed",
            "name: flow\nvars: {steps: 5, 'a b': 1}\nnodes:\n  a: {op: a.b, with: {x: '$steps', y: cost $steps}}\n"
        ),
        ("nested", "name: flow\nvars: {a: 1, b: [$a]}\nnodes:\n  n: {op: a.b, with: {x: $b}}\n"),
        (
            "wrong value",
            "name: flow\nvars: {rounds: 5000, seeds: 3}\nnodes:\n  a: {repeat: $rounds, nodes: {x: {op: a.b}}}\nreport: {seeds: $seeds}\n"
        ),
    ]));
}

#[test]
fn patches_that_are_never_selected() {
    let sections = "presets:
  wrong:
    plicy.with.steps: 1
    policy.wiht.steps: 1
    pairs.steps: 1
    pairs.with.steps.deep: 1
    pairs.with.optimizer.rate.deep: 1
    pairs.inputs.rows: policy
    rows.with.columns.2: c
    rows.op.name: x
    improve.nodes.nxt.with.beta: 1
    improve.carry.curent.first: rows
    improve.carry.current.frist: rows
    vars.stpes: 1
    name: other
    nodes.rows.op: x
    report.seed: [1]
    'rows..op': x
    ? \"pol\\x69cy.x\"
    : 1
  each: {rows.with.path: {each: [a, b]}}
ablations:
  each: {rows.with: {path: {each: [a, b]}}, rows.with.path: {each: []}, rows.op: {each: a.b}}
  grid: {a: {each: []}}
  spaced name: {}
  list: [a]
";
    assert_renderings!(rendering("patches", &patched(sections), &Selection::default()));
}

#[test]
fn patches_that_are_selected() {
    let text =
        patched("presets: {tiny: {policy.with: 5, pairs: {with: {steps: 3}}, improve.repeat: 0}, gone: {pairs: null}}");
    let mut all = rendering("preset", &text, &Selection { presets: vec!["tiny".into()], ..Selection::default() });
    let gone = Selection { presets: vec!["gone".into()], ..sets(&["pairs.with.steps=3"]) };
    all += &rendering("a patch into a node that is gone", &text, &gone);
    all += &rendering("unknown preset", &text, &Selection { presets: vec!["tny".into()], ..Selection::default() });
    let variant = Variant { ablation: "gate".into(), choices: BTreeMap::new(), label: "gate".into() };
    all += &rendering("unknown ablation", &text, &Selection { variant: Some(variant), ..Selection::default() });
    let arguments = [
        "policy.with.steps",
        "policy.with.steps=",
        "policy.with.steps=[1, 2",
        "polcy.with.steps=1",
        " policy.repeat =3",
        "rows.with.path={each: [a]}",
        "rows.with.format=null",
        "rows.with.path=$fle",
        "=3",
    ];
    all += &rendering("arguments", &text, &sets(&arguments));
    assert_renderings!(all);
}
