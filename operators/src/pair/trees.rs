//! Trees of reasoning as tables have them: rows of type `SearchNode`, brought together by tree.
//!
//! Owns how a node's texts are put together, and what is told of all pairs. Knows not what is compared.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use engine::operator::{Context, Fault, Inputs, Outputs};
use engine::port::{OutputPort, OutputType, OutputTypes, PortType};
use engine::row::Row;
use engine::table::Table;
use indexmap::IndexMap;
use serde::Serialize;

use crate::evaluate::Metric;
use crate::row::with_columns;
use crate::verify::Status;

/// A tree.
pub(super) struct Tree {
    pub(super) id: String,
    pub(super) problem: String,
    pub(super) prompt: String,
    /// By number.
    nodes: BTreeMap<i64, Node>,
}

/// A node of a tree.
pub(super) struct Node {
    pub(super) id: String,
    pub(super) parent: Option<i64>,
    pub(super) depth: i64,
    pub(super) text: String,
    /// What the model wrote for it.
    tokens: i64,
    /// Nothing where no way over it was followed to its end.
    pub(super) value: Option<f64>,
    pub(super) status: Option<String>,
    is_step: bool,
    /// The steps that follow it, in their order.
    children: Vec<i64>,
}

/// Two steps behind the same node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Pair {
    id: String,
    problem_id: String,
    prompt: String,
    prefix: String,
    chosen: String,
    rejected: String,
    full_chosen: String,
    full_rejected: String,
    value_chosen: f64,
    value_rejected: f64,
    delta: f64,
    depth: i64,
}

/// The rows of pairs.
fn pair_type() -> PortType {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    let float = |name: &str| Field::new(name, DataType::Float64, false);
    let mut fields = vec![text("problem_id"), text("prefix"), text("full_chosen"), text("full_rejected")];
    fields.extend([float("value_chosen"), float("value_rejected"), float("delta")]);
    fields.push(Field::new("depth", DataType::Int64, false));
    with_columns(&PortType::rows("Preference"), fields)
}

/// What a pair has beside a `Preference`'s columns.
const PAIR: &str = "`Preference`, with `problem_id`, `prefix`, `value_chosen`, `value_rejected`, `delta`, `depth`, \
    and `full_chosen` and `full_rejected`.";

/// What the operators of this folder give.
pub(super) fn outputs() -> Vec<OutputPort> {
    vec![
        OutputPort::new("pairs", "The pairs.", OutputType::Derived(PAIR)),
        OutputPort::new("metrics", "What they cost.", OutputType::Is(PortType::rows("Metric"))),
    ]
}

/// The types of what they give.
pub(super) fn types() -> OutputTypes {
    let types = [("pairs", Some(pair_type())), ("metrics", Some(PortType::rows("Metric")))];
    types.map(|(port, port_type)| (port.to_owned(), port_type)).into()
}

/// Gives the pairs of every tree and what they cost, and tells how many have none, and why.
pub(super) fn write(
    inputs: &Inputs,
    context: &Context,
    outputs: &mut Outputs<'_>,
    why: &str,
    pairs: impl Fn(&Tree) -> Vec<Pair>,
) -> Result<(), Fault> {
    let trees = Tree::read(inputs.table("nodes")?, context)?;
    let pairs: Vec<Vec<Pair>> = trees.iter().map(pairs).collect();
    let without = pairs.iter().filter(|pairs| pairs.is_empty()).count();
    if without > 0 {
        context.warn(format!("{without} of {} trees give no pair: {why}", trees.len()));
    }
    outputs.write_rows("metrics", &metrics(&trees, &pairs, context))?;
    outputs.write_rows("pairs", &pairs.concat())
}

/// What was grown, what it gave, and what a pair took.
fn metrics(trees: &[Tree], pairs: &[Vec<Pair>], context: &Context) -> Vec<Metric> {
    let with_pair = pairs.iter().filter(|pairs| !pairs.is_empty()).count() as f64;
    let count = pairs.iter().map(Vec::len).sum::<usize>() as f64;
    let tokens = trees.iter().flat_map(|tree| tree.nodes.values()).map(|node| node.tokens).sum::<i64>() as f64;
    let delta = pairs.iter().flatten().map(|pair| pair.delta).sum::<f64>();
    let share = |part: f64, of: f64| (of > 0.0).then_some(part / of);
    let metrics = [
        ("trees", Some(trees.len() as f64)),
        ("pairs", Some(count)),
        ("trees_with_pair", share(with_pair, trees.len() as f64)),
        ("delta", share(delta, count)),
        ("tokens_per_pair", share(tokens, count)),
    ];
    let id = |parts: [&str; 2]| context.child_id(parts, 0);
    metrics.into_iter().filter_map(|(name, value)| Some(Metric::new(name, None, value?, &id))).collect()
}

impl Tree {
    /// The trees of a table, in the order of their first rows.
    fn read(table: &Table, context: &Context) -> Result<Vec<Self>, Fault> {
        let mut trees: IndexMap<String, Self> = IndexMap::new();
        for batch in table.batches() {
            context.check_cancelled()?;
            let batch = Arc::new(batch?);
            for row in (0..batch.num_rows()).map(|index| Row::new(batch.clone(), index)) {
                let text = |column: &str| row.text(column).unwrap_or_default().to_owned();
                let tree = trees.entry(text("tree_id")).or_insert_with(|| Self {
                    id: text("tree_id"),
                    problem: text("problem_id"),
                    prompt: text("prompt"),
                    nodes: BTreeMap::new(),
                });
                tree.nodes.insert(row.integer("number").unwrap_or_default(), Node::of(&row));
            }
        }
        let mut trees: Vec<Self> = trees.into_values().collect();
        trees.iter_mut().for_each(Self::link);
        Ok(trees)
    }

    fn link(&mut self) {
        let steps = self.nodes.iter().filter(|(_, node)| node.is_step);
        let links: Vec<(i64, i64)> = steps.filter_map(|(number, node)| Some((node.parent?, *number))).collect();
        for (parent, child) in links {
            if let Some(parent) = self.nodes.get_mut(&parent) {
                parent.children.push(child);
            }
        }
    }

    /// The nodes, by number.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (i64, &Node)> {
        self.nodes.iter().map(|(number, node)| (*number, node))
    }

    /// The steps behind a node that have a value, in their order, each with its number.
    pub(super) fn steps(&self, parent: i64) -> Vec<(i64, f64)> {
        let children = self.nodes.get(&parent).into_iter().flat_map(|node| &node.children);
        children.filter_map(|child| Some((*child, self.nodes.get(child)?.value?))).collect()
    }

    /// Whether a path over this node passed.
    pub(super) fn passes(&self, number: i64) -> bool {
        self.leaves(number).any(|(_, leaf)| leaf.status.as_deref() == Some(Status::Passed.name()))
    }

    /// A node and all above it, the root last.
    pub(super) fn above(&self, number: i64) -> impl Iterator<Item = (i64, &Node)> {
        let up = |(_, node): &(i64, &Node)| node.parent.and_then(|parent| Some((parent, self.nodes.get(&parent)?)));
        std::iter::successors(self.nodes.get(&number).map(|node| (number, node)), up)
    }

    /// The steps from the root to a node, in this order.
    pub(super) fn path(&self, number: i64) -> Vec<(i64, &Node)> {
        let mut steps: Vec<_> = self.above(number).filter(|(_, node)| node.is_step).collect();
        steps.reverse();
        steps
    }

    /// The pair of two steps behind the same node.
    pub(super) fn pair(&self, chosen: i64, rejected: i64, context: &Context) -> Option<Pair> {
        let (better, worse) = (self.nodes.get(&chosen)?, self.nodes.get(&rejected)?);
        let (value_chosen, value_rejected) = (better.value?, worse.value?);
        Some(Pair {
            id: context.child_id([better.id.as_str(), worse.id.as_str()], 0),
            problem_id: self.problem.clone(),
            prompt: self.prompt.clone(),
            prefix: self.text(better.parent?),
            chosen: better.text.clone(),
            rejected: worse.text.clone(),
            full_chosen: self.text(self.best(chosen)),
            full_rejected: self.text(self.worst(rejected)),
            value_chosen,
            value_rejected,
            delta: value_chosen - value_rejected,
            depth: better.depth,
        })
    }

    /// All that was said up to a node's end.
    fn text(&self, number: i64) -> String {
        let mut path: Vec<&str> = self.above(number).map(|(_, node)| node.text.as_str()).collect();
        path.reverse();
        path.concat()
    }

    /// The leaves over a node that have a value.
    fn leaves(&self, number: i64) -> impl Iterator<Item = (i64, &Node)> {
        let ended = self.nodes().filter(|(_, node)| node.status.is_some() && node.value.is_some());
        ended.filter(move |(leaf, _)| self.above(*leaf).any(|(above, _)| above == number))
    }

    /// The leaf over a node that is worth most, of equals the first.
    fn best(&self, number: i64) -> i64 {
        let better = |best: (i64, f64), own: (i64, f64)| if own.1 > best.1 { own } else { best };
        self.valued(number).reduce(better).map_or(number, |(leaf, _)| leaf)
    }

    /// The leaf over a node that is worth least, of equals the first.
    fn worst(&self, number: i64) -> i64 {
        let worse = |worst: (i64, f64), own: (i64, f64)| if own.1 < worst.1 { own } else { worst };
        self.valued(number).reduce(worse).map_or(number, |(leaf, _)| leaf)
    }

    fn valued(&self, number: i64) -> impl Iterator<Item = (i64, f64)> {
        self.leaves(number).filter_map(|(leaf, node)| Some((leaf, node.value?)))
    }
}

impl Node {
    /// Whether a path ends here that was followed to its end and did not pass every test.
    pub(super) fn has_failed(&self) -> bool {
        self.value.is_some() && self.status.as_deref().is_some_and(|status| status != Status::Passed.name())
    }

    fn of(row: &Row) -> Self {
        Self {
            id: row.id().to_owned(),
            parent: row.integer("parent"),
            depth: row.integer("depth").unwrap_or_default(),
            text: row.text("text").unwrap_or_default().to_owned(),
            tokens: row.integer("tokens").unwrap_or_default(),
            value: row.float("value"),
            status: row.text("status").map(str::to_owned),
            is_step: row.text("kind") == Some("step"),
            children: Vec::new(),
        }
    }
}

impl Pair {
    /// The answers as wholes, in place of the steps in which they differ.
    pub(super) fn whole(self) -> Self {
        let (chosen, rejected) = (self.full_chosen.clone(), self.full_rejected.clone());
        Self { prefix: String::new(), chosen, rejected, ..self }
    }
}
