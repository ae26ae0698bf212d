//! Ranges that columns promise: carried in the schema's fields, held against every row that is written.

use std::ops::RangeInclusive;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::{cast, max, min};
use arrow::datatypes::{DataType, Field, Float64Type, Schema};

use super::TableError;

const LOWEST: &str = "millrace.lowest";
const HIGHEST: &str = "millrace.highest";

/// The field with the promise that its numbers lie within `range`; NaN never does.
#[must_use]
pub fn within(field: Field, range: &RangeInclusive<f64>) -> Field {
    let mut metadata = field.metadata().clone();
    metadata.insert(LOWEST.to_owned(), range.start().to_string());
    metadata.insert(HIGHEST.to_owned(), range.end().to_string());
    field.with_metadata(metadata)
}

/// The promises of a schema, by column.
pub(super) struct Ranges(Vec<(String, RangeInclusive<f64>)>);

impl Ranges {
    pub(super) fn of(schema: &Schema) -> Self {
        let bound = |field: &Field, key: &str| field.metadata().get(key)?.parse::<f64>().ok();
        let range = |field: &Field| Some(bound(field, LOWEST)?..=bound(field, HIGHEST)?);
        Self(schema.fields().iter().filter_map(|field| Some((field.name().clone(), range(field)?))).collect())
    }

    /// Holds every promise against a batch.
    pub(super) fn check(&self, batch: &RecordBatch) -> Result<(), TableError> {
        for (name, range) in &self.0 {
            let Some(column) = batch.column_by_name(name) else { continue };
            let numbers = cast(column, &DataType::Float64).map_err(|error| TableError::Schema(error.to_string()))?;
            let numbers = numbers.as_primitive::<Float64Type>();
            let outside = [min(numbers), max(numbers)].into_iter().flatten().find(|number| !range.contains(number));
            if let Some(number) = outside {
                let (lowest, highest) = (range.start(), range.end());
                let message = format!("column `{name}` has the value {number}, but promises {lowest} to {highest}");
                return Err(TableError::Schema(message));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use arrow::array::{ArrayRef, Float64Array};

    use super::*;

    fn checked(values: &[Option<f64>]) -> Result<(), TableError> {
        let schema = Schema::new(vec![within(Field::new("share", DataType::Float64, true), &(0.0..=1.0))]);
        let column: ArrayRef = Arc::new(Float64Array::from(values.to_vec()));
        let batch = RecordBatch::try_new(Arc::new(schema.clone()), vec![column]).unwrap();
        Ranges::of(&schema).check(&batch)
    }

    #[test]
    fn what_lies_outside_is_named() {
        assert!(checked(&[Some(0.0), None, Some(1.0)]).is_ok());
        assert!(checked(&[]).is_ok());
        for outside in [-0.1, 1.5, f64::NAN] {
            let message = checked(&[Some(0.5), Some(outside)]).unwrap_err().to_string();
            assert!(message.contains("`share`") && message.contains("0 to 1"), "{message}");
        }
    }

    #[test]
    fn a_part_that_breaks_a_promise_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let schema = Arc::new(Schema::new(vec![within(Field::new("share", DataType::Float64, true), &(0.0..=1.0))]));
        let batch = |value: f64| {
            let column: ArrayRef = Arc::new(Float64Array::from(vec![value]));
            RecordBatch::try_new(schema.clone(), vec![column]).unwrap()
        };
        let path = folder.path().join("part.parquet");
        assert!(crate::table::write_part(&path, &schema, &[batch(0.5), batch(2.0)]).is_err());
        let mut writer = crate::table::TableWriter::new(folder.path(), &schema);
        let written = writer.write(&batch(2.0)).and_then(|()| writer.finish().map(drop));
        assert!(written.is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(crate::table::write_part(&path, &schema, &[batch(0.5)]).is_ok());
    }
}
