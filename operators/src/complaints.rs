//! What several operators have to say at check time, in the same words.

use arrow::datatypes::{DataType, Schema, SchemaRef};
use engine::diagnostic::closest;
use engine::operator::{Complaint, Fault, Place};
use engine::port::{InputTypes, PortType, RowType, row_types};

/// The columns of an input; none while a missing file decides them.
pub(crate) fn columns<'a>(inputs: &'a InputTypes, port: &str) -> Option<&'a SchemaRef> {
    inputs.get(port)?.port_type.as_ref()?.schema()
}

/// The type of an input; none while a missing file decides it, or where the port is open.
pub(crate) fn port_type(inputs: &InputTypes, port: &str) -> Option<PortType> {
    inputs.get(port)?.port_type.clone()
}

/// A parameter names a column that the input does not have.
pub(crate) fn unknown_column(path: &[&str], column: &str, port: &str, schema: &Schema) -> Complaint {
    let message = format!("input `{port}` has no column `{column}`");
    Complaint::parameter("operator::unknown_column", path, message, "no such column").help(column_meant(column, schema))
}

/// A parameter names a column of a type that the operator cannot use.
pub(crate) fn column_type(path: &[&str], column: &str, data_type: &DataType, wanted: &str) -> Complaint {
    let message = format!("column `{column}` is {}, where {wanted} is needed", type_name(data_type));
    Complaint::parameter("operator::column_type", path, message, format!("not {wanted}"))
}

/// A parameter names a column that the input does not have, or one that does not hold what is `wanted`.
pub(crate) fn misfit(
    path: &[&str],
    column: &str,
    port: &str,
    schema: &Schema,
    (fits, wanted): (impl Fn(&DataType) -> bool, &str),
) -> Option<Complaint> {
    match schema.field_with_name(column) {
        Err(_) => Some(unknown_column(path, column, port, schema)),
        Ok(field) if fits(field.data_type()) => None,
        Ok(field) => Some(column_type(path, column, field.data_type(), wanted)),
    }
}

/// The row type that the parameter `rows` names.
pub(crate) fn row_type(name: &str) -> Result<RowType, Vec<Complaint>> {
    let known = row_types();
    let names = || known.iter().map(|row_type| row_type.name);
    let help = match closest(name, names()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the row types are {}", quoted(names())),
    };
    let unknown = || {
        let message = format!("there is no row type `{name}`");
        vec![Complaint::parameter("operator::row_type", &["rows"], message, "unknown").help(help)]
    };
    engine::port::row_type(name).ok_or_else(unknown)
}

/// A complaint about a parameter that is called otherwise here.
pub(crate) fn moved(complaint: Complaint, path: &[&str]) -> Complaint {
    let path = path.iter().map(|step| (*step).to_owned()).collect();
    let place = match complaint.place {
        Place::Parameter { within, .. } => Place::Parameter { path, within },
        other => other,
    };
    Complaint { place, ..complaint }
}

/// Whether a column of this type holds one text a row.
pub(crate) fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Null)
}

/// Whether a column of this type holds one float a row.
pub(crate) fn is_float(data_type: &DataType) -> bool {
    *data_type == DataType::Float64
}

/// Whether a column of this type holds one number a row.
pub(crate) fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric() || *data_type == DataType::Null
}

/// Complaints that come up again when a node runs: its files changed since the check.
pub(crate) fn fault(complaints: Vec<Complaint>) -> Fault {
    let messages: Vec<_> = complaints.into_iter().map(|complaint| complaint.message).collect();
    Fault::node(messages.join("; "))
}

/// The column that was probably meant, else all that there are.
pub(crate) fn column_meant(column: &str, schema: &Schema) -> String {
    let names = || schema.fields().iter().map(|field| field.name().as_str());
    match closest(column, names()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the columns are {}", quoted(names())),
    }
}

/// `a`, `b`, `c`.
pub(crate) fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A type in the words of a manifest.
pub(crate) fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Null => "always null".to_owned(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        whole if whole.is_integer() => "integer".to_owned(),
        number if number.is_floating() => "float".to_owned(),
        DataType::List(item) | DataType::LargeList(item) => format!("a list of {}", type_name(item.data_type())),
        DataType::Struct(fields) => {
            let fields = fields.iter().map(|field| format!("{}: {}", field.name(), type_name(field.data_type())));
            format!("a mapping {{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
