//! The columns of joined rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{Field, Schema, SchemaRef};
use engine::operator::{Complaint, Context, Fault};

use super::pairs::{Pairs, Right};
use super::{How, Join};
use crate::complaints;

/// What is wrong with `on` and `suffix` for these inputs.
pub(super) fn check(join: &Join, left: &Schema, right: &Schema) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    if join.on.is_empty() {
        let message = "`on` pairs no columns";
        let complaint = Complaint::parameter("operator::parameters", &["on"], message, "empty");
        complaints.push(complaint.help("pair a column of the left with one of the right: `on: {id: problem_id}`"));
    }
    for (of_left, of_right) in &join.on {
        match (left.field_with_name(of_left), right.field_with_name(of_right)) {
            (Err(_), _) => complaints.push(complaints::unknown_column(&["on", of_left], of_left, "left", left)),
            (_, Err(_)) => complaints.push(complaints::unknown_column(&["on", of_left], of_right, "right", right)),
            (Ok(one), Ok(other)) => complaints.extend(compare(one, other)),
        }
    }
    if complaints.is_empty() {
        let mut names = BTreeSet::new();
        let joined = joined(join, left, right);
        let twice = joined.fields().iter().find(|field| !names.insert(field.name()));
        complaints.extend(twice.map(|field| {
            let message = format!("two columns would be called `{}`: choose another `suffix`", field.name());
            Complaint::parameter("operator::parameters", &["suffix"], message, "not unique")
        }));
    }
    complaints
}

fn compare(left: &Field, right: &Field) -> Option<Complaint> {
    let class = |field: &Field| complaints::type_name(field.data_type());
    let comparable = class(left) == class(right) || left.data_type().is_null() || right.data_type().is_null();
    (!comparable).then(|| {
        let message = format!(
            "`{}` of the left is {} and `{}` of the right is {}: they are never equal",
            left.name(),
            class(left),
            right.name(),
            class(right)
        );
        Complaint::parameter("operator::column_type", &["on", left.name()], message, "different types")
    })
}

/// The columns of the output: the left's, then those of the right that are added.
pub(super) fn joined(join: &Join, left: &Schema, right: &Schema) -> SchemaRef {
    let mut fields = left.fields().to_vec();
    for (name, column) in added(join, left, right) {
        let field = right.field(column).clone().with_name(name);
        fields.push(Arc::new(if join.how == How::Left { field.with_nullable(true) } else { field }));
    }
    Arc::new(Schema::new(fields))
}

/// The right's columns that are added: their new name and their place.
fn added(join: &Join, left: &Schema, right: &Schema) -> Vec<(String, usize)> {
    if matches!(join.how, How::Semi | How::Anti) {
        return Vec::new();
    }
    let others = right.fields().iter().enumerate().filter(|(_, field)| !join.on.values().any(|on| on == field.name()));
    let renamed = others.map(|(place, field)| match left.field_with_name(field.name()) {
        Ok(_) => (format!("{}{}", field.name(), join.suffix), place),
        Err(_) => (field.name().clone(), place),
    });
    renamed.collect()
}

/// The output rows of a batch of the left.
pub(super) fn assemble(
    join: &Join,
    left: &RecordBatch,
    right: &Right,
    pairs: &Pairs,
    schema: &SchemaRef,
    context: &Context,
) -> Result<RecordBatch, Fault> {
    let left_rows = UInt32Array::from(pairs.left.clone());
    let right_rows = UInt32Array::from(pairs.right.clone());
    let added = added(join, &left.schema(), &right.rows.schema());
    let columns = schema.fields().iter().map(|field| {
        let of_right = added.iter().find(|(name, _)| name == field.name());
        match (of_right, left.column_by_name(field.name())) {
            (Some((_, place)), _) => Ok(take(right.rows.column(*place), &right_rows, None)?),
            (None, Some(column)) if field.name() == "id" => ids(column, right, pairs, context),
            (None, Some(column)) => Ok(take(column, &left_rows, None)?),
            (None, None) => Err(Fault::node(format!("there is no column `{}`", field.name()))),
        }
    });
    Ok(RecordBatch::try_new(schema.clone(), columns.collect::<Result<Vec<_>, _>>()?)?)
}

/// The left's ids, except where a row has several partners.
fn ids(column: &ArrayRef, right: &Right, pairs: &Pairs, context: &Context) -> Result<ArrayRef, Fault> {
    let of_left = column.as_string::<i32>();
    let of_right = right.rows.column_by_name("id").and_then(|column| column.as_string_opt::<i32>());
    let of_right = of_right.ok_or_else(|| Fault::node("`right` has no column `id` of text"))?;
    let mut ids = Vec::with_capacity(pairs.left.len());
    for ((left, right), several) in pairs.left.iter().zip(&pairs.right).zip(&pairs.several) {
        let own = of_left.value(*left as usize);
        ids.push(match right {
            Some(right) if *several => context.child_id([own, of_right.value(*right as usize)], 0),
            _ => own.to_owned(),
        });
    }
    Ok(Arc::new(StringArray::from(ids)))
}
