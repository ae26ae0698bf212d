//! `evaluate.reward_accuracy`: how often the better answer is scored higher.

mod bag_of_words;
mod logistic;
mod measured;
mod sections;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, Outputs, TableOperator, declared_types,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Cell, Row};
use engine::table::Table;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::bag_of_words::BagOfWords;
use self::measured::Measured;
pub use self::sections::Sections;
use crate::complaints;
use crate::row::identified;

/// Measures how often the better of two answers is scored higher.
///
/// # What it does
/// Counts the pairs whose chosen answer has the greater score. Equal scores are wrong, and so is a score that is missing
/// or no number. `metrics` has `accuracy` over all pairs, and with `by` before it that of each value of the column, which
/// stands in `group`.
///
/// Where scores come from:
///
/// - columns of `pairs`, `chosen_score` and `rejected_score`, or as the parameters call them;
/// - two nodes that score one side each, as `score.reward` does with `answer: chosen` and with `answer: rejected`. Wire
///   one to `pairs` and the other to `rejected`; they belong together by `id`, and each has its scores in `score`. A pair
///   of which one side was too long to be scored is in one of the two only, and counts as wrong; one that is in neither
///   cannot be known here, and does not count. Where the chosen side is missing, texts and `by` are read in `rejected`.
///
/// Beside it stand the accuracies of two scorers that read nothing: `accuracy.length` takes the longer answer, and with
/// `train` wired `accuracy.bag_of_words` adds up weights of words, which a logistic regression on the differences of
/// word counts has learned on those pairs (with half the square of the weights as penalty). Words are runs of letters
/// and digits, and every other character, in lower case.
///
/// `sections: reward_bench` adds `reward_bench`, the sections of RewardBench (Lambert et al. 2024,
/// <https://arxiv.org/abs/2403.13787>) by its column `subset`: `Chat`, `Chat Hard`, `Safety`, `Reasoning`, each the mean
/// of its subsets weighted by their published sizes, with `math-prm` counted as 984 so that code and mathematics count
/// the same; `Code` and `Math`, the halves of `Reasoning`; and without a group the mean of the sections that there are.
///
/// # Why
/// A reward model that goes by length or by single words is no judge of reasoning, and its accuracy alone does not show
/// it.
///
/// # Example
/// ```yaml
/// accuracy:
///   op: evaluate.reward_accuracy
///   inputs: {pairs: better, rejected: worse, train: parts.train}
///   with: {by: pair_type}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RewardAccuracy {
    /// The column with the chosen answer's score: `chosen_score`, or `score` where `rejected` is wired.
    #[serde(default)]
    pub chosen_score: Option<String>,
    /// The column with the rejected answer's score: `rejected_score`, or `score` where `rejected` is wired.
    #[serde(default)]
    pub rejected_score: Option<String>,
    /// A text column whose values are measured each on their own too, such as `pair_type`.
    #[serde(default)]
    pub by: Option<String>,
    /// The sections of a benchmark, by its own subsets.
    #[serde(default)]
    pub sections: Option<Sections>,
}

impl Operator for RewardAccuracy {
    const NAME: &'static str = "evaluate.reward_accuracy";
    /// 2: a pair that only one of `pairs` and `rejected` has counts as wrong.
    const VERSION: u32 = 2;

    fn inputs() -> Vec<InputPort> {
        let pairs = || PortType::rows("Preference");
        vec![
            InputPort::one("pairs", "The pairs, with scores.", pairs()),
            InputPort::optional("rejected", "The same pairs with the rejected answers' scores.", identified()),
            InputPort::optional("train", "Other pairs, that the bag of words learns from.", pairs()),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        vec![OutputPort::new("metrics", "What was measured.", OutputType::Is(PortType::rows("Metric")))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let apart = inputs.contains_key("rejected");
        let (chosen, rejected) = self.columns(apart);
        let subset = self.sections.map(Sections::subset);
        let wanted = [
            ("pairs", "chosen_score", Some(chosen), complaints::is_number as fn(&_) -> bool, "a number"),
            (
                if apart { "rejected" } else { "pairs" },
                "rejected_score",
                Some(rejected),
                complaints::is_number,
                "a number",
            ),
            ("pairs", "by", self.by.as_deref(), complaints::is_text, "text"),
            ("pairs", "sections", subset, complaints::is_text, "text"),
        ];
        let complaints = wanted.into_iter().filter_map(|(port, parameter, column, fits, words)| {
            let (column, schema) = (column?, complaints::columns(inputs, port)?);
            complaints::misfit(&[parameter], column, port, schema, (fits, words))
        });
        let complaints: Vec<_> = complaints.collect();
        if complaints.is_empty() { Ok(declared_types(&Self::outputs(), inputs)) } else { Err(complaints) }
    }
}

impl TableOperator for RewardAccuracy {
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault> {
        let apart = inputs.has("rejected");
        let (chosen, rejected) = self.columns(apart);
        let alone = apart.then(|| inputs.table("rejected")).transpose()?;
        let others = alone.map(|alone| scores(alone, rejected, context)).transpose()?;
        let train = inputs.has("train").then(|| inputs.table("train")).transpose()?;
        let bag = train.map(|train| BagOfWords::learn(train, context)).transpose()?;
        let names = ["accuracy", "accuracy.length"].into_iter().chain(bag.as_ref().map(|_| "accuracy.bag_of_words"));
        let mut measured = Measured::new(names);
        let mut seen = HashSet::new();
        each(inputs.table("pairs")?, context, |row| {
            let worse = match &others {
                Some(others) => others.get(row.id()).copied().unwrap_or(f64::NAN),
                None => number(&row.cell(rejected)),
            };
            seen.insert(row.id().to_owned());
            // Written so that a missing score, which is NaN, is wrong.
            self.measure(row, number(&row.cell(chosen)) > worse, bag.as_ref(), &mut measured);
            Ok(())
        })?;
        if let (Some(alone), Some(others)) = (alone, &others) {
            belong_together(&seen, others)?;
            each(alone, context, |row| {
                if !seen.contains(row.id()) {
                    self.measure(row, false, bag.as_ref(), &mut measured);
                }
                Ok(())
            })?;
        }
        let metrics = measured.metrics(self.by.is_some(), self.sections, |parts| context.child_id(parts, 0))?;
        outputs.write_rows("metrics", &metrics)
    }
}

impl RewardAccuracy {
    /// Counts a pair whose scores are right or not.
    fn measure(&self, row: &Row, is_right: bool, bag: Option<&BagOfWords>, measured: &mut Measured) {
        let by = self.by.as_deref().and_then(|by| row.text(by));
        let subset = self.sections.and_then(|sections| row.text(sections.subset()));
        let (one, other) = (row.text("chosen").unwrap_or_default(), row.text("rejected").unwrap_or_default());
        let longer = one.chars().count() > other.chars().count();
        let mut right = vec![is_right, longer];
        right.extend(bag.map(|bag| bag.prefers(one, other)));
        measured.add(by, subset, &right);
    }

    /// The columns with scores, `apart` where each side has a table of its own.
    fn columns(&self, apart: bool) -> (&str, &str) {
        let (chosen, rejected) = if apart { ("score", "score") } else { ("chosen_score", "rejected_score") };
        (self.chosen_score.as_deref().unwrap_or(chosen), self.rejected_score.as_deref().unwrap_or(rejected))
    }
}

/// Visits every row of a table.
fn each(table: &Table, context: &Context, mut visit: impl FnMut(&Row) -> Result<(), Fault>) -> Result<(), Fault> {
    for batch in table.batches() {
        context.check_cancelled()?;
        let batch = Arc::new(batch?);
        (0..batch.num_rows()).try_for_each(|row| visit(&Row::new(batch.clone(), row)))?;
    }
    Ok(())
}

/// Scores by id.
fn scores(table: &Table, column: &str, context: &Context) -> Result<HashMap<String, f64>, Fault> {
    let mut scores = HashMap::new();
    each(table, context, |row| {
        scores.insert(row.id().to_owned(), number(&row.cell(column)));
        Ok(())
    })?;
    Ok(scores)
}

fn number(score: &Cell) -> f64 {
    match score {
        Cell::Float(number) => *number,
        Cell::Integer(number) => *number as f64,
        _ => f64::NAN,
    }
}

/// Fails where no pair has both scores, which is no accident of lengths.
fn belong_together(pairs: &HashSet<String>, rejected: &HashMap<String, f64>) -> Result<(), Fault> {
    let apart = !pairs.is_empty() && !rejected.is_empty() && !pairs.iter().any(|id| rejected.contains_key(id));
    let message = "`rejected` has none of the pairs in `pairs`: both sides' scores must be of the same pairs";
    if apart { Err(Fault::node(message)) } else { Ok(()) }
}

engine::operator!(table RewardAccuracy);
