//! What is wrong with a configuration before a problem is seen.

use arrow::datatypes::{DataType, Field, Schema};
use engine::operator::Complaint;
use engine::port::InputTypes;

use super::origin::Kind;
use super::{Expect, Tests};
use crate::complaints::{self, columns, is_text, misfit};
use crate::generate::Asking;
use crate::python::code;

/// All faults of it over these inputs.
pub(super) fn complaints(config: &Tests, inputs: &InputTypes) -> Vec<Complaint> {
    let mut complaints = config.engine.check(&config.limits);
    let problems = columns(inputs, "problems").map(AsRef::as_ref);
    let format = config.from.answer_format(Kind::Stdin, config.inputs);
    let named = if config.prompt.is_some() { problems.cloned() } else { problems.map(with_entry) };
    complaints.extend(Asking::check(config.prompt(), named.as_ref(), Some(&format)));
    match (config.expect, inputs.contains_key("solutions")) {
        (Expect::Oracle, true) => {
            let message = "`expect: oracle` believes one program, and `solutions` has many";
            let complaint = Complaint::input("operator::parameters", "solutions", message, "not read");
            complaints.push(complaint.help("say `expect: majority`, or take `solutions` away"));
        }
        (Expect::Oracle, false) => complaints.extend(
            problems.and_then(|schema| misfit(&["solution"], &config.solution, "problems", schema, (is_text, "text"))),
        ),
        (Expect::Majority, table) => complaints.extend(crowd(config, inputs, problems, table.then_some("solutions"))),
    }
    complaints
}

/// What a majority is made of: either a column of `problems` or a table.
fn crowd(config: &Tests, inputs: &InputTypes, problems: Option<&Schema>, port: Option<&str>) -> Option<Complaint> {
    match (&config.solutions, port) {
        (Some(column), None) => {
            misfit(&["solutions"], column, "problems", problems?, (is_list_of_texts, "a list of texts"))
        }
        (None, Some(port)) => code::complaint(config.code.as_deref(), port, columns(inputs, port)?),
        (given, _) => {
            let message = match given {
                Some(_) => "solutions are given twice: in a column and in the input `solutions`",
                None => "`expect: majority` needs solutions, and there are none",
            };
            let help = "wire `solutions`, or name a column of `problems` with a list of programs in `solutions`: one of the two";
            Some(Complaint::parameter("operator::parameters", &["solutions"], message, "which solutions?").help(help))
        }
    }
}

/// The columns that our own prompts may name: a problem without an `entry` is one that programs solve.
fn with_entry(schema: &Schema) -> Schema {
    let entry = Field::new("entry", DataType::Utf8, true);
    match schema.field_with_name("entry") {
        Ok(_) => schema.clone(),
        Err(_) => Schema::new(schema.fields().iter().cloned().chain([entry.into()]).collect::<Vec<_>>()),
    }
}

fn is_list_of_texts(data_type: &DataType) -> bool {
    match data_type {
        DataType::List(item) | DataType::LargeList(item) => complaints::is_text(item.data_type()),
        other => *other == DataType::Null,
    }
}
