//! From the columns of a file to the columns of a source: renamed, taken out of mappings, left out, added.

mod fault;
mod find;
mod fit;

use std::io;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, new_null_array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use engine::operator::Complaint;
use engine::port::{PortType, RowType};
use engine::row::RowDigest;
use indexmap::IndexMap;

use self::find::Place;
use super::identify::Identify;
use crate::complaints::row_type;

/// What the manifest wants of a source's columns.
pub(super) struct Wishes<'a> {
    /// New names with the old ones, dotted inside mappings.
    pub(super) columns: &'a IndexMap<String, String>,
    /// Old names that are left out.
    pub(super) omit: &'a [String],
    /// Types, by new name.
    pub(super) types: IndexMap<&'a str, DataType>,
    /// The row type that the rows are to have.
    pub(super) rows: Option<&'a str>,
}

/// How each column of a source comes out of a file's columns.
#[derive(Debug)]
pub(super) struct Projection {
    /// The type of the source's rows.
    pub(super) port_type: PortType,
    schema: SchemaRef,
    columns: Vec<Origin>,
}

/// Where a column comes from.
#[derive(Debug, PartialEq)]
pub(super) enum Origin {
    /// A column of the file, or a field inside one.
    File(Vec<String>),
    /// Nowhere: it is null, or made.
    Nowhere,
}

/// A value that the source's columns do not allow.
#[derive(Debug)]
pub(super) struct BadValue {
    /// The row's place in its batch, where one row is to blame.
    pub(super) row: Option<usize>,
    /// What is wrong, and what to do.
    pub(super) message: String,
}

impl From<io::Error> for BadValue {
    fn from(error: io::Error) -> Self {
        Self { row: None, message: format!("the ids do not fit in memory and cannot be set aside: {error}") }
    }
}

impl Projection {
    /// Fits wishes to the columns of a file, called `file` in messages.
    pub(super) fn new(wishes: &Wishes<'_>, file: &Schema, called: &str) -> Result<Self, Vec<Complaint>> {
        let mut complaints = Vec::new();
        let row_type = wishes.rows.map(row_type).transpose().unwrap_or_else(|unknown| {
            complaints.extend(unknown);
            None
        });
        let found = find::columns(wishes, file, called, &mut complaints);
        let own = own_fields(row_type.as_ref());
        let mut fields = Vec::new();
        let mut columns = Vec::new();
        for field in &own {
            let place = found.get(field.name().as_str());
            match (own_column(field, place, wishes), place) {
                (Some(fitted), _) => fields.push(fitted),
                (None, Some(place)) => complaints.push(fault::retyped(wishes.rows, field, place, called)),
                (None, None) => complaints.push(fault::missing(wishes.rows, field, &found, called)),
            }
            columns.push(place.map_or(Origin::Nowhere, |place| Origin::File(place.path.clone())));
        }
        for (name, place) in found.iter().filter(|(name, _)| !own.iter().any(|field| field.name() == **name)) {
            fields.push(Field::new(*name, wishes.types.get(name).unwrap_or(&place.data_type).clone(), true));
            columns.push(Origin::File(place.path.clone()));
        }
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let schema = Arc::new(Schema::new(fields));
        let port_type = match wishes.rows {
            Some(name) => PortType::Rows { name: name.to_owned(), schema: schema.clone() },
            None => PortType::Columns(schema.clone()),
        };
        Ok(Self { port_type, schema, columns })
    }

    /// Every column with where it comes from.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&Field, &Origin)> {
        self.schema.fields().iter().map(AsRef::as_ref).zip(&self.columns)
    }

    /// A batch of the file as a batch of the source. `content` digests a row, for the ids of rows that bring none; none
    /// for the source's own columns to be digested.
    pub(super) fn apply(
        &self,
        batch: &RecordBatch,
        identify: &mut Identify<'_>,
        content: Option<&dyn Fn(usize) -> u128>,
    ) -> Result<RecordBatch, BadValue> {
        let mut columns = Vec::with_capacity(self.columns.len());
        for (field, origin) in self.columns() {
            let column = match origin {
                Origin::File(path) => fit::conform(&fit::at_path(batch, path)?, field.data_type(), field.name())?,
                Origin::Nowhere => new_null_array(field.data_type(), batch.num_rows()),
            };
            if let (false, Some(row)) = (field.is_nullable() || field.name() == "id", first_null(&column)) {
                let message = format!("column `{}` is null: leave such rows out of the file", field.name());
                return Err(BadValue { row: Some(row), message });
            }
            columns.push(column);
        }
        let digest = RowDigest::new(&columns[1..]);
        let own = |row| digest.of(row);
        let ids = identify.ids(batch.num_rows(), columns[0].as_string::<i32>(), content.unwrap_or(&own))?;
        columns[0] = Arc::new(ids);
        let batch = RecordBatch::try_new(self.schema.clone(), columns);
        batch.map_err(|error| BadValue { row: None, message: error.to_string() })
    }
}

/// `id`, then the columns of the row type.
fn own_fields(row_type: Option<&RowType>) -> Vec<Field> {
    let id = Field::new("id", DataType::Utf8, false);
    let others = row_type.iter().flat_map(|row_type| &row_type.columns).map(|column| column.field.clone());
    std::iter::once(id).chain(others.filter(|field| field.name() != "id")).collect()
}

/// A column of the row type as the source has it; none where the file does not allow it.
fn own_column(field: &Field, place: Option<&Place>, wishes: &Wishes<'_>) -> Option<Field> {
    // Any value can be printed as an id, and an id can be made.
    if field.name() == "id" {
        return Some(field.clone());
    }
    let Some(place) = place else { return field.is_nullable().then(|| field.clone()) };
    let wanted = match wishes.types.get(field.name().as_str()) {
        Some(wished) => fit::unify(field.data_type(), wished)?,
        None => field.data_type().clone(),
    };
    Some(field.clone().with_data_type(fit::unify(&wanted, &place.data_type)?))
}

fn first_null(column: &ArrayRef) -> Option<usize> {
    let nulls = column.logical_nulls().filter(|nulls| nulls.null_count() > 0)?;
    (0..column.len()).find(|row| nulls.is_null(*row))
}
