//! `synthesize.contrast_rules`: reasoning made worse by rule.

mod donors;
mod fault;
mod levels;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, ListBuilder, RecordBatch, StringArray, StringBuilder};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field};
use engine::operator::{Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::Row;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::donors::Donors;
use self::levels::Levels;
use super::draw::Draw;
use super::reasoning::steps::Step;
use crate::complaints;
use crate::row::{list, reasoned, with_columns};

/// Makes reasoning worse by rule, a little and much.
///
/// # What it does
/// Takes reasoning that is right, step by step as `synthesize.practice` writes it, and adds three levels of it:
///
/// - `optimized`: the reasoning as it is;
/// - `base`: with one fault of the first four kinds;
/// - `degraded`: the base with one to three faults of other kinds.
///
/// `faults` names what the degraded has, that of the base first:
///
/// - `factual_error`: a number is not the statement's, or not what comes out;
/// - `irrelevant_path`: a step of another row's reasoning, which nobody asked for;
/// - `incomplete`: a step is missing;
/// - `logical_gap`: behind a step stands what comes out of the one before or after, so that it does not follow;
/// - `acausal_order`: steps are told before those that they need.
///
/// Nothing on the surface tells the levels apart. Of two levels either is as likely to be the longer one, and the one of
/// more sentences, and no words are added that right reasoning has not. Whoever is to tell them apart has to hold each step against the statement and
/// against what stands around it. `evaluate.reward_accuracy` says how well length and words alone do.
///
/// Rows for which no such faults are found are left out, with a warning: mostly those whose reasoning is one step.
///
/// # Why
/// A reward model of reasoning needs pairs of which one is known to be worse (ReCode,
/// <https://arxiv.org/abs/2508.05170>, section 3.1). At full size a language model degrades reasoning as it is told to;
/// here rules do, so that a pipeline can be tried whole without one.
///
/// # Example
/// ```yaml
/// contrast: {op: synthesize.contrast_rules, inputs: problems}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContrastRules {
    /// Another number makes other faults under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

impl Operator for ContrastRules {
    const NAME: &'static str = "synthesize.contrast_rules";
    const VERSION: u32 = 1;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![InputPort::one("rows", "Reasoning that is right, in steps.", reasoned())]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "`Contrast`, with `faults` and the other columns of `rows`.";
        vec![OutputPort::new("rows", "Each row with its levels.", OutputType::Derived(gives))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let faults = Field::new("faults", list(DataType::Utf8), false);
        let given = complaints::port_type(inputs, "rows");
        let rows = given.map(|rows| with_columns(&PortType::rows("Contrast").over(&rows), vec![faults]));
        Ok([("rows".to_owned(), rows)].into())
    }
}

impl TableOperator for ContrastRules {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let table = inputs.table("rows")?;
        let donors = Donors::of(table, context)?;
        let (mut done, mut left_out) = (0, 0);
        for batch in table.batches() {
            context.check_cancelled()?;
            let batch = Arc::new(batch?);
            let levels: Vec<Option<Levels>> =
                (0..batch.num_rows()).into_par_iter().map(|row| self.levels(&batch, row, &donors, context)).collect();
            left_out += levels.iter().filter(|levels| levels.is_none()).count();
            outputs.write("rows", &with_levels(&batch, &levels)?)?;
            done += batch.num_rows() as u64;
            context.progress(done, Some(table.rows));
        }
        if left_out > 0 {
            context.warn(format!("{left_out} rows are left out: their reasoning has no place for faults that its length would not give away"));
        }
        Ok(())
    }
}

impl ContrastRules {
    fn levels(&self, batch: &Arc<RecordBatch>, row: usize, donors: &Donors, context: &Context) -> Option<Levels> {
        let row = Row::new(batch.clone(), row);
        let golden = Step::all(&row.cell("steps"));
        let statement = row.text("statement").unwrap_or_default();
        let mut draw = Draw::new(context.random(row.id(), self.seed));
        Levels::of(&golden, statement, donors, &mut draw)
    }
}

/// The rows that have levels, with these.
fn with_levels(batch: &RecordBatch, levels: &[Option<Levels>]) -> Result<RecordBatch, Fault> {
    let kept =
        filter_record_batch(batch, &levels.iter().map(|levels| Some(levels.is_some())).collect::<BooleanArray>())?;
    let levels = || levels.iter().flatten();
    let mut faults = ListBuilder::new(StringBuilder::new());
    levels().for_each(|levels| faults.append_value(levels.faults.iter().map(|kind| Some(kind.name()))));
    let text = |of: fn(&Levels) -> &String| -> ArrayRef { Arc::new(StringArray::from_iter_values(levels().map(of))) };
    let own = kept.column_by_name("problem_id").or(kept.column_by_name("id"));
    let own = own.ok_or_else(|| Fault::node("there is no column `id`"))?.clone();
    let added: [(&str, ArrayRef); 5] = [
        ("problem_id", own),
        ("optimized", text(|levels| &levels.optimized)),
        ("base", text(|levels| &levels.base)),
        ("degraded", text(|levels| &levels.degraded)),
        ("faults", Arc::new(faults.finish())),
    ];
    let schema = kept.schema();
    let names = schema.fields().iter().map(|field| field.name().as_str());
    let passed = names.zip(kept.columns().iter().cloned());
    let passed = passed.filter(|(name, _)| added.iter().all(|(other, _)| other != name));
    Ok(RecordBatch::try_from_iter(passed.chain(added.iter().cloned()))?)
}

engine::operator!(table ContrastRules);
