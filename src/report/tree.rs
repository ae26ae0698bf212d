//! Trees of reasoning, as far as they are looked at.

use std::sync::Arc;

use engine::row::Row;
use engine::table::Table;
use serde::Serialize;

/// How many characters of a text are told.
const LONGEST: usize = 200;

/// A tree.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tree {
    /// The row that it is about.
    pub id: String,
    /// What was asked.
    pub prompt: String,
    /// The nodes, parents before children.
    pub nodes: Vec<Step>,
}

/// A node of a tree.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Its number.
    pub number: i64,
    /// Its parent's.
    pub parent: Option<i64>,
    /// The tag that it stands in.
    pub role: Option<String>,
    /// The beginning of its text.
    pub text: String,
    /// How many paths lead over it.
    pub visits: i64,
    /// What they are worth.
    pub value: Option<f64>,
    /// How a leaf ended.
    pub status: Option<String>,
}

impl Tree {
    /// The row type whose rows are nodes.
    pub const ROW_TYPE: &'static str = "SearchNode";

    /// The first trees of a table, as far as it can be read.
    pub fn first(table: &Table, wanted: usize) -> Vec<Self> {
        let mut trees: Vec<Self> = Vec::new();
        for batch in table.batches().map_while(Result::ok) {
            let batch = Arc::new(batch);
            for row in (0..batch.num_rows()).map(|index| Row::new(batch.clone(), index)) {
                let id = row.text("tree_id").unwrap_or_default();
                if trees.last().is_none_or(|tree| tree.id != id) {
                    if trees.len() == wanted {
                        return trees;
                    }
                    let prompt = beginning(row.text("prompt").unwrap_or_default());
                    trees.push(Self { id: id.to_owned(), prompt, nodes: Vec::new() });
                }
                if let Some(tree) = trees.last_mut() {
                    tree.nodes.push(Step::of(&row));
                }
            }
        }
        trees
    }
}

impl Step {
    fn of(row: &Row) -> Self {
        Self {
            number: row.integer("number").unwrap_or_default(),
            parent: row.integer("parent"),
            role: row.text("role").map(str::to_owned),
            text: beginning(row.text("text").unwrap_or_default()),
            visits: row.integer("visits").unwrap_or_default(),
            value: row.float("value"),
            status: row.text("status").map(str::to_owned),
        }
    }
}

fn beginning(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}
