//! Operators to build graphs of.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::operator::{Context, Fault, FileParameter, Inputs, Operator, Outputs, TableOperator};
use crate::port::{InputPort, OutputPort, OutputType, PortType};

/// Reads rows.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Read {
    /// A file that need not be there.
    #[serde(default)]
    path: Option<String>,
    /// The column.
    #[serde(default)]
    column: Option<String>,
}

impl Operator for Read {
    const NAME: &'static str = "graph.read";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("rows", "The rows.", OutputType::Derived("the file's columns"))]
    }

    fn types(
        &self,
        _inputs: &crate::port::InputTypes,
        _files: &crate::operator::ExternalFiles,
    ) -> Result<crate::port::OutputTypes, Vec<crate::operator::Complaint>> {
        let column = self.column.as_deref().unwrap_or("id");
        let schema = Schema::new(vec![Field::new(column, DataType::Utf8, false)]);
        Ok([("rows".to_owned(), Some(PortType::Columns(Arc::new(schema))))].into())
    }

    fn files(&self) -> Vec<FileParameter> {
        self.path.iter().map(|path| FileParameter::required("path", path.clone())).collect()
    }
}

impl TableOperator for Read {
    fn run(&self, _inputs: &Inputs, _context: &Context, _outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        Err(Fault::node("does no work"))
    }
}

/// Passes rows on.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Pass {}

impl Operator for Pass {
    const NAME: &'static str = "graph.pass";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("rows", "The rows.", PortType::any_rows()),
            InputPort::optional("after", "What to wait for.", PortType::any_rows()),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![
            OutputPort::new("rows", "The rows.", OutputType::Same("rows")),
            OutputPort::new("others", "No rows.", OutputType::Same("rows")).may_be_empty(),
        ]
    }
}

impl TableOperator for Pass {
    fn run(&self, _inputs: &Inputs, _context: &Context, _outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        Err(Fault::node("does no work"))
    }
}

/// Joins tables.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {}

impl Operator for Join {
    const NAME: &'static str = "graph.join";
    const VERSION: u32 = 1;
    const SINK: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::named("tables", "The tables.", PortType::any_rows())]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("rows", "The rows.", OutputType::Derived("all columns"))]
    }
}

impl TableOperator for Join {
    fn run(&self, _inputs: &Inputs, _context: &Context, _outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        Err(Fault::node("does no work"))
    }
}

crate::operator!(table Read);
crate::operator!(table Pass);
crate::operator!(table Join);
