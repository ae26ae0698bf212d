//! Where a source's columns are in a file.

use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::Complaint;
use indexmap::IndexMap;

use super::{Wishes, fault};

/// The columns of a source by their new names.
pub(super) type Found<'a> = IndexMap<&'a str, Place>;

/// Where a column is.
pub(super) struct Place {
    /// The column of the file, then the fields inside it.
    pub(super) path: Vec<String>,
    /// Its type in the file.
    pub(super) data_type: DataType,
}

/// The columns of the source by their new name: where they are in the file, and their type there.
pub(super) fn columns<'a>(
    wishes: &Wishes<'a>,
    file: &'a Schema,
    called: &str,
    complaints: &mut Vec<Complaint>,
) -> Found<'a> {
    let mut found = IndexMap::new();
    for (new, old) in wishes.columns {
        match resolve(file, old) {
            Some(place) => drop(found.insert(new.as_str(), place)),
            None => complaints.push(fault::not_in_file(&["columns", new], old, file, called)),
        }
    }
    for (index, old) in wishes.omit.iter().enumerate() {
        if file.field_with_name(old).is_err() {
            complaints.push(fault::not_in_file(&["omit", &index.to_string()], old, file, called));
        }
    }
    let renamed = |old: &String| wishes.columns.values().any(|renamed| renamed == old);
    for field in file.fields().iter().filter(|field| !wishes.omit.contains(field.name()) && !renamed(field.name())) {
        let place = || Place { path: vec![field.name().clone()], data_type: field.data_type().clone() };
        found.entry(field.name().as_str()).or_insert_with(place);
    }
    for name in wishes.types.keys().filter(|name| !found.contains_key(*name)) {
        let there = Schema::new(found.keys().map(|name| Field::new(*name, DataType::Null, true)).collect::<Vec<_>>());
        complaints.push(fault::not_in_file(&["types", name], name, &there, called));
    }
    found
}

/// A column, or a field inside one: the longest name without dots that is there, then its fields.
fn resolve(file: &Schema, dotted: &str) -> Option<Place> {
    if let Ok(field) = file.field_with_name(dotted) {
        return Some(Place { path: vec![dotted.to_owned()], data_type: field.data_type().clone() });
    }
    let steps: Vec<String> = dotted.split('.').map(str::to_owned).collect();
    let mut data_type = DataType::Struct(file.fields().clone());
    for step in &steps {
        let DataType::Struct(fields) = &data_type else { return None };
        data_type = fields.find(step)?.1.data_type().clone();
    }
    Some(Place { path: steps, data_type })
}
