//! The texts of a row: which columns hold them, and how to visit them.
//!
//! Owns the choice of columns where the manifest makes none. Knows nothing of what texts are compared for.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Schema};
use engine::operator::{Complaint, Fault};

use crate::complaints;

/// The columns that hold a row's text where no other is named, the first that is there: what a problem, a completion
/// or preference, any document, a conversation is told apart by.
const NATURAL: [&str; 5] = ["statement", "prompt", "text", "content", "messages"];

/// What the columns are called by, as manual pages say it.
pub(crate) const NATURAL_HELP: &str = "`statement`, `prompt`, `text`, `content`, `messages`";

/// The columns that are named, else the natural one.
pub(crate) fn columns(named: &[String], schema: &Schema) -> Vec<String> {
    if !named.is_empty() {
        return named.to_vec();
    }
    let natural = NATURAL.iter().find(|name| schema.field_with_name(name).is_ok());
    natural.map(|name| (*name).to_owned()).into_iter().collect()
}

/// The complaints about columns that should hold text, named in a parameter or left to the operator.
pub(crate) fn check(named: &[String], parameter: &str, port: &str, schema: &Schema) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (index, column) in named.iter().enumerate() {
        let index = index.to_string();
        let path = [parameter, index.as_str()];
        complaints.extend(complaints::misfit(&path, column, port, schema, (holds_text, "text")));
    }
    if columns(named, schema).is_empty() {
        let names = schema.fields().iter().map(|field| field.name().as_str());
        let message = format!("input `{port}` has none of the columns {NATURAL_HELP}");
        let complaint = Complaint::input("operator::no_text", port, message, "which column holds the text?");
        complaints.push(
            complaint.help(format!("name the columns in `{parameter}`; there are {}", complaints::quoted(names))),
        );
    }
    complaints
}

/// Whether texts can be found in a column of this type.
fn holds_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Null => true,
        DataType::List(item) | DataType::LargeList(item) => holds_text(item.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| holds_text(field.data_type())),
        _ => false,
    }
}

/// The columns of a batch that hold texts.
pub(crate) struct Texts<'a> {
    columns: Vec<&'a ArrayRef>,
}

impl<'a> Texts<'a> {
    /// The named columns, all of which the batch must have.
    pub(crate) fn of(batch: &'a RecordBatch, columns: &[String]) -> Result<Self, Fault> {
        let find = |name: &String| {
            batch.column_by_name(name).ok_or_else(|| Fault::node(format!("there is no column `{name}`")))
        };
        Ok(Self { columns: columns.iter().map(find).collect::<Result<_, _>>()? })
    }

    /// Visits every text of the row at `index`: of a text column its value, of a list every item, of a message its
    /// content.
    pub(crate) fn visit(&self, index: usize, visit: &mut dyn FnMut(&str)) {
        self.columns.iter().for_each(|column| texts_of(column.as_ref(), index, visit));
    }

    /// The one text of the row, its texts on lines of their own.
    pub(crate) fn joined(&self, index: usize) -> String {
        let mut joined = String::new();
        self.visit(index, &mut |text| {
            if !joined.is_empty() {
                joined.push('\n');
            }
            joined.push_str(text);
        });
        joined
    }
}

fn texts_of(column: &dyn Array, index: usize, visit: &mut dyn FnMut(&str)) {
    if column.is_null(index) {
        return;
    }
    match column.data_type() {
        DataType::Utf8 => visit(column.as_string::<i32>().value(index)),
        DataType::LargeUtf8 => visit(column.as_string::<i64>().value(index)),
        DataType::List(_) => items(&column.as_list::<i32>().value(index), visit),
        DataType::LargeList(_) => items(&column.as_list::<i64>().value(index), visit),
        DataType::Struct(_) => {
            let fields = column.as_struct();
            match fields.column_by_name("content") {
                Some(content) => texts_of(content.as_ref(), index, visit),
                None => fields.columns().iter().for_each(|field| texts_of(field.as_ref(), index, visit)),
            }
        }
        _ => {}
    }
}

fn items(items: &dyn Array, visit: &mut dyn FnMut(&str)) {
    (0..items.len()).for_each(|index| texts_of(items, index, visit));
}
