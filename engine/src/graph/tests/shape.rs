//! Order, loops, names, seeds.

use proptest::prelude::*;

use super::{edge, graph, names, node, selected};
use crate::manifest::Selection;

const LOOP: &str = "
nodes:
  start: {op: graph.read}
  improve:
    repeat: 3
    carry: {current: {first: start, then: last}, spare: {first: start, then: first.others}}
    nodes:
      first: {op: graph.pass, inputs: {rows: current, after: spare}}
      last: {op: graph.pass, inputs: first}
  early: {op: graph.pass, inputs: \"improve[1].last\"}
  end: {op: graph.join, inputs: {a: improve.last, b: early, c: improve.first.others}}
";

#[test]
fn nodes_stand_in_the_order_of_the_text_where_edges_leave_a_choice() {
    let graph = graph(
        "
nodes:
  end: {op: graph.join, inputs: {a: c, b: b}}
  c: {op: graph.pass, inputs: a}
  b: {op: graph.read}
  a: {op: graph.read}
",
    );
    assert_eq!(names(&graph), ["b", "a", "c", "end"]);
}

#[test]
fn a_loop_becomes_nodes_of_its_own_for_every_round() {
    let graph = graph(LOOP);
    assert_eq!(
        names(&graph),
        [
            "start",
            "improve[1].first",
            "improve[1].last",
            "improve[2].first",
            "improve[2].last",
            "improve[3].first",
            "improve[3].last",
            "early",
            "end"
        ]
    );
    assert_eq!(edge(&graph, "improve[1].first", "rows"), "start.rows");
    assert_eq!(edge(&graph, "improve[2].first", "rows"), "improve[1].last.rows");
    assert_eq!(edge(&graph, "improve[3].first", "after"), "improve[2].first.others");
    assert_eq!(edge(&graph, "improve[3].last", "rows"), "improve[3].first.rows");
    assert_eq!(edge(&graph, "early", "rows"), "improve[1].last.rows");
    assert_eq!(edge(&graph, "end", "a"), "improve[3].last.rows");
    assert_eq!(edge(&graph, "end", "c"), "improve[3].first.others");
}

#[test]
fn a_node_in_a_loop_is_found_without_its_round() {
    let graph = graph(LOOP);
    assert_eq!(node(&graph, "improve.last").name, "improve[3].last");
    assert_eq!(node(&graph, "improve[2].last").name, "improve[2].last");
    assert_eq!(graph.find("improve"), None);
    assert_eq!(graph.find("improve[4].last"), None);
}

#[test]
fn loops_nest() {
    let graph = graph(
        "
nodes:
  start: {op: graph.read}
  outer:
    repeat: 2
    carry: {rows: {first: start, then: inner.pass}}
    nodes:
      inner:
        repeat: 2
        carry: {pool: {first: rows, then: pass}}
        nodes:
          pass: {op: graph.pass, inputs: {rows: pool, after: rows}}
  end: {op: graph.join, inputs: {a: outer.inner.pass, b: \"outer[1].inner.pass\", c: \"outer.inner[1].pass\"}}
",
    );
    assert_eq!(edge(&graph, "outer[2].inner[1].pass", "rows"), "outer[1].inner[2].pass.rows");
    assert_eq!(edge(&graph, "outer[2].inner[2].pass", "after"), "outer[1].inner[2].pass.rows");
    assert_eq!(edge(&graph, "end", "a"), "outer[2].inner[2].pass.rows");
    assert_eq!(edge(&graph, "end", "b"), "outer[1].inner[2].pass.rows");
    assert_eq!(edge(&graph, "end", "c"), "outer[2].inner[1].pass.rows");
    for (spelled, meant) in [
        ("outer.inner.pass", "outer[2].inner[2].pass"),
        ("outer[1].inner.pass", "outer[1].inner[2].pass"),
        ("outer.inner[1].pass", "outer[2].inner[1].pass"),
    ] {
        assert_eq!(node(&graph, spelled).name, meant);
    }
}

#[test]
fn a_block_sees_its_own_nodes_before_those_around_it() {
    let graph = graph(
        "
nodes:
  rows: {op: graph.read}
  other: {op: graph.read}
  block:
    repeat: 2
    carry: {other: {first: rows, then: pass}}
    nodes:
      rows: {op: graph.pass, inputs: other}
      pass: {op: graph.pass, inputs: rows}
  end: {op: graph.join, inputs: {a: rows, b: other, c: block.pass}}
",
    );
    assert_eq!(edge(&graph, "block[1].pass", "rows"), "block[1].rows.rows");
    assert_eq!(edge(&graph, "block[1].rows", "rows"), "rows.rows");
    assert_eq!(edge(&graph, "end", "a"), "rows.rows");
    assert_eq!(edge(&graph, "end", "b"), "other.rows");
}

#[test]
fn a_seed_reaches_the_nodes_that_vary_and_what_follows_them() {
    let report =
        "seed: 7\nreport: {seeds: [1, 2], vary: [improve.last], metrics: [end.mean.of.all, \"improve[1].last.x\"]}";
    let text = format!("{report}{LOOP}");
    let seeds = |selection: &Selection| -> Vec<(String, u64)> {
        let graph = selected(&text, selection);
        graph.nodes.iter().map(|node| (node.name.clone(), node.seed)).collect()
    };
    assert!(seeds(&Selection::default()).iter().all(|(_, seed)| *seed == 7));
    let varied = seeds(&Selection { seed: Some(2), ..Selection::default() });
    let kept: Vec<&str> = varied.iter().filter(|(_, seed)| *seed == 7).map(|(name, _)| name.as_str()).collect();
    assert_eq!(kept, ["start", "improve[1].first"]);
    assert!(varied.iter().all(|(_, seed)| [2, 7].contains(seed)));

    let everywhere = selected(&format!("seed: 7{LOOP}"), &Selection { seed: Some(2), ..Selection::default() });
    assert!(everywhere.nodes.iter().all(|node| node.seed == 2));
}

#[test]
fn metrics_name_a_node_and_what_it_measures() {
    let graph = selected(
        &format!("report: {{metrics: [end.mean.of.all, \"improve[1].last.x\", improve.last.x]}}{LOOP}"),
        &Selection::default(),
    );
    let metrics: Vec<_> = (graph.metrics.iter())
        .map(|(label, node, metric)| (label.as_str(), graph.nodes[*node].name.as_str(), metric.as_str()))
        .collect();
    assert_eq!(
        metrics,
        [
            ("end.mean.of.all", "end", "mean.of.all"),
            ("improve[1].last.x", "improve[1].last", "x"),
            ("improve.last.x", "improve[3].last", "x")
        ]
    );
}

#[test]
fn settings_and_configuration_are_read_once_for_all_rounds() {
    let graph = graph(
        "
nodes:
  start: {op: graph.read, with: {column: name}, run: {concurrency: 3, allow_empty: true}}
  end: {op: graph.join, inputs: {start: start}}
",
    );
    let start = node(&graph, "start");
    assert_eq!(start.run.concurrency, Some(3));
    assert!(start.run.allow_empty);
    assert_eq!(start.configured.config, serde_json::json!({"path": null, "column": "name"}));
}

proptest! {
    /// However edges point back among nodes in any order of the text, producers stand first and no node is lost.
    #[test]
    fn producers_stand_before_their_readers(
        parents in proptest::collection::vec(proptest::collection::vec(any::<prop::sample::Index>(), 0..4), 1..30),
        order in any::<prop::sample::Selector>(),
    ) {
        let mut lines: Vec<String> = Vec::new();
        for (number, chosen) in parents.iter().enumerate() {
            let edges: Vec<String> = (chosen.iter().enumerate())
                .filter(|_| number > 0)
                .map(|(port, parent)| format!("p{port}: n{}", parent.index(number)))
                .collect();
            lines.push(match edges.is_empty() {
                true => format!("  n{number}: {{op: graph.read}}"),
                false => format!("  n{number}: {{op: graph.join, inputs: {{{}}}}}", edges.join(", ")),
            });
        }
        let mut shuffled = Vec::new();
        while !lines.is_empty() {
            let line = order.select(lines.iter()).clone();
            lines.retain(|other| *other != line);
            shuffled.push(line);
        }
        let graph = graph(&format!("nodes:\n{}\n", shuffled.join("\n")));
        prop_assert_eq!(graph.nodes.len(), parents.len());
        for (place, node) in graph.nodes.iter().enumerate() {
            prop_assert!(node.inputs.values().all(|from| from.node < place));
        }
    }
}
