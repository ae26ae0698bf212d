//! Rows of a table, one block a row or one JSON object a line.

use std::io::{self, Write};

use arrow::array::RecordBatch;
use arrow::json::LineDelimitedWriter;
use engine::row::{Cell, Plain, Row};

/// How much of a value is printed; `--json` prints all.
const LONGEST: usize = 600;

/// One block a row: a line a column, long texts indented below their name and cut.
pub fn blocks(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        for (name, cell) in row.cells() {
            value(out, name, &cell)?;
        }
    }
    Ok(())
}

/// One JSON object a row.
pub fn json(out: &mut dyn Write, batch: &RecordBatch) -> io::Result<()> {
    let mut writer = LineDelimitedWriter::new(out);
    writer.write(batch).and_then(|()| writer.finish()).map_err(io::Error::other)
}

fn value(out: &mut dyn Write, name: &str, cell: &Cell) -> io::Result<()> {
    let text = match cell {
        Cell::Null => return Ok(()),
        Cell::Text(text) => text.clone(),
        other => serde_json::to_string(&Plain(other))?,
    };
    let shown: String = text.chars().take(LONGEST).collect();
    let cut = text.chars().count().saturating_sub(LONGEST);
    let more = if cut > 0 { format!(" ... ({cut} characters more)") } else { String::new() };
    if !shown.contains('\n') {
        return writeln!(out, "{name}: {shown}{more}");
    }
    writeln!(out, "{name}:")?;
    shown.lines().try_for_each(|line| writeln!(out, "    {line}"))?;
    if more.is_empty() { Ok(()) } else { writeln!(out, "   {more}") }
}
