//! Columns of plain texts and numbers, built from cells without a detour.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringBuilder};
use arrow::datatypes::DataType;

use super::Cell;

/// The column, where its type and every cell are simple and need no conversion; none leaves them to the general way.
pub(super) fn simple_column(data_type: &DataType, cells: &[Option<&Cell>]) -> Option<ArrayRef> {
    match data_type {
        DataType::Utf8 => texts(cells),
        DataType::Int64 => {
            let column: Option<Int64Array> = gather(cells, |cell| match cell {
                Cell::Integer(number) => Some(*number),
                _ => None,
            });
            Some(Arc::new(column?))
        }
        DataType::Float64 => {
            let column: Option<Float64Array> = gather(cells, |cell| match cell {
                Cell::Float(number) => Some(*number),
                _ => None,
            });
            Some(Arc::new(column?))
        }
        DataType::Boolean => {
            let column: Option<BooleanArray> = gather(cells, |cell| match cell {
                Cell::Boolean(truth) => Some(*truth),
                _ => None,
            });
            Some(Arc::new(column?))
        }
        _ => None,
    }
}

/// All values, or nothing if a cell is of another kind.
fn gather<T, C: FromIterator<Option<T>>>(cells: &[Option<&Cell>], value: impl Fn(&Cell) -> Option<T>) -> Option<C> {
    let values = cells.iter().map(|cell| match cell {
        None | Some(Cell::Null) => Some(None),
        Some(cell) => value(cell).map(Some),
    });
    values.collect()
}

fn texts(cells: &[Option<&Cell>]) -> Option<ArrayRef> {
    let mut bytes = 0;
    for cell in cells.iter().flatten() {
        match cell {
            Cell::Null => {}
            Cell::Text(text) => bytes += text.len(),
            _ => return None,
        }
    }
    // A column that its offsets cannot address is refused, with a message, by the general way.
    i32::try_from(bytes).ok()?;
    let mut column = StringBuilder::with_capacity(cells.len(), bytes);
    for cell in cells {
        match cell {
            Some(Cell::Text(text)) => column.append_value(text),
            _ => column.append_null(),
        }
    }
    Some(Arc::new(column.finish()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use arrow::array::{Array, RecordBatch};
    use arrow::datatypes::{Field, Schema};

    use super::*;
    use crate::row::{Base, Emission, assemble};

    fn column(data_type: DataType, cells: &[Cell]) -> Result<ArrayRef, String> {
        let schema = Arc::new(Schema::new(vec![Field::new("column", data_type, true)]));
        let emission =
            |cell: &Cell| Emission { port: 0, base: Base::Blank, cells: vec![("column".into(), cell.clone())] };
        let emissions: Vec<_> = cells.iter().map(emission).collect();
        let rows: Vec<_> = emissions.iter().map(|emission| (0, emission)).collect();
        let batch = assemble(&schema, &RecordBatch::new_empty(Arc::new(Schema::empty())), &rows);
        batch.map(|batch| batch.column(0).clone()).map_err(|error| error.to_string())
    }

    #[test]
    fn simple_cells_keep_their_values() {
        let cases = [
            (DataType::Utf8, vec![Cell::from("a\u{0}b"), Cell::Null, Cell::from("")]),
            (DataType::Int64, vec![Cell::Integer(i64::MIN), Cell::Null, Cell::Integer(i64::MAX)]),
            (DataType::Float64, vec![Cell::Float(-0.0), Cell::Null, Cell::Float(f64::INFINITY)]),
            (DataType::Boolean, vec![Cell::Boolean(true), Cell::Null, Cell::Boolean(false)]),
        ];
        for (data_type, cells) in cases {
            let given = column(data_type.clone(), &cells).unwrap();
            let back: Vec<_> = (0..given.len()).map(|row| Cell::of(&given, row)).collect();
            assert_eq!(back, cells, "{data_type}");
        }
        let nan = column(DataType::Float64, &[Cell::Float(f64::NAN)]).unwrap();
        assert!(matches!(Cell::of(&nan, 0), Cell::Float(number) if number.is_nan()));
    }

    #[test]
    fn other_kinds_take_the_general_way() {
        let widened = column(DataType::Float64, &[Cell::Integer(3), Cell::Float(0.5)]).unwrap();
        assert_eq!(Cell::of(&widened, 0), Cell::Float(3.0));
        assert!(column(DataType::Int64, &[Cell::from("three")]).is_err());
    }
}
