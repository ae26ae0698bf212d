//! `pair.levels`: preferences between levels of reasoning.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use async_trait::async_trait;
use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Base, Emit, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::complaints;
use crate::jinja::Template;
use crate::row::with_columns;

/// Makes preferences of reasoning on three levels.
///
/// # What it does
/// Makes of each row the pairs of `kinds`, each a `Preference` whose `prompt` is made by the parameter of that name, and
/// whose `pair_type` says which levels are compared:
///
/// - `opt_deg`: `optimized` is better than `degraded`;
/// - `opt_ori`: `optimized` is better than `base`;
/// - `ori_deg`: `base` is better than `degraded`.
///
/// A pair one side of which is null, or whose sides are the same text, is left out. Other columns stay, without those of
/// the levels; `problem_id` is what `table.split` has to part `by`, since two pairs of one problem share their texts. A
/// pair's `id` does not depend on which kinds are made beside it.
///
/// # Why
/// A reward model learns to tell good reasoning from bad by seeing both of one problem. Which contrasts it needs is a
/// question of its own (ReCode, <https://arxiv.org/abs/2508.05170>, section 3.1 and figure 4), so each can be left out.
///
/// # Example
/// ```yaml
/// pairs: {op: pair.levels, inputs: contrast, with: {kinds: [opt_deg]}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Levels {
    /// Which pairs are made.
    #[serde(default = "all")]
    #[schemars(length(min = 1))]
    pub kinds: Vec<Pair>,
    /// The prompt, Jinja over the columns.
    #[serde(default = "default_prompt")]
    #[schemars(length(min = 1))]
    pub prompt: String,
}

/// Two levels, the better one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pair {
    /// Optimized and degraded.
    OptDeg,
    /// Optimized and base.
    OptOri,
    /// Base and degraded.
    OriDeg,
}

impl Pair {
    const ALL: [Self; 3] = [Self::OptDeg, Self::OptOri, Self::OriDeg];

    fn name(self) -> &'static str {
        match self {
            Self::OptDeg => "opt_deg",
            Self::OptOri => "opt_ori",
            Self::OriDeg => "ori_deg",
        }
    }

    /// The columns of both sides, the better one first.
    fn sides(self) -> (&'static str, &'static str) {
        match self {
            Self::OptDeg => ("optimized", "degraded"),
            Self::OptOri => ("optimized", "base"),
            Self::OriDeg => ("base", "degraded"),
        }
    }
}

/// The columns that become sides.
const LEVELS: [&str; 3] = ["optimized", "base", "degraded"];

fn all() -> Vec<Pair> {
    Pair::ALL.to_vec()
}

fn default_prompt() -> String {
    "{{ statement }}".to_owned()
}

/// What makes pairs of a row.
pub struct Pairing {
    kinds: Vec<Pair>,
    prompt: Template,
}

impl Operator for Levels {
    const NAME: &'static str = "pair.levels";
    const VERSION: u32 = 1;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "Reasoning on three levels.", PortType::rows("Contrast"))]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "`Preference`, with `problem_id`, `pair_type` and the other columns of `rows` but for the levels.";
        vec![OutputPort::new("pairs", "The pairs.", OutputType::Derived(gives))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let schema = complaints::columns(inputs, "rows").map(AsRef::as_ref);
        let complaints = Template::check(&self.prompt, Vec::new(), &["prompt"], schema);
        if !complaints.is_empty() {
            return Err(complaints);
        }
        Ok([("pairs".to_owned(), schema.map(pair_type))].into())
    }
}

fn pair_type(given: &Schema) -> PortType {
    let kept = given.fields().iter().filter(|field| !LEVELS.contains(&field.name().as_str()));
    let kept = PortType::Columns(Arc::new(Schema::new(kept.cloned().collect::<Vec<_>>())));
    with_columns(&PortType::rows("Preference").over(&kept), vec![Field::new("pair_type", DataType::Utf8, false)])
}

impl RowOperator for Levels {
    const ROWS: &'static str = "rows";
    type Worker = Pairing;

    fn open(&self, _inputs: &Inputs, _context: &Context) -> Result<Pairing, Fault> {
        let prompt = Template::new(&self.prompt, Vec::new()).map_err(|error| Fault::node(error.to_string()))?;
        Ok(Pairing { kinds: self.kinds.clone(), prompt })
    }
}

#[async_trait]
impl RowWorker for Pairing {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        for (number, kind) in (0..).zip(Pair::ALL).filter(|(_, kind)| self.kinds.contains(kind)) {
            let (better, worse) = kind.sides();
            let (Some(chosen), Some(rejected)) = (row.text(better), row.text(worse)) else { continue };
            if chosen == rejected {
                continue;
            }
            let cells = [
                ("id", context.child_id([row.id()], number).into()),
                ("prompt", self.prompt.render(row)?.into()),
                ("chosen", chosen.into()),
                ("rejected", rejected.into()),
                ("pair_type", kind.name().into()),
            ];
            emit.push("pairs", Base::Input, cells.map(|(name, cell)| (name.to_owned(), cell)).into());
        }
        Ok(())
    }
}

engine::operator!(row Levels);
