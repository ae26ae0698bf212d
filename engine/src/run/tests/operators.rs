//! Operators of the three shapes whose every call a probe sees.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Probe;
use crate::operator::{
    Context, Destination, Fault, FileParameter, Inputs, Operator, Outputs, Preparation, Progress, Registration,
    Resource, RowOperator, RowWorker, StepOperator, StepWorker, TableOperator,
};
use crate::port::{InputPort, OutputPort, OutputType, PortType};
use crate::row::{Cell, Emit, Row};

fn columns() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Utf8, false),
        Field::new("text", DataType::Utf8, true),
        Field::new("number", DataType::Float64, true),
    ]))
}

fn rows_type() -> PortType {
    PortType::Columns(columns())
}

/// Row `number` of every source: ids, nulls, and numbers that are none.
pub(super) fn source_rows(range: std::ops::Range<usize>) -> RecordBatch {
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values(range.clone().map(|row| format!("row-{row}"))));
    let texts: ArrayRef =
        Arc::new(range.clone().map(|row| (row % 7 != 3).then(|| format!("text {row}"))).collect::<StringArray>());
    let numbers: ArrayRef = Arc::new(
        range.map(|row| if row % 5 == 0 { Some(f64::NAN) } else { Some(row as f64 / 3.0) }).collect::<Float64Array>(),
    );
    RecordBatch::try_new(columns(), vec![ids, texts, numbers]).unwrap()
}

/// Gives numbered rows; with `file`, as many as the file says.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Source {
    rows: usize,
    #[serde(default)]
    probe: String,
    #[serde(default)]
    file: String,
}

pub(super) static SOURCE: Registration = Registration::table::<Source>();

impl Operator for Source {
    const NAME: &'static str = "test.source";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        Vec::new()
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("rows", "numbered", OutputType::Is(rows_type()))]
    }

    fn files(&self) -> Vec<FileParameter> {
        match self.file.as_str() {
            "" => Vec::new(),
            file => vec![FileParameter::required("file", file.to_owned())],
        }
    }
}

impl TableOperator for Source {
    fn run(&self, _: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let mut rows = self.rows;
        if !self.file.is_empty() {
            let text = std::fs::read_to_string(&context.files("file")?[0])?;
            rows = text.trim().parse().map_err(|_| Fault::node("no number"))?;
        }
        let probe = Probe::named(&self.probe);
        let _presence = probe.call("source")?;
        let mut from = 0;
        while from < rows {
            let to = rows.min(from + 13);
            outputs.write("rows", &source_rows(from..to))?;
            from = to;
        }
        Ok(())
    }
}

/// Works on rows: by their text's length it keeps, adds, splits, drops or fails them.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Echo<const PART: usize> {
    probe: String,
    #[serde(default)]
    tag: String,
    #[serde(default)]
    slots: u64,
    /// What it has open while it works: three slots each.
    #[serde(default)]
    opens: Vec<String>,
}

pub(super) static ECHO: Registration = Registration::row::<Echo<16>>();
pub(super) static ECHO_SMALL: Registration = Registration::row::<Echo<5>>();

impl<const PART: usize> Operator for Echo<PART> {
    const NAME: &'static str = "test.echo";
    const VERSION: u32 = PART as u32;

    fn inputs() -> Vec<InputPort> {
        let side = InputPort::optional("side", "waited for", PortType::any_rows());
        vec![InputPort::one("rows", "worked on", rows_type()), side]
    }

    fn outputs() -> Vec<OutputPort> {
        let halved = PortType::Columns(Arc::new(Schema::new(vec![
            Field::new("id", DataType::Utf8, false),
            Field::new("halves", DataType::List(Arc::new(Field::new("item", DataType::Float64, true))), true),
        ])));
        vec![
            OutputPort::new("kept", "most", OutputType::Same("rows")),
            OutputPort::new("halves", "some twice", OutputType::Is(halved)).may_be_empty(),
        ]
    }

    fn resources(&self) -> Vec<Resource> {
        vec![Resource { name: "slots".to_owned(), amount: self.slots }]
    }
}

impl<const PART: usize> RowOperator for Echo<PART> {
    const ROWS: &'static str = "rows";
    const PART_ROWS: usize = PART;
    const CONCURRENCY: usize = 4;
    type Worker = Echoes;

    fn open(&self, _: &Inputs, context: &Context) -> Result<Echoes, Fault> {
        let room = [Resource { name: "slots".to_owned(), amount: 3 }];
        let open = |name: &String| context.shared(name, &room, || Ok(()));
        let open = self.opens.iter().map(open).collect::<Result<_, _>>()?;
        Ok(Echoes { probe: Probe::named(&self.probe), tag: self.tag.clone(), _open: open })
    }
}

pub(super) struct Echoes {
    _open: Vec<Arc<()>>,
    probe: Arc<Probe>,
    tag: String,
}

#[async_trait]
impl RowWorker for Echoes {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        context.count("rows", 1.0);
        let _presence = self.probe.call(row.id())?;
        let number: usize = row.id().rsplit('-').next().and_then(|tail| tail.parse().ok()).unwrap_or(0);
        if number.is_multiple_of(3) {
            tokio::task::yield_now().await;
        }
        match number % 11 {
            4 => return Err(Fault::row(format!("{} is a four", row.id()))),
            6 => {}
            7 => {
                for sample in 0..2 {
                    let half = row.float("number").map(|number| number / 2.0);
                    let cells = vec![
                        ("id".to_owned(), Cell::Text(context.child_id([row.id()], sample))),
                        ("halves".to_owned(), Cell::List(vec![half.into(), Cell::Null, Cell::Float(f64::NAN)])),
                    ];
                    emit.push_row("halves", cells);
                }
                emit.keep("kept");
            }
            8 => emit.keep_with("kept", [("text", Cell::from(format!("changed {}{}", row.id(), self.tag)))]),
            _ => emit.keep("kept"),
        }
        Ok(())
    }
}

/// Writes down where its rows come from, for others to find.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Export {
    path: String,
}

pub(super) static EXPORT: Registration = Registration::table::<Export>();

impl Operator for Export {
    const NAME: &'static str = "test.export";
    const VERSION: u32 = 1;
    const SINK: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "counted", PortType::any_rows())]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("file", "the text", OutputType::Is(PortType::artifact("File")))]
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::File(self.path.clone()))
    }
}

impl TableOperator for Export {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let ancestors: Vec<_> = context.lineage().iter().map(|ancestor| ancestor.operator.as_str()).collect();
        let text = format!("{} rows by {}", inputs.table("rows")?.rows, ancestors.join(", "));
        let (what, step) = ("the folder".to_owned(), "making it".to_owned());
        context.preparing(Preparation { what, step, done: 0, of: 1 });
        context.warn("the file is small");
        Ok(std::fs::write(outputs.artifact("file")?.join("export.txt"), text)?)
    }
}

/// Counts its steps; a row each, and a checkpoint at the end.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Count {
    steps: u64,
    probe: String,
}

pub(super) static COUNT: Registration = Registration::step::<Count>();

impl Operator for Count {
    const NAME: &'static str = "test.count";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::optional("rows", "waited for", PortType::any_rows())]
    }

    fn outputs() -> Vec<OutputPort> {
        let columns =
            Schema::new(vec![Field::new("step", DataType::Int64, false), Field::new("sum", DataType::Int64, false)]);
        let metrics = PortType::Columns(Arc::new(columns));
        vec![
            OutputPort::new("metrics", "a row a step", OutputType::Is(metrics)),
            OutputPort::new("checkpoint", "the sum", OutputType::Is(PortType::artifact("Checkpoint"))),
        ]
    }
}

impl StepOperator for Count {
    type Worker = Counting;

    fn start(&self, _: &Inputs, _: &Context) -> Result<Counting, Fault> {
        Ok(Counting { steps: self.steps, probe: Probe::named(&self.probe), step: 0, sum: 0 })
    }

    fn steps(&self) -> Option<u64> {
        Some(self.steps)
    }

    fn prolonged_by(&self) -> Option<&'static str> {
        Some("steps")
    }
}

pub(super) struct Counting {
    steps: u64,
    probe: Arc<Probe>,
    step: u64,
    sum: u64,
}

impl StepWorker for Counting {
    fn step(&mut self, _: &Context, emit: &mut Emit<'_>) -> Result<Progress, Fault> {
        let _presence = self.probe.call(&self.step.to_string())?;
        self.step += 1;
        self.sum += self.step * self.step;
        let cell = |number: u64| Cell::Integer(i64::try_from(number).unwrap());
        emit.push_row("metrics", vec![("step".into(), cell(self.step)), ("sum".into(), cell(self.sum))]);
        Ok(if self.step == self.steps { Progress::Done } else { Progress::More })
    }

    fn save(&self, folder: &Path) -> Result<(), Fault> {
        Ok(std::fs::write(folder.join("state"), format!("{} {}", self.step, self.sum))?)
    }

    fn restore(&mut self, folder: &Path) -> Result<(), Fault> {
        let text = std::fs::read_to_string(folder.join("state"))?;
        let (step, sum) = text.split_once(' ').unwrap();
        (self.step, self.sum) = (step.parse().unwrap(), sum.parse().unwrap());
        Ok(())
    }

    fn finish(self: Box<Self>, _: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let _presence = self.probe.call("finish")?;
        std::fs::write(outputs.artifact("checkpoint")?.join("sum"), self.sum.to_string())?;
        let (step, sum) = (i64::try_from(self.step + 1).unwrap(), i64::try_from(self.sum).unwrap());
        let last: Vec<ArrayRef> = vec![Arc::new(Int64Array::from(vec![step])), Arc::new(Int64Array::from(vec![sum]))];
        outputs.write("metrics", &RecordBatch::try_new(outputs.schema("metrics")?, last)?)
    }
}
