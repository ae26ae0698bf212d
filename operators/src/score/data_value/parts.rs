//! What a problem's value is made of.
//!
//! Owns the formula, and the columns that it is shown in. How each part comes about is told where it is computed.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, SchemaRef};
use engine::operator::Fault;

use super::attempts::Attempts;
use super::shapes::Shapes;
use super::worth;
use crate::evaluate::pass_at_k;

/// What is known of a problem; nothing of what would need attempts where there are none.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub(super) answers: u64,
    pub(super) solved: u64,
    /// pass@k, for every k.
    pub(super) pass_at: Vec<Option<f64>>,
    pub(super) signal: Option<f64>,
    pub(super) agreement: Option<f64>,
    pub(super) soundness: Option<f64>,
    pub(super) novelty: f64,
    pub(super) shape_diversity: Option<f64>,
    pub(super) log_probability: Option<f64>,
}

/// How pass rates are measured.
#[derive(Clone, Copy)]
pub(super) struct Counts<'a> {
    pub(super) k: &'a [u64],
    pub(super) rollouts: u64,
}

impl Parts {
    /// Those of a problem that nobody attempted.
    pub(super) fn unattempted(novelty: f64, counts: Counts<'_>) -> Self {
        Self { novelty, pass_at: vec![None; counts.k.len()], ..Self::default() }
    }

    /// Those of a problem with attempts, which have to be as many as are counted.
    pub(super) fn of(attempts: &Attempts, novelty: f64, shapes: &Shapes, counts: Counts<'_>) -> Self {
        let Attempts { answers, solved, .. } = *attempts;
        Self {
            answers,
            solved,
            pass_at: counts.k.iter().map(|k| Some(pass_at_k(answers, solved, *k))).collect(),
            signal: Some(worth::signal(answers, solved, counts.rollouts)),
            agreement: attempts.agreement(),
            soundness: attempts.soundness(),
            novelty,
            shape_diversity: shapes.diversity(&attempts.programs),
            log_probability: attempts.log_probability(),
        }
    }

    /// `signal * soundness * novelty`; tests of which nothing is known take nothing away.
    pub(super) fn value(&self) -> Option<f64> {
        Some(self.signal? * self.soundness.unwrap_or(1.0) * self.novelty)
    }

    /// Whether it is solved sometimes, but not always.
    pub(super) fn is_learnable(&self) -> Option<f64> {
        let is_learnable = self.solved > 0 && self.solved < self.answers;
        (self.answers > 0).then_some(if is_learnable { 1.0 } else { 0.0 })
    }

    /// The parts that are shares and means, by name, in the order in which they are shown.
    pub(super) fn named(&self, counts: Counts<'_>) -> Vec<(String, Option<f64>)> {
        let pass_at = counts.k.iter().map(|k| format!("pass@{k}")).zip(self.pass_at.iter().copied());
        let others = [
            ("signal", self.signal),
            ("agreement", self.agreement),
            ("soundness", self.soundness),
            ("novelty", Some(self.novelty)),
            ("shape_diversity", self.shape_diversity),
            ("log_probability", self.log_probability),
            ("value", self.value()),
        ];
        pass_at.chain(others.map(|(name, value)| (name.to_owned(), value))).collect()
    }
}

/// The columns of [`Parts`].
pub(super) fn fields(counts: Counts<'_>) -> Vec<Field> {
    let numbers = ["answers", "solved"].map(|name| Field::new(name, DataType::Int64, false));
    let none = Parts { pass_at: vec![None; counts.k.len()], ..Parts::default() };
    let shares = none.named(counts).into_iter().map(|(name, _)| Field::new(name, DataType::Float64, true));
    numbers.into_iter().chain(shares).collect()
}

/// The rows of a batch with the columns of their parts.
pub(super) fn with_parts(
    batch: &RecordBatch,
    parts: &[Parts],
    counts: Counts<'_>,
    schema: &SchemaRef,
) -> Result<RecordBatch, Fault> {
    let count = |of: fn(&Parts) -> u64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(parts.iter().map(|parts| i64::try_from(of(parts)).unwrap_or(i64::MAX))))
    };
    let named: Vec<Vec<(String, Option<f64>)>> = parts.iter().map(|parts| parts.named(counts)).collect();
    let columns = schema.fields().iter().map(|field| {
        let place = fields(counts).iter().position(|own| own.name() == field.name());
        Ok(match place {
            Some(0) => count(|parts| parts.answers),
            Some(1) => count(|parts| parts.solved),
            Some(place) => Arc::new(named.iter().map(|named| named[place - 2].1).collect::<Float64Array>()),
            None => {
                let column = batch.column_by_name(field.name());
                column.ok_or_else(|| Fault::node(format!("there is no column `{}`", field.name())))?.clone()
            }
        })
    });
    Ok(RecordBatch::try_new(schema.clone(), columns.collect::<Result<_, Fault>>()?)?)
}
