//! What a row is known by: 16 bytes over its columns' names, types and values.
//!
//! The columns' order, nullability and metadata do not count. A key never depends on where the row stands.

use arrow::array::{Array, ArrayRef, AsArray, GenericByteArray, OffsetSizeTrait, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{ArrowPrimitiveType, ByteArrayType, DataType, Float64Type, GenericStringType, Int64Type};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, Rows, SortField};

use crate::cache::RowKey;

/// The keys of a batch's rows.
///
/// # Errors
/// A column of a type without an encoding; such rows cannot be remembered.
pub(super) fn row_keys(batch: &RecordBatch) -> Result<Vec<RowKey>, ArrowError> {
    let mut columns: Vec<(&str, &ArrayRef)> =
        batch.schema_ref().fields().iter().map(|field| field.name().as_str()).zip(batch.columns()).collect();
    columns.sort_by_key(|(name, _)| *name);
    let encoders = columns.iter().map(|(_, column)| Encoder::new(column)).collect::<Result<Vec<_>, _>>()?;
    let mut bytes = shape(&columns).0.to_vec();
    let start = bytes.len();
    let keys = (0..batch.num_rows()).map(|row| {
        bytes.truncate(start);
        encoders.iter().for_each(|encoder| encoder.append(row, &mut bytes));
        first_half(blake3::hash(&bytes))
    });
    Ok(keys.collect())
}

/// A digest of the columns' names and types.
fn shape(columns: &[(&str, &ArrayRef)]) -> RowKey {
    let mut hasher = blake3::Hasher::new();
    for (name, column) in columns {
        let data_type = plain(column.data_type()).to_string();
        for text in [*name, data_type.as_str()] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
    }
    first_half(hasher.finalize())
}

/// The type that values are encoded as: how they are laid out in memory is the reader's choice.
fn plain(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => values,
        other => other,
    }
}

fn first_half(hash: blake3::Hash) -> RowKey {
    let mut key = [0; 16];
    key.copy_from_slice(&hash.as_bytes()[..16]);
    RowKey(key)
}

/// A column on its way into keys; the common types without a detour.
enum Encoder<'a> {
    Text(&'a GenericByteArray<GenericStringType<i32>>),
    LargeText(&'a GenericByteArray<GenericStringType<i64>>),
    Numbers { column: &'a ArrayRef, values: Numbers<'a> },
    Nothing,
    Other(Rows),
}

enum Numbers<'a> {
    Integers(&'a [i64]),
    Floats(&'a [f64]),
}

impl<'a> Encoder<'a> {
    fn new(column: &'a ArrayRef) -> Result<Self, ArrowError> {
        let numbers = |values| Self::Numbers { column, values };
        Ok(match column.data_type() {
            DataType::Null => Self::Nothing,
            DataType::Utf8 => Self::Text(column.as_string::<i32>()),
            DataType::LargeUtf8 => Self::LargeText(column.as_string::<i64>()),
            DataType::Int64 => numbers(Numbers::Integers(values::<Int64Type>(column))),
            DataType::Float64 => numbers(Numbers::Floats(values::<Float64Type>(column))),
            other => Self::Other(converted(&cast(column, plain(other))?)?),
        })
    }

    fn append(&self, row: usize, bytes: &mut Vec<u8>) {
        match self {
            Self::Nothing => {}
            Self::Text(column) => append_text(*column, row, bytes),
            Self::LargeText(column) => append_text(*column, row, bytes),
            Self::Numbers { column, .. } if column.is_null(row) => bytes.push(0),
            Self::Numbers { values, .. } => {
                bytes.push(1);
                bytes.extend(match values {
                    Numbers::Integers(values) => values[row].to_le_bytes(),
                    Numbers::Floats(values) => values[row].to_bits().to_le_bytes(),
                });
            }
            Self::Other(rows) => append_sized(rows.row(row).as_ref(), bytes),
        }
    }
}

fn values<T: ArrowPrimitiveType>(column: &ArrayRef) -> &[T::Native] {
    column.as_primitive::<T>().values()
}

fn converted(column: &ArrayRef) -> Result<Rows, ArrowError> {
    let converter = RowConverter::new(vec![SortField::new(column.data_type().clone())])?;
    converter.convert_columns(std::slice::from_ref(column))
}

fn append_text<O: OffsetSizeTrait>(column: &GenericByteArray<GenericStringType<O>>, row: usize, bytes: &mut Vec<u8>)
where
    GenericStringType<O>: ByteArrayType<Native = str>,
{
    if column.is_null(row) {
        bytes.push(0);
    } else {
        bytes.push(1);
        append_sized(column.value(row).as_bytes(), bytes);
    }
}

/// Lengths keep ("ab", "c") apart from ("a", "bc").
fn append_sized(value: &[u8], bytes: &mut Vec<u8>) {
    bytes.extend((value.len() as u64).to_le_bytes());
    bytes.extend(value);
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::collections::BTreeSet;
    use std::sync::Arc;

    use arrow::array::{BooleanArray, DictionaryArray, Float64Array, Int64Array, ListArray, StringArray};
    use arrow::datatypes::Int32Type;

    use super::*;

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
            .unwrap()
    }

    fn text(values: &[Option<&str>]) -> ArrayRef {
        Arc::new(StringArray::from(values.to_vec()))
    }

    #[test]
    fn keys_follow_content_not_place_or_column_order() {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 1]));
        let names = text(&[Some("a"), Some("b"), Some("a")]);
        let flags: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None, Some(true)]));
        let one = batch(vec![("name", names.clone()), ("number", numbers.clone()), ("flag", flags.clone())]);
        let other = batch(vec![("number", numbers), ("flag", flags), ("name", names)]);
        let keys = row_keys(&one).unwrap();
        assert_eq!(keys, row_keys(&other).unwrap());
        assert_eq!(keys[0], keys[2]);
        assert_ne!(keys[0], keys[1]);
        assert_eq!(row_keys(&one.slice(1, 2)).unwrap(), keys[1..]);
    }

    #[test]
    fn different_rows_have_different_keys() {
        let texts = [
            vec![("a", text(&[Some("ab")])), ("b", text(&[Some("c")]))],
            vec![("a", text(&[Some("a")])), ("b", text(&[Some("bc")]))],
            vec![("a", text(&[Some("")])), ("b", text(&[None]))],
            vec![("a", text(&[None])), ("b", text(&[Some("")]))],
            vec![("a", text(&[Some("ab")])), ("c", text(&[Some("c")]))],
            vec![("a", Arc::new(Int64Array::from(vec![1])) as ArrayRef)],
            vec![("a", Arc::new(Float64Array::from(vec![0.0])) as ArrayRef)],
            vec![("a", Arc::new(Float64Array::from(vec![-0.0])) as ArrayRef)],
            vec![("a", Arc::new(Float64Array::from(vec![f64::NAN])) as ArrayRef)],
            vec![("a", list(&[Some(1), None]))],
            vec![("a", list(&[Some(1)]))],
            vec![("a", list(&[]))],
        ];
        let keys: BTreeSet<_> = texts.iter().map(|columns| row_keys(&batch(columns.clone())).unwrap()[0]).collect();
        assert_eq!(keys.len(), texts.len());
    }

    #[test]
    fn a_dictionary_is_its_values() {
        let dictionary: DictionaryArray<Int32Type> = ["x", "y", "x"].into_iter().collect();
        let plain = text(&[Some("x"), Some("y"), Some("x")]);
        let encoded = cast(&(Arc::new(dictionary) as ArrayRef), &DataType::Utf8).unwrap();
        let keys = row_keys(&batch(vec![("a", encoded)])).unwrap();
        assert_eq!(keys, row_keys(&batch(vec![("a", plain)])).unwrap());
    }

    fn list(items: &[Option<i64>]) -> ArrayRef {
        Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>([Some(items.to_vec())]))
    }
}
