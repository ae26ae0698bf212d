//! One operator of each shape; none is ever run.

use std::collections::BTreeMap;
use std::path::Path;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::operator::{
    Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, Outputs, Progress, RowOperator, RowWorker,
    StepOperator, StepWorker, TableOperator,
};
use crate::port::{InputPort, OutputPort, OutputType, PortType};
use crate::row::{Emit, Row};

/// Reads files.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct PlanSource {
    path: String,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// Works on single rows.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct PlanRows {
    #[serde(default = "threshold")]
    threshold: f64,
    #[serde(default)]
    words: Vec<String>,
}

/// Draws random numbers.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct PlanRandom {}

/// Goes step by step.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct PlanSteps {
    steps: u64,
}

fn threshold() -> f64 {
    0.1
}

fn rows_in() -> Vec<InputPort> {
    vec![InputPort::one("rows", "Rows.", PortType::any_rows())]
}

fn rows_out() -> Vec<OutputPort> {
    vec![OutputPort::new("out", "Rows.", OutputType::Is(PortType::any_rows()))]
}

impl Operator for PlanSource {
    const NAME: &'static str = "plan_test.source";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        rows_out()
    }

    fn files(&self) -> Vec<FileParameter> {
        vec![FileParameter::required("path", self.path.clone())]
    }
}

impl Operator for PlanRows {
    const NAME: &'static str = "plan_test.rows";
    const VERSION: u32 = 3;

    fn inputs() -> Vec<InputPort> {
        rows_in()
    }

    fn outputs() -> Vec<OutputPort> {
        rows_out()
    }

    fn identities(&self, _files: &ExternalFiles) -> BTreeMap<String, String> {
        [("checker".to_owned(), "1.2".to_owned())].into()
    }
}

impl Operator for PlanRandom {
    const NAME: &'static str = "plan_test.random";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        rows_in()
    }

    fn outputs() -> Vec<OutputPort> {
        rows_out()
    }
}

impl Operator for PlanSteps {
    const NAME: &'static str = "plan_test.steps";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        rows_in()
    }

    fn outputs() -> Vec<OutputPort> {
        rows_out()
    }
}

/// Plans run nothing.
struct Never;

impl TableOperator for PlanSource {
    fn run(&self, _: &Inputs, _: &Context, _: &mut Outputs<'_>) -> Result<(), Fault> {
        Err(Fault::node("a plan runs nothing"))
    }
}

impl TableOperator for PlanRandom {
    fn run(&self, _: &Inputs, _: &Context, _: &mut Outputs<'_>) -> Result<(), Fault> {
        Err(Fault::node("a plan runs nothing"))
    }
}

impl RowOperator for PlanRows {
    const ROWS: &'static str = "rows";
    type Worker = Never;

    fn open(&self, _: &Inputs, _: &Context) -> Result<Never, Fault> {
        Err(Fault::node("a plan runs nothing"))
    }
}

#[async_trait]
impl RowWorker for Never {
    async fn run(&self, _: &Row, _: &Context, _: &mut Emit<'_>) -> Result<(), Fault> {
        Err(Fault::node("a plan runs nothing"))
    }
}

impl StepOperator for PlanSteps {
    type Worker = Never;

    fn start(&self, _: &Inputs, _: &Context) -> Result<Never, Fault> {
        Err(Fault::node("a plan runs nothing"))
    }

    fn steps(&self) -> Option<u64> {
        Some(self.steps)
    }
}

impl StepWorker for Never {
    fn step(&mut self, _: &Context, _: &mut Emit<'_>) -> Result<Progress, Fault> {
        Err(Fault::node("a plan runs nothing"))
    }

    fn save(&self, _: &Path) -> Result<(), Fault> {
        Err(Fault::node("a plan runs nothing"))
    }

    fn restore(&mut self, _: &Path) -> Result<(), Fault> {
        Err(Fault::node("a plan runs nothing"))
    }

    fn finish(self: Box<Self>, _: &Context, _: &mut Outputs<'_>) -> Result<(), Fault> {
        Err(Fault::node("a plan runs nothing"))
    }
}

crate::operator!(table PlanSource);
crate::operator!(table PlanRandom);
crate::operator!(row PlanRows);
crate::operator!(step PlanSteps);
