//! A plan: tasks by fingerprint, each with its state and the reasons for it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::{Fingerprint, Ingredients};
use crate::graph::Node;
use crate::operator::{Ancestor, Need};

/// What a run would do. One pipeline gives one task a node; several variants share the tasks that they agree on.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The pipeline's name.
    pub pipeline: String,
    /// The tasks in topological order.
    pub tasks: Vec<Task>,
}

/// One output to be there at the end.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its identity; none while an external file is missing.
    pub fingerprint: Option<Fingerprint>,
    /// What the identity is made of.
    pub ingredients: Option<Ingredients>,
    /// `(variant, node)` for every node that it stands for, the first one's first.
    pub names: Vec<(String, String)>,
    /// The first variant that needs it, where that is not the base.
    pub variant: Option<String>,
    /// The node, of the first variant that has it.
    pub node: Node,
    /// Its inputs by port; of a cached task only those that the plan needs for something else.
    pub inputs: BTreeMap<String, TaskInput>,
    /// External files by parameter, as found when planned.
    pub files: BTreeMap<String, Vec<PathBuf>>,
    /// The room that it takes while it works, as far as that is known.
    pub needs: Vec<Need>,
    /// Every node that the inputs come from, parents before children; of a cached task none.
    pub lineage: Vec<Ancestor>,
    /// Cached, resumes or runs.
    pub state: State,
    /// Why it is not cached; empty where it is.
    pub because: Vec<Reason>,
}

impl Task {
    /// What events call it: the node's name, and the variant where it is not made for the first one.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.variant {
            Some(variant) => format!("{} [{variant}]", self.node.name),
            None => self.node.name.clone(),
        }
    }
}

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskInput {
    /// The producer's place in [`Plan::tasks`], always a smaller one.
    pub task: usize,
    /// The producer's output port.
    pub output: String,
}

/// What a run would do with a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum State {
    /// Nothing: it is there, with so many rows over all ports.
    Cached {
        /// Rows over all ports.
        rows: u64,
    },
    /// Goes on where it stopped.
    Resumes {
        /// Rows or steps done.
        done: u64,
        /// Of how many, where that is known.
        of: Option<u64>,
    },
    /// Everything, over so many rows or steps where that is known.
    Runs {
        /// Input rows, or steps.
        of: Option<u64>,
    },
    /// Cannot be said before these files are there.
    Unknown {
        /// The patterns that match nothing.
        missing: Vec<String>,
    },
}

/// A reason for not being cached.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// This pipeline has not run this node before.
    First,
    /// A field of the ingredients changed, by its path: `config.threshold`, `files.path.data/a.jsonl`, `version`.
    Changed {
        /// The path.
        field: String,
        /// The value of the last run; null where there was none.
        was: serde_json::Value,
        /// The value now; null where there is none.
        now: serde_json::Value,
    },
    /// A parent's output is another one now.
    Parent {
        /// The input port.
        port: String,
        /// The parent's node name.
        node: String,
    },
    /// The identity is unchanged, but the stored output is damaged or was removed.
    Gone {
        /// What was found.
        message: String,
    },
    /// An earlier run stopped before it was finished.
    Unfinished,
}
