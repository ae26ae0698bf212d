//! One column of the output while rows come in: what a function has to keep of every group.

use std::sync::Arc;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type};
use engine::operator::Fault;

use super::Function;
use super::count::{Count, CountDistinct};
use super::fold::{Fold, Mean, TextFold};
use super::gather::{Chunks, Lists};

/// What a function keeps, by the group's number.
pub(super) trait Accumulate {
    /// Takes the rows of a batch.
    fn add(&mut self, column: Option<&ArrayRef>, rows: &Rows<'_>) -> Result<(), Fault>;

    /// The output's column.
    fn finish(self: Box<Self>, groups: usize) -> Result<ArrayRef, Fault>;
}

/// The rows of a batch as groups.
pub(super) struct Rows<'a> {
    /// The group of each row.
    pub(super) groups: &'a [usize],
    /// The rows that are the first of their group.
    pub(super) first: &'a UInt32Array,
    /// How many groups there are by now.
    pub(super) count: usize,
}

/// What is kept for a function over a column of this type.
pub(super) fn accumulator(function: Function, column: &DataType) -> Box<dyn Accumulate> {
    let integer = column.is_integer();
    match function {
        Function::Count => Box::new(Count::default()),
        Function::CountDistinct => Box::new(CountDistinct::default()),
        Function::Sum if integer => Box::new(Fold::<Int64Type>::new(add_integers)),
        Function::Sum => Box::new(Fold::<Float64Type>::new(|sum, number| Ok(sum + number))),
        Function::Mean => Box::new(Mean::default()),
        Function::Min if integer => Box::new(Fold::<Int64Type>::new(|best, number| Ok(best.min(number)))),
        Function::Max if integer => Box::new(Fold::<Int64Type>::new(|best, number| Ok(best.max(number)))),
        Function::Min if column.is_floating() => {
            Box::new(Fold::<Float64Type>::new(|best, number| Ok(best.min(number))))
        }
        Function::Max if column.is_floating() => {
            Box::new(Fold::<Float64Type>::new(|best, number| Ok(best.max(number))))
        }
        Function::Min => Box::new(TextFold::new(|best, text| text < best)),
        Function::Max => Box::new(TextFold::new(|best, text| text > best)),
        Function::First => Box::new(Chunks::new(column.clone())),
        Function::List => Box::new(Lists::new(column.clone())),
    }
}

/// The type of a function's result over a column, or what the column should be.
pub(super) fn result_type(function: Function, column: &DataType) -> Result<DataType, &'static str> {
    let is_number = column.is_integer() || column.is_floating();
    let wide = if column.is_integer() { DataType::Int64 } else { DataType::Float64 };
    match function {
        Function::Count | Function::CountDistinct => Ok(DataType::Int64),
        Function::First => Ok(column.clone()),
        Function::List => Ok(DataType::List(Arc::new(Field::new_list_field(column.clone(), true)))),
        Function::Mean if is_number => Ok(DataType::Float64),
        Function::Sum | Function::Min | Function::Max if is_number => Ok(wide),
        Function::Min | Function::Max if *column == DataType::Utf8 => Ok(DataType::Utf8),
        Function::Min | Function::Max => Err("a number or text"),
        Function::Sum | Function::Mean => Err("a number"),
    }
}

/// Whether a group can be without a result.
pub(super) fn may_be_null(function: Function, column: &Field) -> bool {
    let always = matches!(function, Function::Count | Function::CountDistinct | Function::List);
    !always && column.is_nullable()
}

fn add_integers(sum: i64, number: i64) -> Result<i64, Fault> {
    sum.checked_add(number).ok_or_else(|| Fault::node("a `sum` of integers does not fit into 64 bits"))
}
