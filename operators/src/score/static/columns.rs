//! The columns of a static score. Owns their names and types; knows nothing of how they are counted.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use engine::port::PortType;
use engine::row::Cell;

use super::counts::{ByName, Counts, mean};
use crate::row::{list, structure};

/// The type of rows to which the columns are added.
pub(super) fn added_to(rows: &PortType) -> PortType {
    let by_name = || list(structure([("name", DataType::Utf8), ("complexity", DataType::Int64)]));
    let fields = [
        ("ast_nodes", DataType::Int64),
        ("code_lines", DataType::Int64),
        ("cyclomatic", DataType::Float64),
        ("cyclomatic_by_block", by_name()),
        ("cognitive", DataType::Float64),
        ("cognitive_by_function", by_name()),
        ("static_score", DataType::Float64),
        ("static_reason", DataType::Utf8),
    ];
    let fields: Vec<Field> = fields.into_iter().map(|(name, kind)| Field::new(name, kind, true)).collect();
    let added = PortType::Columns(Arc::new(Schema::new(fields))).over(rows);
    added.schema().map_or_else(|| rows.clone(), |schema| rows.with_schema(schema.clone()))
}

/// A row's cells: the counts and the score, or why there are none.
pub(super) fn cells(counted: Result<&Counts, &String>) -> [(&'static str, Cell); 8] {
    let counts = counted.ok();
    let number = |count: u32| Cell::Integer(count.into());
    let float = |value: Option<f64>| value.map_or(Cell::Null, Cell::Float);
    let score = counts.and_then(Counts::score);
    let reason = match (counted, score) {
        (Err(reason), _) => Cell::Text(reason.clone()),
        (Ok(_), None) => Cell::Text("there is no function whose complexity could be scored".to_owned()),
        (Ok(_), Some(_)) => Cell::Null,
    };
    [
        ("ast_nodes", counts.map_or(Cell::Null, |counts| number(counts.nodes))),
        ("code_lines", counts.map_or(Cell::Null, |counts| number(counts.lines))),
        ("cyclomatic", float(counts.and_then(|counts| mean(&counts.cyclomatic())))),
        ("cyclomatic_by_block", counts.map_or(Cell::Null, |counts| named(&counts.cyclomatic()))),
        ("cognitive", float(counts.and_then(|counts| mean(&counts.cognitive())))),
        ("cognitive_by_function", counts.map_or(Cell::Null, |counts| named(&counts.cognitive()))),
        ("static_score", float(score)),
        ("static_reason", reason),
    ]
}

fn named(complexities: &ByName<'_>) -> Cell {
    let entry = |(name, complexity): (&&str, &u32)| {
        let fields = [("name", Cell::Text((*name).to_owned())), ("complexity", Cell::Integer((*complexity).into()))];
        Cell::Struct(fields.map(|(name, cell)| (name.to_owned(), cell)).into())
    };
    Cell::List(complexities.iter().map(entry).collect())
}
