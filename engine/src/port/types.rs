//! Port types, and the ports that an operator declares.

use std::collections::BTreeMap;

use arrow::datatypes::SchemaRef;

/// What an output gives, or what an input takes.
#[derive(Clone, Debug, PartialEq)]
pub enum PortType {
    /// Rows of a nominal type, with at least the schema's columns.
    Rows {
        /// The row type's name.
        name: String,
        /// Given: every column. Taken: the columns that must be there.
        schema: SchemaRef,
    },
    /// Rows without a nominal type. Given: every column. Taken: anything with at least these columns.
    Columns(SchemaRef),
    /// Files that only operators who know the name can read: a checkpoint, an endpoint.
    Artifact {
        /// The artifact's name.
        name: String,
    },
}

/// How many edges an input port takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Arity {
    /// Exactly one.
    One,
    /// None or one.
    Optional,
    /// Every port name that no other port has: the user chooses the names, and at least one.
    Named,
}

/// An input port of an operator.
#[derive(Clone, Debug)]
pub struct InputPort {
    /// Its name; for [`Arity::Named`] only what the manual calls the group.
    pub name: &'static str,
    /// What it is for, one sentence.
    pub doc: &'static str,
    /// The types that it takes, any one of them.
    pub accepts: Vec<PortType>,
    /// How many edges.
    pub arity: Arity,
}

/// An output port of an operator.
#[derive(Clone, Debug)]
pub struct OutputPort {
    /// Its name.
    pub name: &'static str,
    /// What comes out, one sentence.
    pub doc: &'static str,
    /// Its type, as far as it is known without inputs and configuration.
    pub gives: OutputType,
    /// Whether a run may end with no rows here; otherwise none is a fault of the node.
    pub may_be_empty: bool,
}

/// An output's type before inputs are known.
#[derive(Clone, Debug)]
pub enum OutputType {
    /// Always this.
    Is(PortType),
    /// The type of the named input, every column kept.
    Same(&'static str),
    /// The columns of the named input, and the row type's, which win over those of the same name.
    Extends(&'static str, PortType),
    /// The operator's `types` says; the text is for the manual.
    Derived(&'static str),
}

/// One input as the graph resolved it.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its type; none while an external file that decides it is missing.
    pub port_type: Option<PortType>,
}

/// The inputs of a node by port name, in the order of the names.
pub type InputTypes = BTreeMap<String, Input>;

/// The outputs of a node by port name; none while it cannot be known.
pub type OutputTypes = BTreeMap<String, Option<PortType>>;

impl PortType {
    /// A registered row type.
    ///
    /// # Panics
    /// When no such row type is registered: the names stand in code, and the compliance test visits all.
    #[must_use]
    pub fn rows(name: &str) -> Self {
        let row_type =
            super::row_type::registered(name).unwrap_or_else(|| panic!("row type `{name}` is not registered"));
        Self::Rows { name: name.to_owned(), schema: row_type.schema() }
    }

    /// Anything that has rows.
    #[must_use]
    pub fn any_rows() -> Self {
        Self::Columns(SchemaRef::new(arrow::datatypes::Schema::empty()))
    }

    /// An artifact's type.
    #[must_use]
    pub fn artifact(name: &str) -> Self {
        Self::Artifact { name: name.to_owned() }
    }

    /// The columns, if it has rows.
    #[must_use]
    pub fn schema(&self) -> Option<&SchemaRef> {
        match self {
            Self::Rows { schema, .. } | Self::Columns(schema) => Some(schema),
            Self::Artifact { .. } => None,
        }
    }

    /// The same nominal type over other columns.
    #[must_use]
    pub fn with_schema(&self, schema: SchemaRef) -> Self {
        match self {
            Self::Rows { name, .. } => Self::Rows { name: name.clone(), schema },
            Self::Columns(_) => Self::Columns(schema),
            Self::Artifact { name } => Self::Artifact { name: name.clone() },
        }
    }
}

impl std::fmt::Display for PortType {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rows { name, .. } | Self::Artifact { name } => formatter.write_str(name),
            Self::Columns(schema) if schema.fields().is_empty() => formatter.write_str("rows"),
            Self::Columns(schema) => {
                let names: Vec<_> = schema.fields().iter().map(|field| format!("`{}`", field.name())).collect();
                write!(formatter, "rows with {}", names.join(", "))
            }
        }
    }
}

impl InputPort {
    /// A port that needs exactly one edge.
    #[must_use]
    pub fn one(name: &'static str, doc: &'static str, accepts: PortType) -> Self {
        Self { name, doc, accepts: vec![accepts], arity: Arity::One }
    }

    /// A port that may stay open.
    #[must_use]
    pub fn optional(name: &'static str, doc: &'static str, accepts: PortType) -> Self {
        Self { arity: Arity::Optional, ..Self::one(name, doc, accepts) }
    }

    /// A group of ports whose names the manifest chooses.
    #[must_use]
    pub fn named(name: &'static str, doc: &'static str, accepts: PortType) -> Self {
        Self { arity: Arity::Named, ..Self::one(name, doc, accepts) }
    }

    /// Takes one more type.
    #[must_use]
    pub fn or(mut self, accepts: PortType) -> Self {
        self.accepts.push(accepts);
        self
    }
}

impl OutputPort {
    /// A port that must not end empty.
    #[must_use]
    pub fn new(name: &'static str, doc: &'static str, gives: OutputType) -> Self {
        Self { name, doc, gives, may_be_empty: false }
    }

    /// Allows no rows.
    #[must_use]
    pub fn may_be_empty(mut self) -> Self {
        self.may_be_empty = true;
        self
    }
}

impl PortType {
    /// This row type over an input's columns: the input's columns stay, this type's win where names meet.
    #[must_use]
    pub fn over(&self, input: &Self) -> Self {
        let (Some(own), Some(passed)) = (self.schema(), input.schema()) else { return self.clone() };
        let kept = passed.fields().iter().filter(|field| own.field_with_name(field.name()).is_err());
        let fields: Vec<_> = kept.chain(own.fields()).cloned().collect();
        self.with_schema(SchemaRef::new(arrow::datatypes::Schema::new(fields)))
    }
}
