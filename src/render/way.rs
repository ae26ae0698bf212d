//! A row's way through a pipeline.

use std::io::{self, Write};

use engine::row::Plain;
use engine::trace::{Appearance, Fate, Relation, Trace};
use serde_json::{Value, json};

/// A line a node, with the columns that it added below.
pub fn text(out: &mut dyn Write, trace: &Trace) -> io::Result<()> {
    writeln!(out, "row {}", trace.id)?;
    let names = trace.appearances.iter().map(|own| own.node.len()).max().unwrap_or(0);
    for own in &trace.appearances {
        let whose = match own.relation {
            Relation::Itself => String::new(),
            Relation::Ancestor => format!("  (made of {})", own.id),
            Relation::Descendant => format!("  (gave {})", own.id),
        };
        writeln!(out, "  {:names$}  {}{whose}", own.node, fate(&own.fate))?;
        for (name, cell) in &own.added {
            writeln!(out, "  {:names$}    {name}: {}", "", serde_json::to_string(&Plain(cell))?)?;
        }
    }
    Ok(())
}

/// The same as data.
pub fn json(trace: &Trace) -> Value {
    let appearance = |own: &Appearance| {
        let added = own.added.iter().map(|(name, cell)| (name.clone(), json!(Plain(cell))));
        json!({
            "node": own.node,
            "operator": own.operator,
            "id": own.id,
            "relation": own.relation,
            "fate": own.fate,
            "added": added.collect::<serde_json::Map<_, _>>(),
        })
    };
    json!({"id": trace.id, "appearances": trace.appearances.iter().map(appearance).collect::<Vec<_>>()})
}

fn fate(fate: &Fate) -> String {
    match fate {
        Fate::Given { port } => format!("in `{port}`"),
        Fate::Dropped => "dropped here".to_owned(),
        Fate::Failed { reason } => format!("failed: {reason}"),
    }
}
