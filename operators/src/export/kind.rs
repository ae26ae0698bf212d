//! What the rows of an export are: trainers want other columns of preferences than of problems.
//!
//! Owns how rows are recognised. Knows nothing of what trainers call things.

use arrow::datatypes::Schema;
use engine::operator::{Complaint, Fault, Inputs};
use engine::port::{InputPort, InputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dataset::SPLITS;
use crate::complaints::quoted;

/// What rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Prompts with two answers: `prompt`, `chosen`, `rejected`.
    Preference,
    /// Prompts with an answer: `prompt`, `completion`.
    Completion,
    /// Problems to be answered: `statement`, `tests`.
    Problem,
    /// Conversations: `messages`.
    Dialogue,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Preference, Self::Completion, Self::Problem, Self::Dialogue];

    /// The columns that rows are recognised by.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Preference => &["prompt", "chosen", "rejected"],
            Self::Completion => &["prompt", "completion"],
            Self::Problem => &["statement", "tests"],
            Self::Dialogue => &["messages"],
        }
    }

    /// The row type.
    fn row_type(self) -> &'static str {
        match self {
            Self::Preference => "Preference",
            Self::Completion => "Completion",
            Self::Problem => "Problem",
            Self::Dialogue => "Dialogue",
        }
    }

    fn fits(self, schema: &Schema) -> bool {
        self.columns().iter().all(|column| schema.field_with_name(column).is_ok())
    }

    fn of(schema: &Schema) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.fits(schema))
    }

    /// What the rows of the inputs are, checked before.
    pub(super) fn of_inputs(named: Option<Self>, inputs: &Inputs) -> Result<Self, Fault> {
        let found = named.or(Self::of(&inputs.table(SPLITS[0])?.schema));
        found.ok_or_else(|| Fault::node("the rows are of no kind that can be exported: name the `kind`"))
    }

    /// A port for each split, all of which take these kinds.
    pub(super) fn ports(kinds: &[Self]) -> Vec<InputPort> {
        let docs = ["The split `train`.", "The split `validation`.", "The split `test`."];
        let port = |(name, doc): (&'static str, &'static str)| {
            let make = if name == SPLITS[0] { InputPort::one } else { InputPort::optional };
            let mut types = kinds.iter().map(|kind| PortType::rows(kind.row_type()));
            let first = types.next().expect("an export takes something");
            types.fold(make(name, doc, first), InputPort::or)
        };
        SPLITS.into_iter().zip(docs).map(port).collect()
    }

    /// The kind of all splits, as far as it is known; or what is wrong with them. Rows that are of one type and have the
    /// columns of another, as answers that keep their problem's, are what their type says.
    pub(super) fn check(named: Option<Self>, inputs: &InputTypes) -> Result<Option<Self>, Vec<Complaint>> {
        let mut all: Option<Self> = named;
        for split in SPLITS {
            let given = inputs.get(split).and_then(|input| input.port_type.as_ref());
            let Some(PortType::Rows { name, schema }) = given else { continue };
            let found = all.or(Self::of(schema));
            match found {
                Some(kind) if !kind.fits(schema) => return Err(vec![lacking(kind, split)]),
                Some(kind) if named.is_none() && kind.row_type() != name => return Err(vec![ambiguous(kind, name)]),
                found => all = found,
            }
        }
        Ok(all)
    }
}

fn lacking(kind: Kind, split: &str) -> Complaint {
    let columns = quoted(kind.columns().iter().copied());
    let message = format!("`{split}` is no `{}`, which has {columns}", kind.row_type());
    Complaint::input("operator::other_kind", split, message, "not these columns")
        .help("all splits of a dataset are of one kind; `kind` names it")
}

fn ambiguous(kind: Kind, name: &str) -> Complaint {
    let columns = quoted(kind.columns().iter().copied());
    let message = format!("the rows are `{name}`, and have {columns} as a `{}` has", kind.row_type());
    Complaint::parameter("operator::which_kind", &["kind"], message, "which of them is exported?")
        .help(format!("name the `kind`, such as `kind: {}`", name.to_lowercase()))
}
