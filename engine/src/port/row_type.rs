//! The registry of row types: the columns that a nominal type promises.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arrow::datatypes::{Field, Schema, SchemaRef};

use crate::table::within;

/// A nominal row type. Rows of it have at least these columns; more may pass through.
#[derive(Clone, Debug)]
pub struct RowType {
    /// Singular, in capitals: `Problem`.
    pub name: &'static str,
    /// What one row is.
    pub doc: &'static str,
    /// The columns, `id` first.
    pub columns: Vec<Column>,
}

/// A column of a row type.
#[derive(Clone, Debug)]
pub struct Column {
    /// Name, type and nullability.
    pub field: Field,
    /// What it holds.
    pub doc: &'static str,
}

/// A row type's place in the registry; filled by `engine::row_type!`.
pub struct RowTypeRegistration(pub fn() -> RowType);

inventory::collect!(RowTypeRegistration);

impl RowType {
    /// A type without columns yet.
    #[must_use]
    pub fn new(name: &'static str, doc: &'static str) -> Self {
        Self { name, doc, columns: Vec::new() }
    }

    /// Adds a column that every row fills.
    #[must_use]
    pub fn column(mut self, name: &str, data_type: arrow::datatypes::DataType, doc: &'static str) -> Self {
        self.columns.push(Column { field: Field::new(name, data_type, false), doc });
        self
    }

    /// Adds a column that may be null.
    #[must_use]
    pub fn optional(mut self, name: &str, data_type: arrow::datatypes::DataType, doc: &'static str) -> Self {
        self.columns.push(Column { field: Field::new(name, data_type, true), doc });
        self
    }

    /// Makes the column added last promise that its numbers lie within a range; a row outside fails the node.
    ///
    /// # Panics
    /// Before the first column: row types stand in code, and the compliance test visits all.
    #[must_use]
    pub fn within(mut self, range: std::ops::RangeInclusive<f64>) -> Self {
        let last = self.columns.last_mut().expect("a range follows its column");
        last.field = within(last.field.clone(), &range);
        self
    }

    /// The columns as an Arrow schema.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(self.columns.iter().map(|column| column.field.clone()).collect::<Vec<_>>()))
    }
}

static ROW_TYPES: LazyLock<BTreeMap<&'static str, RowType>> = LazyLock::new(|| {
    let all = inventory::iter::<RowTypeRegistration>.into_iter().map(|registration| registration.0());
    all.map(|row_type| (row_type.name, row_type)).collect()
});

/// Every registered row type, by name.
#[must_use]
pub fn row_types() -> Vec<RowType> {
    ROW_TYPES.values().cloned().collect()
}

/// The row type of this name.
#[must_use]
pub fn row_type(name: &str) -> Option<RowType> {
    registered(name).cloned()
}

/// The row type of this name, without a copy.
pub(super) fn registered(name: &str) -> Option<&'static RowType> {
    ROW_TYPES.get(name)
}

/// Registers a function `fn() -> RowType`; the last line of a row type's file.
#[macro_export]
macro_rules! row_type {
    ($function:path) => {
        $crate::inventory::submit! { $crate::port::RowTypeRegistration($function) }
    };
}
