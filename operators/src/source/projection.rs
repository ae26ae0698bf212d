//! From the columns of a file to the columns of a source: renamed, taken out of mappings, left out, added.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray, new_null_array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use engine::diagnostic::closest;
use engine::operator::Complaint;
use engine::port::{PortType, RowType, row_type, row_types};
use indexmap::IndexMap;

use super::identify::Identify;
use crate::complaints::{self, quoted, type_name};

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

impl Projection {
    /// Fits wishes to the columns of a file, called `file` in messages.
    pub(super) fn new(wishes: &Wishes<'_>, file: &Schema, called: &str) -> Result<Self, Vec<Complaint>> {
        let mut complaints = Vec::new();
        let row_type = wishes.rows.and_then(|name| find_row_type(name, &mut complaints));
        let found = find_columns(wishes, file, called, &mut complaints);
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        let required = row_type.as_ref().map(|row_type| row_type.schema());
        let own = required.iter().flat_map(|schema| schema.fields().iter());
        let id = Arc::new(Field::new("id", DataType::Utf8, false));
        for field in [&id].into_iter().chain(own.filter(|field| field.name() != "id")) {
            match found.get(field.name().as_str()) {
                Some((path, data_type)) => {
                    let wanted = wishes.types.get(field.name().as_str()).unwrap_or(field.data_type());
                    match unify(wanted, data_type).filter(|_| compatible(field.data_type(), wanted)) {
                        Some(unified) => fields.push(field.as_ref().clone().with_data_type(unified)),
                        None if field.name() == "id" => fields.push(field.as_ref().clone()),
                        None => complaints.push(retyped(wishes.rows, field, data_type, called)),
                    }
                    columns.push(Origin::File(path.clone()));
                }
                None if field.name() == "id" || field.is_nullable() => {
                    fields.push(field.as_ref().clone());
                    columns.push(Origin::Nowhere);
                }
                None => complaints.push(missing(wishes.rows, field, &found, called)),
            }
        }
        let taken: BTreeSet<String> =
            required.iter().flat_map(|schema| schema.fields().iter().map(|field| field.name().clone())).collect();
        for (name, (path, data_type)) in found.iter().filter(|(name, _)| **name != "id" && !taken.contains(**name)) {
            fields.push(Field::new(*name, wishes.types.get(name).unwrap_or(data_type).clone(), true));
            columns.push(Origin::File(path.clone()));
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
                Origin::File(path) => conform(&at_path(batch, path)?, field.data_type(), field.name())?,
                Origin::Nowhere => new_null_array(field.data_type(), batch.num_rows()),
            };
            if let (false, Some(row)) = (field.is_nullable() || field.name() == "id", first_null(&column)) {
                let message = format!("column `{}` is null: leave such rows out of the file", field.name());
                return Err(BadValue { row: Some(row), message });
            }
            columns.push(column);
        }
        let made = engine::row::RowDigest::new(&columns[1..]);
        let made = |row| made.of(row);
        let given = columns[0].as_string::<i32>();
        let ids = identify.ids(batch.num_rows(), Some(given), content.unwrap_or(&made)).map_err(|duplicate| {
            let message = format!(
                "the id `{}` occurs a second time: with `omit: [id]` ids are made of the rows' content",
                duplicate.id
            );
            BadValue { row: Some(duplicate.row), message }
        })?;
        columns[0] = Arc::new(ids);
        let batch = RecordBatch::try_new(self.schema.clone(), columns);
        batch.map_err(|error| BadValue { row: None, message: error.to_string() })
    }
}

/// The columns of the source by their new name: where they are in the file, and their type there.
fn find_columns<'a>(
    wishes: &Wishes<'a>,
    file: &'a Schema,
    called: &str,
    complaints: &mut Vec<Complaint>,
) -> IndexMap<&'a str, (Vec<String>, DataType)> {
    let mut found = IndexMap::new();
    for (new, old) in wishes.columns {
        match resolve(file, old) {
            Some(place) => drop(found.insert(new.as_str(), place)),
            None => complaints.push(not_in_file(&["columns", new], old, file, called)),
        }
    }
    for (index, old) in wishes.omit.iter().enumerate() {
        if file.field_with_name(old).is_err() {
            complaints.push(not_in_file(&["omit", &index.to_string()], old, file, called));
        }
    }
    let renamed = |old: &String| wishes.columns.values().any(|renamed| renamed == old);
    for field in file.fields().iter().filter(|field| !wishes.omit.contains(field.name()) && !renamed(field.name())) {
        let place = || (vec![field.name().clone()], field.data_type().clone());
        found.entry(field.name().as_str()).or_insert_with(place);
    }
    for name in wishes.types.keys().filter(|name| !found.contains_key(*name)) {
        let there = Schema::new(found.keys().map(|name| Field::new(*name, DataType::Null, true)).collect::<Vec<_>>());
        complaints.push(not_in_file(&["types", name], name, &there, called));
    }
    found
}

/// A column, or a field inside one: the longest name without dots that is there, then its fields.
fn resolve(file: &Schema, dotted: &str) -> Option<(Vec<String>, DataType)> {
    if let Ok(field) = file.field_with_name(dotted) {
        return Some((vec![dotted.to_owned()], field.data_type().clone()));
    }
    let steps: Vec<String> = dotted.split('.').map(str::to_owned).collect();
    let mut data_type = DataType::Struct(file.fields().clone());
    for step in &steps {
        let DataType::Struct(fields) = &data_type else { return None };
        data_type = fields.find(step)?.1.data_type().clone();
    }
    Some((steps, data_type))
}

/// What both a row type and a file say of a column: the row type's types, with what else the file has in mappings.
fn unify(wanted: &DataType, found: &DataType) -> Option<DataType> {
    match (wanted, found) {
        (_, DataType::Null) => Some(wanted.clone()),
        (DataType::Utf8, DataType::LargeUtf8 | DataType::Utf8View) => Some(wanted.clone()),
        (DataType::Float64, found) if found.is_integer() || found.is_floating() => Some(wanted.clone()),
        (DataType::Int64, found) if found.is_integer() => Some(wanted.clone()),
        (DataType::List(wanted), DataType::List(found) | DataType::LargeList(found)) => {
            let item = unify(wanted.data_type(), found.data_type())?;
            Some(DataType::List(Arc::new(wanted.as_ref().clone().with_data_type(item))))
        }
        (DataType::Struct(wanted), DataType::Struct(found)) => {
            let own = wanted.iter().map(|field| match found.find(field.name()) {
                Some((_, there)) => {
                    Some(field.as_ref().clone().with_data_type(unify(field.data_type(), there.data_type())?))
                }
                None => field.is_nullable().then(|| field.as_ref().clone()),
            });
            let more = found.iter().filter(|field| wanted.find(field.name()).is_none());
            let all = own.chain(more.map(|field| Some(field.as_ref().clone())));
            Some(DataType::Struct(all.collect::<Option<Vec<_>>>()?.into()))
        }
        (DataType::Dictionary(_, values), found) => unify(values, found),
        (wanted, DataType::Dictionary(_, values)) => unify(wanted, values),
        _ => (wanted == found).then(|| wanted.clone()),
    }
}

/// Whether `types` does not contradict the row type.
fn compatible(own: &DataType, wished: &DataType) -> bool {
    own == wished || unify(own, wished).is_some()
}

/// The column at a path; a null mapping has null fields.
fn at_path(batch: &RecordBatch, path: &[String]) -> Result<ArrayRef, BadValue> {
    let gone = || BadValue { row: None, message: format!("there is no column `{}` any more", path.join(".")) };
    let (first, rest) = path.split_first().ok_or_else(gone)?;
    let mut column = batch.column_by_name(first).ok_or_else(gone)?.clone();
    for step in rest {
        let parent = column.as_struct_opt().ok_or_else(gone)?;
        let child = parent.column_by_name(step).ok_or_else(gone)?;
        column = match parent.nulls() {
            Some(_) => {
                let nulls = arrow::compute::is_null(parent).map_err(|error| bad(path, &error))?;
                arrow::compute::nullif(child, &nulls).map_err(|error| bad(path, &error))?
            }
            None => child.clone(),
        };
    }
    Ok(column)
}

/// The column in another storage of the same values; a value that would change is a fault.
fn conform(column: &ArrayRef, target: &DataType, name: &str) -> Result<ArrayRef, BadValue> {
    match (column.data_type(), target) {
        (own, target) if own == target => Ok(column.clone()),
        (DataType::Struct(_), DataType::Struct(fields)) => structure(column.as_struct(), fields, name),
        (DataType::List(_), DataType::List(item)) => {
            let list = column.as_list::<i32>();
            let values = conform(list.values(), item.data_type(), name)?;
            let list =
                arrow::array::ListArray::try_new(item.clone(), list.offsets().clone(), values, list.nulls().cloned());
            Ok(Arc::new(list.map_err(|error| bad(&[name.to_owned()], &error))?))
        }
        (DataType::LargeList(item), DataType::List(_)) => {
            let narrow = cast_with_options(column, &DataType::List(item.clone()), &strict());
            conform(&narrow.map_err(|error| bad(&[name.to_owned()], &error))?, target, name)
        }
        _ => cast_with_options(column, target, &strict()).map_err(|error| bad(&[name.to_owned()], &error)),
    }
}

fn structure(column: &StructArray, fields: &Fields, name: &str) -> Result<ArrayRef, BadValue> {
    let children = fields.iter().map(|field| match column.column_by_name(field.name()) {
        Some(child) => conform(child, field.data_type(), name),
        None => Ok(new_null_array(field.data_type(), column.len())),
    });
    let made = StructArray::try_new(fields.clone(), children.collect::<Result<_, _>>()?, column.nulls().cloned());
    Ok(Arc::new(made.map_err(|error| bad(&[name.to_owned()], &error))?))
}

fn strict() -> CastOptions<'static> {
    CastOptions { safe: false, ..CastOptions::default() }
}

fn bad(path: &[String], error: &dyn std::fmt::Display) -> BadValue {
    BadValue { row: None, message: format!("column `{}`: {error}", path.join(".")) }
}

fn first_null(column: &ArrayRef) -> Option<usize> {
    let nulls = column.logical_nulls().filter(|nulls| nulls.null_count() > 0)?;
    (0..column.len()).find(|row| nulls.is_null(*row))
}

fn find_row_type(name: &str, complaints: &mut Vec<Complaint>) -> Option<RowType> {
    let found = row_type(name);
    if found.is_none() {
        let names: Vec<_> = row_types().map(|row_type| row_type.name).collect();
        let complaint =
            Complaint::parameter("operator::row_type", &["rows"], format!("there is no row type `{name}`"), "unknown");
        complaints.push(complaint.help(match closest(name, names.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the row types are {}", quoted(names)),
        }));
    }
    found.cloned()
}

fn not_in_file(path: &[&str], column: &str, file: &Schema, called: &str) -> Complaint {
    let message = format!("{called} has no column `{column}`");
    Complaint::parameter("operator::unknown_column", path, message, "no such column")
        .help(complaints::column_meant(column, file))
}

fn missing(
    rows: Option<&str>,
    field: &Field,
    found: &IndexMap<&str, (Vec<String>, DataType)>,
    called: &str,
) -> Complaint {
    let (name, row_type) = (field.name(), rows.unwrap_or_default());
    let message = format!(
        "`{row_type}` needs a column `{name}` ({}), which {called} does not have",
        type_name(field.data_type())
    );
    let complaint = Complaint::parameter("operator::row_type", &["rows"], message, format!("`{name}` is missing"));
    complaint.help(format!(
        "say which column it is, `columns: {{{name}: ...}}`; there are {}",
        quoted(found.keys().copied())
    ))
}

fn retyped(rows: Option<&str>, field: &Field, found: &DataType, called: &str) -> Complaint {
    let (name, row_type) = (field.name(), rows.unwrap_or_default());
    let (found, wanted) = (type_name(found), type_name(field.data_type()));
    let message = format!("column `{name}` of {called} is {found}, where `{row_type}` has {wanted}");
    let complaint = Complaint::parameter("operator::row_type", &["rows"], message, format!("`{name}` does not fit"));
    complaint.help(format!("map another column to it, `columns: {{{name}: ...}}`"))
}
