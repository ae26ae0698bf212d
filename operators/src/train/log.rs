//! What is told of steps: rows of the output `metrics`, and the same as a log beside the weights.
//!
//! Owns names and numbers that depend on rows and seed alone. Times are told to the run, and stored nowhere: a training
//! that was interrupted has the same metrics as one that was not.

use std::fs;
use std::path::Path;

use engine::operator::{Context, Fault};
use engine::row::{Cell, Emit};
use serde::{Deserialize, Serialize};

use super::METRICS;
use crate::curves;

/// All that was told, in order.
#[derive(Debug, Default)]
pub(super) struct Log {
    lines: Vec<Line>,
}

/// One number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    step: u64,
    name: String,
    value: f64,
}

impl Log {
    /// Tells the numbers of a step, counted from one. What is no number is left out.
    pub(super) fn tell<'a>(
        &mut self,
        step: u64,
        numbers: impl IntoIterator<Item = (&'a str, f64)>,
        context: &Context,
        emit: &mut Emit<'_>,
    ) {
        let numbers: Vec<(&str, f64)> = numbers.into_iter().filter(|(_, value)| value.is_finite()).collect();
        context.measure(step, &numbers);
        for (name, value) in numbers {
            let cells = [
                ("id", Cell::from(context.child_id([name], step))),
                ("name", name.into()),
                ("value", value.into()),
                ("step", (step as i64).into()),
            ];
            emit.push_row(METRICS, cells.map(|(column, cell)| (column.to_owned(), cell)).into());
            self.lines.push(Line { step, name: name.to_owned(), value });
        }
    }

    /// Whether this number was the same in every step.
    pub(super) fn is_always(&self, name: &str, value: f64) -> bool {
        self.lines.iter().filter(|line| line.name == name).all(|line| line.value == value)
    }

    pub(super) fn save(&self, path: &Path) -> Result<(), Fault> {
        let line = |line: &Line| serde_json::to_string(line).expect("plain data") + "\n";
        Ok(fs::write(path, self.lines.iter().map(line).collect::<String>())?)
    }

    pub(super) fn restore(path: &Path) -> Result<Self, Fault> {
        let text = fs::read_to_string(path)?;
        let lines = text.lines().map(|line| {
            serde_json::from_str(line).map_err(|error| Fault::node(format!("{}: {error}", path.display())))
        });
        Ok(Self { lines: lines.collect::<Result<_, _>>()? })
    }

    /// Writes the log into the folder beside the weights, as JSON lines and for TensorBoard.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Fault> {
        let numbers = self.lines.iter().map(|line| (line.name.as_str(), line.step, line.value));
        Ok(curves::write(folder, numbers)?)
    }
}
