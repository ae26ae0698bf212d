//! One number or text of all values: sums, extremes, means. Nulls do not count.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray, Float64Array, PrimitiveArray, StringArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::Float64Type;
use engine::operator::Fault;

use super::accumulate::{Accumulate, Rows};

/// How two numbers become one.
type Combine<T> = fn(
    <T as ArrowPrimitiveType>::Native,
    <T as ArrowPrimitiveType>::Native,
) -> Result<<T as ArrowPrimitiveType>::Native, Fault>;

/// Numbers combined two by two, in the order of the rows.
pub(super) struct Fold<T: ArrowPrimitiveType> {
    combine: Combine<T>,
    groups: Vec<Option<T::Native>>,
}

/// The text that wins against all others.
pub(super) struct TextFold {
    wins: fn(&str, &str) -> bool,
    groups: Vec<Option<String>>,
}

/// Sums and how many numbers they are made of.
#[derive(Default)]
pub(super) struct Mean(Vec<(f64, u64)>);

impl<T: ArrowPrimitiveType> Fold<T> {
    /// No numbers yet.
    pub(super) fn new(combine: Combine<T>) -> Self {
        Self { combine, groups: Vec::new() }
    }
}

impl<T: ArrowPrimitiveType> Accumulate for Fold<T> {
    fn add(&mut self, column: Option<&ArrayRef>, rows: &Rows<'_>) -> Result<(), Fault> {
        self.groups.resize(rows.count, None);
        for (number, group) in numbers::<T>(column)?.iter().zip(rows.groups) {
            let Some(number) = number else { continue };
            let known = &mut self.groups[*group];
            *known = Some(match *known {
                Some(known) => (self.combine)(known, number)?,
                None => number,
            });
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, groups: usize) -> Result<ArrayRef, Fault> {
        self.groups.resize(groups, None);
        Ok(Arc::new(self.groups.into_iter().collect::<PrimitiveArray<T>>()))
    }
}

impl TextFold {
    /// No texts yet; `wins(known, new)` says whether the new one takes the place.
    pub(super) fn new(wins: fn(&str, &str) -> bool) -> Self {
        Self { wins, groups: Vec::new() }
    }
}

impl Accumulate for TextFold {
    fn add(&mut self, column: Option<&ArrayRef>, rows: &Rows<'_>) -> Result<(), Fault> {
        self.groups.resize(rows.count, None);
        let texts = column.and_then(|column| column.as_string_opt::<i32>());
        let texts = texts.ok_or_else(|| Fault::node("this column was to be text"))?;
        for (text, group) in texts.iter().zip(rows.groups) {
            let Some(text) = text else { continue };
            let known = &mut self.groups[*group];
            if known.as_ref().is_none_or(|known| (self.wins)(known, text)) {
                *known = Some(text.to_owned());
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, groups: usize) -> Result<ArrayRef, Fault> {
        self.groups.resize(groups, None);
        Ok(Arc::new(StringArray::from(self.groups)))
    }
}

impl Accumulate for Mean {
    fn add(&mut self, column: Option<&ArrayRef>, rows: &Rows<'_>) -> Result<(), Fault> {
        self.0.resize(rows.count, (0.0, 0));
        for (number, group) in numbers::<Float64Type>(column)?.iter().zip(rows.groups) {
            let Some(number) = number else { continue };
            let (sum, count) = &mut self.0[*group];
            *sum += number;
            *count += 1;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, groups: usize) -> Result<ArrayRef, Fault> {
        self.0.resize(groups, (0.0, 0));
        let means = self.0.into_iter().map(|(sum, count)| (count > 0).then(|| sum / count as f64));
        Ok(Arc::new(means.collect::<Float64Array>()))
    }
}

/// A column as numbers of one width; one that does not fit is a fault.
fn numbers<T: ArrowPrimitiveType>(column: Option<&ArrayRef>) -> Result<PrimitiveArray<T>, Fault> {
    let column = column.ok_or_else(|| Fault::node("this function needs a column"))?;
    let options = CastOptions { safe: false, ..CastOptions::default() };
    Ok(cast_with_options(column, &T::DATA_TYPE, &options)?.as_primitive::<T>().clone())
}
