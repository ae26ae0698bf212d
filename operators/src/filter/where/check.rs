//! What is wrong with an expression before it meets a row.

use std::ops::Range;

use arrow::datatypes::{DataType, Field, Fields, Schema};
use engine::operator::Complaint;
use minijinja::value::Value;
use minijinja::{Error, ErrorKind};

use super::evaluate::{Condition, WHOLE_ROW, described};
use crate::complaints::{column_meant, unknown_column};

/// Methods of mappings, which look like fields.
const METHODS: [&str; 4] = ["get", "items", "keys", "values"];

/// The faults that need no columns.
pub(super) fn syntax(text: &str) -> Vec<Complaint> {
    Condition::new(text).err().map(|error| complaint(&error)).into_iter().collect()
}

/// All faults of an expression over rows with these columns.
pub(super) fn against(text: &str, schema: &Schema) -> Vec<Complaint> {
    let condition = match Condition::new(text) {
        Ok(condition) => condition,
        Err(error) => return vec![complaint(&error)],
    };
    let names = condition.names();
    let complaints: Vec<_> = names.iter().filter_map(|name| name_complaint(text, name, schema)).collect();
    if complaints.is_empty() { unknown_word(&condition, schema).into_iter().collect() } else { complaints }
}

/// A column that is not there, or a field of a mapping that it does not have.
fn name_complaint(text: &str, name: &str, schema: &Schema) -> Option<Complaint> {
    let mut steps = name.split('.');
    let mut root = steps.next()?;
    if root == WHOLE_ROW && schema.field_with_name(WHOLE_ROW).is_err() {
        root = steps.next().filter(|step| !METHODS.contains(step))?;
    }
    let Ok(field) = schema.field_with_name(root) else {
        let complaint = unknown_column(&["where"], root, "rows", schema);
        return Some(narrowed(complaint, place(text, root)));
    };
    let mut data_type = field.data_type();
    for step in steps {
        let DataType::Struct(fields) = data_type else { return None };
        if METHODS.contains(&step) {
            return None;
        }
        match fields.find(step) {
            Some((_, field)) => data_type = field.data_type(),
            None => return Some(unknown_field(text, name, step, fields)),
        }
    }
    None
}

fn unknown_field(text: &str, name: &str, step: &str, fields: &Fields) -> Complaint {
    let message = format!("`{name}`: there is no field `{step}`");
    let complaint = Complaint::parameter("operator::unknown_column", &["where"], message, "no such field");
    narrowed(
        complaint.help(column_meant(step, &Schema::new(fields.clone()))),
        text.find(name).map(|start| start..start + name.len()),
    )
}

/// A filter, test, function or method that does not exist: found by a trial on made-up values, because the language
/// looks them up only when it comes to them. What else fails on such values may be right on real ones.
fn unknown_word(condition: &Condition, schema: &Schema) -> Option<Complaint> {
    let error = condition.value(sample_of(schema.fields())).err()?;
    let unknown = matches!(
        error.kind(),
        ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction | ErrorKind::UnknownMethod
    );
    let mut complaint = unknown.then(|| complaint(&error))?;
    if error.kind() == ErrorKind::UnknownMethod {
        let help = "values have no Python methods: use filters and tests, such as `name | lower`, `name is startingwith(\"a\")`";
        complaint = complaint.help(help);
    }
    Some(complaint)
}

fn sample_of(fields: &Fields) -> Value {
    Value::from_pairs(fields.iter().map(|field| (field.name().clone(), sample(field))))
}

fn sample(field: &Field) -> Value {
    match field.data_type() {
        DataType::Boolean => Value::from(true),
        DataType::Utf8 | DataType::LargeUtf8 => Value::from("1"),
        whole if whole.is_integer() => Value::from(1),
        number if number.is_floating() => Value::from(1.0),
        DataType::List(item) | DataType::LargeList(item) => Value::from(vec![sample(item)]),
        DataType::Struct(fields) => sample_of(fields),
        _ => Value::from(()),
    }
}

fn complaint(error: &Error) -> Complaint {
    let complaint = Complaint::parameter("operator::expression", &["where"], described(error), "here");
    narrowed(complaint, error.range())
}

fn narrowed(complaint: Complaint, range: Option<Range<usize>>) -> Complaint {
    match range {
        Some(range) => complaint.within(range),
        None => complaint,
    }
}

/// Where a name stands in an expression as a name: not inside a text, not as a field, filter or keyword argument.
fn place(text: &str, name: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut at, mut before) = (0, b' ');
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                at = text_end(bytes, at + 1, quote);
                before = quote;
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let end =
                    at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                let is_field =
                    matches!(before, b'.' | b'|') && name != WHOLE_ROW && !text[..at].trim_end().ends_with("row.");
                if &text[at..end] == name && !is_field && !is_keyword(&text[end..]) {
                    return Some(at..end);
                }
                (at, before) = (end, b'a');
            }
            byte => {
                if !byte.is_ascii_whitespace() {
                    before = byte;
                }
                at += 1;
            }
        }
    }
    None
}

fn is_keyword(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.starts_with('=') && !rest.starts_with("==")
}

/// One past the closing quote.
fn text_end(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_it_is_a_name() {
        let text = "'score' in row.name and x | score(score=1) and t.score > 0 and score < 3";
        let start = text.rfind("score").unwrap_or_default();
        assert_eq!(place(text, "score"), Some(start..start + 5));
        assert_eq!(place(text, "name"), Some(15..19));
        assert_eq!(place("'it\\'s score'", "score"), None);
    }
}
