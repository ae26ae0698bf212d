//! The identity of a row's content.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use blake3::Hasher;

/// Digests of the values that rows have in some columns: 128 bits of BLAKE3, so that equal digests mean equal values.
///
/// How a value is stored does not count: a text is the same in any of Arrow's text types, a whole number in any of its
/// widths. A number is not the text that prints it, a whole number is not a float, and null equals null.
#[derive(Clone, Debug)]
pub struct RowDigest<'a> {
    columns: Vec<&'a ArrayRef>,
}

impl<'a> RowDigest<'a> {
    /// Over these columns, in this order.
    #[must_use]
    pub fn new(columns: impl IntoIterator<Item = &'a ArrayRef>) -> Self {
        Self { columns: columns.into_iter().collect() }
    }

    /// The digest of the row at `index`.
    #[must_use]
    pub fn of(&self, index: usize) -> u128 {
        let mut hasher = Hasher::new();
        for column in &self.columns {
            value(&mut hasher, column.as_ref(), index);
        }
        let bytes = hasher.finalize();
        u128::from_le_bytes(bytes.as_bytes()[..16].try_into().expect("a digest has 32 bytes"))
    }
}

/// Every value starts with a letter for its kind, and what varies in length with its length, so that no two lists of
/// values give the same bytes.
fn value(hasher: &mut Hasher, column: &dyn Array, index: usize) {
    if column.is_null(index) {
        hasher.update(b"n");
        return;
    }
    match column.data_type() {
        DataType::Null => drop(hasher.update(b"n")),
        DataType::Boolean => drop(hasher.update(&[b'b', u8::from(column.as_boolean().value(index))])),
        DataType::Utf8 => text(hasher, column.as_string::<i32>().value(index)),
        DataType::LargeUtf8 => text(hasher, column.as_string::<i64>().value(index)),
        DataType::Utf8View => text(hasher, column.as_string_view().value(index)),
        DataType::Int64 => integer(hasher, column.as_primitive::<Int64Type>().value(index)),
        DataType::Float64 => float(hasher, column.as_primitive::<Float64Type>().value(index)),
        DataType::List(_) => list(hasher, &column.as_list::<i32>().value(index)),
        DataType::LargeList(_) => list(hasher, &column.as_list::<i64>().value(index)),
        DataType::FixedSizeList(..) => list(hasher, &column.as_fixed_size_list().value(index)),
        DataType::Struct(fields) => {
            length(hasher, b"s", fields.len());
            column.as_struct().columns().iter().for_each(|field| value(hasher, field.as_ref(), index));
        }
        other => converted(hasher, column, index, other),
    }
}

fn text(hasher: &mut Hasher, text: &str) {
    length(hasher, b"t", text.len());
    hasher.update(text.as_bytes());
}

fn integer(hasher: &mut Hasher, number: i64) {
    hasher.update(b"i");
    hasher.update(&number.to_le_bytes());
}

fn float(hasher: &mut Hasher, number: f64) {
    // One zero and one NaN, as a person counts them.
    let number = if number == 0.0 { 0.0 } else { number };
    let bits = if number.is_nan() { f64::NAN.to_bits() } else { number.to_bits() };
    hasher.update(b"f");
    hasher.update(&bits.to_le_bytes());
}

fn list(hasher: &mut Hasher, items: &dyn Array) {
    length(hasher, b"l", items.len());
    (0..items.len()).for_each(|index| value(hasher, items, index));
}

/// The rarer types, one value at a time: narrow numbers widened, everything else as the text that Arrow prints.
fn converted(hasher: &mut Hasher, column: &dyn Array, index: usize, data_type: &DataType) {
    let target = match data_type {
        DataType::UInt64 => None,
        whole if whole.is_integer() => Some(DataType::Int64),
        number if number.is_floating() => Some(DataType::Float64),
        DataType::Dictionary(_, values) => Some(values.as_ref().clone()),
        _ => None,
    };
    if let Some(single) = target.and_then(|target| cast(&column.slice(index, 1), &target).ok()) {
        return value(hasher, &single, 0);
    }
    let printed = ArrayFormatter::try_new(column, &FormatOptions::default());
    text(hasher, &printed.map(|printed| printed.value(index).to_string()).unwrap_or_default());
}

fn length(hasher: &mut Hasher, kind: &[u8; 1], length: usize) {
    hasher.update(kind);
    hasher.update(&(length as u64).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Array, Int32Array, Int64Array, LargeStringArray, StringArray};

    use super::*;

    fn digest(columns: &[ArrayRef], index: usize) -> u128 {
        RowDigest::new(columns).of(index)
    }

    #[test]
    fn values_count_and_their_storage_does_not() {
        let narrow: ArrayRef = Arc::new(Int32Array::from(vec![3]));
        let wide: ArrayRef = Arc::new(Int64Array::from(vec![3]));
        let float: ArrayRef = Arc::new(Float64Array::from(vec![3.0]));
        let text: ArrayRef = Arc::new(StringArray::from(vec!["3"]));
        let large: ArrayRef = Arc::new(LargeStringArray::from(vec!["3"]));
        assert_eq!(digest(&[narrow], 0), digest(std::slice::from_ref(&wide), 0));
        assert_eq!(digest(std::slice::from_ref(&text), 0), digest(&[large], 0));
        assert_ne!(digest(std::slice::from_ref(&wide), 0), digest(&[float], 0));
        assert_ne!(digest(&[wide], 0), digest(&[text], 0));
    }

    #[test]
    fn where_one_value_ends_counts() {
        let left: ArrayRef = Arc::new(StringArray::from(vec!["ab", "a"]));
        let right: ArrayRef = Arc::new(StringArray::from(vec!["c", "bc"]));
        assert_ne!(digest(&[left.clone(), right.clone()], 0), digest(&[left, right], 1));
    }

    #[test]
    fn null_is_not_the_empty_text() {
        let column: ArrayRef = Arc::new(StringArray::from(vec![None, Some(""), None]));
        let digest = |index| digest(std::slice::from_ref(&column), index);
        assert_ne!(digest(0), digest(1));
        assert_eq!(digest(0), digest(2));
    }

    #[test]
    fn there_is_one_zero() {
        let column: ArrayRef = Arc::new(Float64Array::from(vec![0.0, -0.0]));
        assert_eq!(digest(std::slice::from_ref(&column), 0), digest(std::slice::from_ref(&column), 1));
    }
}
