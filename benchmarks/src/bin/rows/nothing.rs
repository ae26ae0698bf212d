//! `bench.nothing`: a row operator whose own work costs nothing, so that what remains is the engine's.

use async_trait::async_trait;
use engine::operator::{Context, Fault, Inputs, Operator, RowOperator, RowWorker};
use engine::port::{InputPort, OutputPort, OutputType, PortType};
use engine::row::{Emit, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// # What it does
/// Passes every row on as it is. Its rows are journaled and remembered, as those of a costly operator are.
///
/// # Why
/// To measure what the engine itself costs.
///
/// # Example
/// ```yaml
/// same: {op: bench.nothing, inputs: rows}
/// ```
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {
    /// Tells several of them apart, so that none is served from another's results.
    round: u32,
}

impl Operator for Nothing {
    const NAME: &'static str = "bench.nothing";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "The rows.", PortType::any_rows())]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("rows", "The same rows.", OutputType::Same("rows"))]
    }
}

impl RowOperator for Nothing {
    const ROWS: &'static str = "rows";
    type Worker = Keeper;

    fn open(&self, _inputs: &Inputs, _context: &Context) -> Result<Keeper, Fault> {
        Ok(Keeper)
    }
}

/// The work of [`Nothing`].
pub struct Keeper;

#[async_trait]
impl RowWorker for Keeper {
    async fn run(&self, _row: &Row, _context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        emit.keep("rows");
        Ok(())
    }
}

engine::operator!(row Nothing);
