//! What an operator makes of one row.

use serde::{Deserialize, Serialize};

use super::Cell;

/// Where an emitted row's unnamed columns come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Base {
    /// The input row: its columns pass through.
    Input,
    /// Nothing: they are null.
    Blank,
}

/// One row on its way to an output port.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Emission {
    /// The output port, as its place in the operator's `outputs()`.
    pub port: u16,
    /// Where columns without a cell come from.
    pub base: Base,
    /// Columns that this row sets.
    pub cells: Vec<(String, Cell)>,
}

/// Collects what one input row gives, in order.
#[derive(Debug)]
pub struct Emit<'a> {
    ports: &'a [&'static str],
    emissions: Vec<Emission>,
}

impl<'a> Emit<'a> {
    /// An empty collection over the names of the output ports.
    #[must_use]
    pub fn new(ports: &'a [&'static str]) -> Self {
        Self { ports, emissions: Vec::new() }
    }

    /// Passes the input row on as it is.
    pub fn keep(&mut self, port: &str) {
        self.push(port, Base::Input, Vec::new());
    }

    /// Passes the input row on with columns added or replaced. A second row made of the same input needs an `id` of
    /// its own among the cells.
    pub fn keep_with<const N: usize>(&mut self, port: &str, cells: [(&str, Cell); N]) {
        self.push(port, Base::Input, cells.map(|(name, cell)| (name.to_owned(), cell)).into());
    }

    /// Gives a row of its own.
    pub fn push_row(&mut self, port: &str, cells: Vec<(String, Cell)>) {
        self.push(port, Base::Blank, cells);
    }

    /// Gives a row with any base.
    ///
    /// # Panics
    /// When the operator has no output of that name: a fault in the operator, not in its input.
    pub fn push(&mut self, port: &str, base: Base, cells: Vec<(String, Cell)>) {
        let index = self.ports.iter().position(|name| *name == port);
        let index = index.unwrap_or_else(|| panic!("`{port}` is not an output: {:?}", self.ports));
        let port = u16::try_from(index).expect("an operator has a handful of outputs");
        self.emissions.push(Emission { port, base, cells });
    }

    /// What was collected.
    #[must_use]
    pub fn into_emissions(self) -> Vec<Emission> {
        self.emissions
    }
}
