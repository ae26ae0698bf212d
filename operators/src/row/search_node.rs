//! `SearchNode`: a step of reasoning in a tree of them.

use arrow::datatypes::DataType;
use engine::port::RowType;

/// What `status` holds for a leaf.
const STATUSES: &str = "How a leaf ended: the status of its program's verdict (see `Verdict`), or `no_code`, `truncated`, \
    `loop`, `in_a_row`, `pruned`, `refused`; null where more follows.";

/// The row type `SearchNode`.
#[must_use]
pub fn search_node() -> RowType {
    RowType::new("SearchNode", "A step of reasoning, and what came of the paths that lead over it.")
        .column("id", DataType::Utf8, "Stable identity of the step.")
        .column("tree_id", DataType::Utf8, "The `id` of the row whose tree it is in.")
        .column("problem_id", DataType::Utf8, "The problem that the tree is about.")
        .column("number", DataType::Int64, "Its number in its tree, in the order of growth; the root is 0.")
        .optional("parent", DataType::Int64, "The number of the node that it follows; null for the root.")
        .column("depth", DataType::Int64, "How many nodes are above it.")
        .column("kind", DataType::Utf8, "`root`, `step` for what the model wrote, `output` for what its code gave.")
        .optional("role", DataType::Utf8, "The tag that the step is in.")
        .column("prompt", DataType::Utf8, "What was asked.")
        .column("text", DataType::Utf8, "The step, tags and delimiter included.")
        .column("tokens", DataType::Int64, "How many tokens the model wrote for it, as often as it drew it.")
        .optional(
            "log_probability",
            DataType::Float64,
            "The mean of their log-probabilities, where the model tells it.",
        )
        .column("visits", DataType::Int64, "How many leaves are below it, itself included.")
        .optional("value", DataType::Float64, "What these are worth; null where there is none.")
        .within(0.0..=1.0)
        .optional("status", DataType::Utf8, STATUSES)
        .optional("message", DataType::Utf8, "What went wrong there.")
}

engine::row_type!(search_node);
