//! A row as verl's data sets have it.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use engine::operator::Fault;
use engine::row::Row;
use serde::Serialize;

use super::{Verl, ground_truth};
use crate::generate::Asking;
use crate::row::{list, structure};

/// The rows of one split, one after the other.
pub(super) struct Lines<'a> {
    config: &'a Verl,
    asking: &'a Asking,
    split: &'static str,
    index: i64,
}

/// A row.
#[derive(Serialize)]
pub(super) struct Line {
    data_source: String,
    prompt: Vec<Message>,
    ability: String,
    reward_model: RewardModel,
    extra_info: ExtraInfo,
}

#[derive(Serialize)]
struct Message {
    role: String,
    content: String,
}

#[derive(Serialize)]
struct RewardModel {
    style: &'static str,
    ground_truth: String,
}

#[derive(Serialize)]
struct ExtraInfo {
    split: &'static str,
    index: i64,
    id: String,
}

/// The columns.
pub(super) fn schema() -> SchemaRef {
    let text = DataType::Utf8;
    let extra_info = [("split", text.clone()), ("index", DataType::Int64), ("id", text.clone())];
    let columns = [
        ("data_source", text.clone()),
        ("prompt", list(structure([("role", text.clone()), ("content", text.clone())]))),
        ("ability", text.clone()),
        ("reward_model", structure([("style", text.clone()), ("ground_truth", text)])),
        ("extra_info", structure(extra_info)),
    ];
    Arc::new(Schema::new(columns.map(|(name, data_type)| Field::new(name, data_type, true)).to_vec()))
}

impl<'a> Lines<'a> {
    pub(super) fn new(config: &'a Verl, asking: &'a Asking, split: &'static str) -> Self {
        Self { config, asking, split, index: 0 }
    }

    /// The next problem's row.
    pub(super) fn next(&mut self, problem: &Row) -> Result<Line, Fault> {
        let asked = self.asking.of(problem)?;
        let message = |(role, content): (&str, &str)| Message { role: role.to_owned(), content: content.to_owned() };
        let truth = match &self.config.ground_truth {
            Some(column) => problem.text(column).map(str::to_owned).ok_or_else(|| format!("`{column}` is null")),
            None => ground_truth::of(problem),
        };
        let id = problem.id().to_owned();
        let ground_truth = truth.map_err(|reason| Fault::node(format!("problem `{id}`: {reason}")))?;
        let source = self.config.data_source.as_deref().or(problem.text("source"));
        let index = self.index;
        self.index += 1;
        Ok(Line {
            data_source: source.unwrap_or_default().to_owned(),
            prompt: asked.said().map(message).collect(),
            ability: self.config.ability.clone(),
            reward_model: RewardModel { style: "rule", ground_truth },
            extra_info: ExtraInfo { split: self.split, index, id },
        })
    }
}
