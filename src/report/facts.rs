//! The facts as data, of which every way of telling is a rendering.

use std::collections::BTreeMap;

use engine::ablation::Compared;
use engine::event::Outcome;
use engine::plan::{Fingerprint, Ingredients};
use engine::report::NodeState;
use serde::Serialize;

use super::{Asked, Contents, Series};

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Facts {
    /// The pipeline.
    pub pipeline: String,
    /// The run's id, which names its record.
    pub run: String,
    /// When it began, in milliseconds since 1970.
    pub started: u64,
    /// How it ended; none while it goes on, or when it was killed.
    pub outcome: Option<Outcome>,
    /// How long it took.
    pub seconds: f64,
    /// What was asked.
    pub asked: Asked,
    /// What the manifest's `report` measures, of a run without variants.
    pub results: Vec<Result>,
    /// The variants, of a run with some.
    pub comparison: Option<Comparison>,
    /// The nodes, producers before their readers.
    pub nodes: Vec<Node>,
}

impl Facts {
    /// The nodes of the first variation, which of a plain run are all, each with its place among all.
    pub fn first_variation(&self) -> impl Iterator<Item = (usize, &Node)> {
        let first = self.asked.variations.first().map(|own| &own.label);
        let nodes = self.nodes.iter().enumerate();
        nodes.filter(move |(_, node)| first.is_none_or(|first| node.variations.contains(first)))
    }
}

/// A number that the manifest asks for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Result {
    /// What `report` calls it.
    pub label: String,
    /// The number; none where there is none yet.
    pub value: Option<f64>,
}

/// The variants beside each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// A row a variant, the base first.
    pub rows: Vec<Compared>,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node {
    /// What events call it.
    pub label: String,
    /// Its name in the manifest.
    pub name: String,
    /// Whether the run was to have it; otherwise something that was there is made of it.
    pub asked: bool,
    /// The variations that have it.
    pub variations: Vec<String>,
    /// What its operator does, in a sentence.
    pub does: String,
    /// Where it stands.
    #[serde(flatten)]
    pub state: NodeState,
    /// Its output's identity.
    pub fingerprint: Fingerprint,
    /// What that is made of.
    pub ingredients: Ingredients,
    /// What it read.
    pub inputs: Vec<Input>,
    /// What it gave; nothing while it has not finished.
    pub outputs: Vec<Output>,
    /// Rows that went no further, and why.
    pub losses: Vec<Loss>,
    /// What it took.
    pub work: Work,
}

impl Node {
    /// What it measured at steps.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.outputs.iter().flat_map(|output| output.contents.series())
    }
}

/// An edge into a node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Input {
    /// The input port.
    pub port: String,
    /// The producer's label.
    pub node: String,
    /// The producer's output port.
    pub output: String,
    /// Rows; none for an artifact, or where they are not there.
    pub rows: Option<u64>,
}

/// What a port gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Output {
    /// The port.
    pub port: String,
    /// What it gives, in a sentence.
    pub doc: String,
    /// The type of its rows, or of the artifact.
    pub gives: Option<String>,
    /// Rows; none for an artifact.
    pub rows: Option<u64>,
    /// Files of an artifact.
    pub files: Vec<String>,
    /// Bytes stored.
    pub bytes: u64,
    /// Whether its rows are those that nobody asked for.
    pub aside: bool,
    /// Some of what is in it.
    pub contents: Contents,
}

/// Rows that went no further.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Loss {
    /// The output that they went to; none where they have no result.
    pub port: Option<String>,
    /// How many.
    pub rows: u64,
    /// Of how many that could have gone on.
    pub of: u64,
    /// Why, the most frequent first.
    pub reasons: Vec<Tally>,
}

/// How often something was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// What; none for all that is not named.
    pub what: Option<String>,
    /// Of how many rows.
    pub rows: u64,
}

/// What it took to make an output, in the run that made it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Work {
    /// The run.
    pub run: String,
    /// When it was done, in milliseconds since 1970; none while it is not.
    pub made: Option<u64>,
    /// How long it took.
    pub seconds: f64,
    /// How far it is, where it did not finish.
    pub progress: Option<Progress>,
    /// Calls of the operator.
    pub calls: u64,
    /// Rows taken from earlier work.
    pub remembered: u64,
    /// How often work was tried again because the world failed.
    pub retries: u64,
    /// What it used.
    pub counts: BTreeMap<String, f64>,
    /// What a person should know of it.
    pub warnings: Vec<String>,
}

/// How far an output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Input rows or steps done.
    pub done: u64,
    /// Of how many, where known.
    pub of: Option<u64>,
}
