//! Types that hold the same values, and the passage from one to the other.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, StructArray, new_null_array};
use arrow::compute::{CastOptions, cast_with_options, is_null, nullif};
use arrow::datatypes::{DataType, Fields};

use super::BadValue;

/// What both a row type and a file say of a column: the row type's types, with what else the file has in mappings.
pub(super) fn unify(wanted: &DataType, found: &DataType) -> Option<DataType> {
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

/// The column at a path; a null mapping has null fields.
pub(super) fn at_path(batch: &RecordBatch, path: &[String]) -> Result<ArrayRef, BadValue> {
    let gone = || BadValue { row: None, message: format!("there is no column `{}` any more", path.join(".")) };
    let (first, rest) = path.split_first().ok_or_else(gone)?;
    let mut column = batch.column_by_name(first).ok_or_else(gone)?.clone();
    for step in rest {
        let parent = column.as_struct_opt().ok_or_else(gone)?;
        let child = parent.column_by_name(step).ok_or_else(gone)?;
        column = match parent.nulls() {
            Some(_) => {
                let nulls = is_null(parent).map_err(|error| bad(path, &error))?;
                nullif(child, &nulls).map_err(|error| bad(path, &error))?
            }
            None => child.clone(),
        };
    }
    Ok(column)
}

/// The column in another storage of the same values; a value that would change is a fault.
pub(super) fn conform(column: &ArrayRef, target: &DataType, name: &str) -> Result<ArrayRef, BadValue> {
    match (column.data_type(), target) {
        (own, target) if own == target => Ok(column.clone()),
        (DataType::Struct(_), DataType::Struct(fields)) => structure(column.as_struct(), fields, name),
        (DataType::List(_), DataType::List(item)) => {
            let list = column.as_list::<i32>();
            let values = conform(list.values(), item.data_type(), name)?;
            let list = ListArray::try_new(item.clone(), list.offsets().clone(), values, list.nulls().cloned());
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
