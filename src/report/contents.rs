//! What is in an output, read by the type of its rows.

use engine::cache::Entry;
use serde::Serialize;

use super::Tally;
use super::columns::Columns;
use super::loss::tally_column;
use super::sample::{Sample, sample};
use super::series::{Series, Value, measured};
use super::tree::Tree;

/// The row type whose rows are numbers.
const METRIC: &str = "Metric";

/// How many trees are told of a table.
const TREES: usize = 2;

/// The column that tells how a program ended.
const STATUS: &str = "status";

/// Some of what is in an output.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Contents {
    /// An artifact, or what cannot be read.
    Nothing,
    /// Numbers.
    Metrics {
        /// Those measured at steps.
        series: Vec<Series>,
        /// Those measured once.
        values: Vec<Value>,
    },
    /// Trees of reasoning.
    Trees {
        /// How paths ended.
        endings: Vec<Tally>,
        /// A few of the trees.
        trees: Vec<Tree>,
    },
    /// Rows of any other kind.
    Rows {
        /// How programs ended, where the rows are about some.
        endings: Vec<Tally>,
        /// The columns that are news here.
        news: Vec<String>,
        /// A few of the rows: where programs ended in several ways, one of each.
        rows: Vec<Sample>,
    },
}

impl Contents {
    /// What was measured at steps.
    pub fn series(&self) -> &[Series] {
        if let Self::Metrics { series, .. } = self { series } else { &[] }
    }

    /// What was measured once.
    pub fn values(&self) -> &[Value] {
        if let Self::Metrics { values, .. } = self { values } else { &[] }
    }

    /// Reads an output.
    pub(super) fn of(entry: &Entry, port: &str, row_type: Option<&str>, columns: &Columns) -> Self {
        let Ok(Some(table)) = entry.table(port) else { return Self::Nothing };
        if row_type == Some(METRIC) {
            let (series, values) = measured(&table);
            return Self::Metrics { series, values };
        }
        let endings = tally_column(&table, STATUS).unwrap_or_default();
        if row_type == Some(Tree::ROW_TYPE) {
            return Self::Trees { endings, trees: Tree::first(&table, TREES) };
        }
        let telling = (!endings.is_empty()).then_some(STATUS);
        Self::Rows { rows: sample(&table, telling), news: columns.news(&table.schema), endings }
    }
}
