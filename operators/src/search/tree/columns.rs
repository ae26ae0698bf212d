//! Trees as rows.

use arrow::datatypes::{DataType, Field};
use engine::operator::Context;
use engine::port::PortType;
use engine::row::{Cell, Emit, Row};

use super::explore::Exploration;
use super::growth::{Growth, Kind, Leaf, Node};
use crate::row::with_columns;
use crate::verify::Status;

/// The rows of `paths`.
pub(super) fn paths() -> PortType {
    let fields = vec![
        Field::new("problem_id", DataType::Utf8, false),
        Field::new("tree_id", DataType::Utf8, false),
        Field::new("number", DataType::Int64, false),
        Field::new("code", DataType::Utf8, true),
        Field::new("passed", DataType::Boolean, true),
        Field::new("status", DataType::Utf8, false),
        Field::new("score", DataType::Float64, true),
        Field::new("tokens", DataType::Int64, false),
    ];
    with_columns(&PortType::rows("Completion"), fields)
}

/// The rows of `problems`, of rows of this type.
pub(super) fn problems(rows: &PortType) -> PortType {
    let fields = vec![
        Field::new("paths", DataType::Int64, false),
        Field::new("solved", DataType::Float64, true),
        Field::new("value", DataType::Float64, true),
        Field::new("nodes", DataType::Int64, false),
        Field::new("tokens", DataType::Int64, false),
        Field::new("settled", DataType::Boolean, false),
    ];
    with_columns(rows, fields)
}

/// Gives a tree.
pub(super) fn tell(exploration: &Exploration<'_>, row: &Row, context: &Context, emit: &mut Emit<'_>) {
    let Exploration { tree, asked, settled, .. } = exploration;
    let problem = row.text("problem_id").unwrap_or_else(|| row.id());
    let common = [("tree_id", row.id()), ("problem_id", problem), ("prompt", asked.text.as_str())];
    let common = common.map(|(name, text)| (name.to_owned(), Cell::from(text)));
    for (index, node) in tree.nodes().iter().enumerate() {
        let mut cells = cells(tree, index, node);
        cells.push(("id".to_owned(), context.child_id([row.id()], index as u64).into()));
        cells.extend(common.clone());
        emit.push_row("nodes", cells);
    }
    for (index, leaf) in tree.leaves() {
        for sample in 0..leaf.paths {
            let id = context.child_id([row.id(), "path", &index.to_string()], sample);
            let mut cells = path(tree, index, leaf);
            cells.extend([("id".to_owned(), id.into()), ("code".to_owned(), exploration.program(index).into())]);
            cells.extend(common.clone());
            emit.push_row("paths", cells);
        }
    }
    emit.keep_with("problems", summary(tree, *settled));
}

fn cells(tree: &Growth, index: usize, node: &Node) -> Vec<(String, Cell)> {
    let Node { grown, leaf, .. } = node;
    let kind = match grown.kind {
        Kind::Root => "root",
        Kind::Step => "step",
        Kind::Output => "output",
    };
    let cells = [
        ("number", count(index).into()),
        ("parent", node.parent.map(count).into()),
        ("depth", count(node.depth).into()),
        ("kind", kind.into()),
        ("role", grown.role.clone().into()),
        ("text", grown.text.as_str().into()),
        ("tokens", count(node.spent).into()),
        ("log_probability", grown.log_probability.into()),
        ("visits", count(node.visits).into()),
        ("value", tree.value(index).into()),
        ("status", leaf.as_ref().map(|leaf| leaf.status).into()),
        ("message", leaf.as_ref().and_then(|leaf| leaf.message.clone()).into()),
    ];
    cells.map(|(name, cell)| (name.to_owned(), cell)).into()
}

fn path(tree: &Growth, index: usize, leaf: &Leaf) -> Vec<(String, Cell)> {
    let tokens: u64 = tree.above(index).map(|index| tree.node(index).grown.tokens).sum();
    let cells = [
        ("completion", tree.text(index).into()),
        ("number", count(index).into()),
        ("passed", Status::of_name(leaf.status).map_or(Some(false), Status::verdict).into()),
        ("status", leaf.status.into()),
        ("score", leaf.value.into()),
        ("tokens", count(tokens).into()),
    ];
    cells.map(|(name, cell)| (name.to_owned(), cell)).into()
}

fn summary(tree: &Growth, settled: bool) -> [(&'static str, Cell); 6] {
    let paths: u64 = tree.leaves().map(|(_, leaf)| leaf.paths).sum();
    let passed: u64 =
        tree.leaves().filter(|(_, leaf)| leaf.status == Status::Passed.name()).map(|(_, leaf)| leaf.paths).sum();
    let tokens: u64 = tree.nodes().iter().map(|node| node.spent).sum();
    [
        ("paths", count(paths).into()),
        ("solved", (paths > 0).then(|| passed as f64 / paths as f64).into()),
        ("value", tree.value(0).into()),
        ("nodes", count(tree.nodes().len()).into()),
        ("tokens", count(tokens).into()),
        ("settled", settled.into()),
    ]
}

fn count(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}
