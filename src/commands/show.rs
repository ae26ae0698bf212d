//! `millrace show`: rows of a node's output.

use std::io::Write;
use std::sync::Arc;

use engine::cache::{Entry, PortRecord};
use engine::row::Row;

use crate::cli::Show;
use crate::exit::{Exit, Failure};
use crate::open::{self, Opened};
use crate::render::plan::grouped;
use crate::render::{rows, tree};
use crate::report::Tree;

/// Prints the first rows of an output; `node.output` chooses one where there are several.
pub fn execute(arguments: &Show, out: &mut dyn Write) -> Result<Exit, Failure> {
    let opened = open::open(&arguments.pipeline)?;
    let (node, port) = opened.output(&arguments.node)?;
    let entry = finished(&opened, &node)?;
    if let Some(folder) = entry.artifact(&port) {
        writeln!(out, "{node}.{port} is a folder of files: {}", folder.display())?;
        return Ok(Exit::Done);
    }
    let table = entry.table(&port).map_err(Failure::engine)?;
    let table = table.ok_or_else(|| Failure::Usage(format!("`{node}` has no output `{port}`")))?;
    let wanted = usize::try_from(arguments.rows).unwrap_or(usize::MAX);
    if !arguments.json && is_of_trees(&entry, &port) {
        let trees = Tree::first(&table, wanted);
        trees.iter().try_for_each(|tree| writeln!(out, "{}", tree::drawn(tree)))?;
        writeln!(out, "{} trees, {} nodes in all of {node}.{port}", trees.len(), grouped(table.rows))?;
        others(out, &entry, &port)?;
        return Ok(Exit::Done);
    }
    let batch = Arc::new(table.slice(0, wanted).map_err(Failure::engine)?);
    if arguments.json {
        rows::json(out, &batch)?;
        return Ok(Exit::Done);
    }
    let shown: Vec<Row> = (0..batch.num_rows()).map(|index| Row::new(batch.clone(), index)).collect();
    rows::blocks(out, &shown)?;
    writeln!(out, "\n{} of {} rows of {node}.{port}", shown.len(), grouped(table.rows))?;
    others(out, &entry, &port)?;
    Ok(Exit::Done)
}

/// Whether an output's rows are the nodes of trees, which are drawn.
fn is_of_trees(entry: &Entry, port: &str) -> bool {
    let record = entry.ports().find(|(name, _)| *name == port).map(|(_, record)| record);
    matches!(record, Some(PortRecord::Rows { row_type, .. }) if row_type.as_deref() == Some(Tree::ROW_TYPE))
}

/// The entry of a node that has run.
fn finished(opened: &Opened, node: &str) -> Result<Entry, Failure> {
    let planned = opened.plan(&[node.to_owned()])?;
    let task = planned.tasks.iter().find(|task| task.node.name == node);
    let found =
        task.and_then(|task| task.fingerprint).and_then(|fingerprint| opened.cache.find(&fingerprint).present());
    let hint = format!("`{node}` has not run as the manifest has it now; `millrace plan` says why");
    found.ok_or(Failure::Usage(hint))
}

/// What else the node gives, so that nobody misses a second output.
fn others(out: &mut dyn Write, entry: &Entry, port: &str) -> std::io::Result<()> {
    for (name, record) in entry.ports().filter(|(name, _)| *name != port) {
        writeln!(out, "also: {name}, {} rows", grouped(record.rows().unwrap_or_default()))?;
    }
    if entry.failed() > 0 {
        writeln!(out, "also: {} input rows have no result; `millrace trace` says why", grouped(entry.failed()))?;
    }
    Ok(())
}
