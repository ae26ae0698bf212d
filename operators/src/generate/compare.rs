//! `generate.compare`: which of two answers a model finds better.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker, SettingsKind,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use engine::row::{Base, Cell, Emit, Row};
use models::generate::{Request, Sampling};
use rand_chacha::rand_core::RngCore;
use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::prompt::{Asking, Wording};
use crate::complaints;
use crate::model::{Model, Placing, generator_port};
use crate::row::with_columns;

/// Asks a model which of two answers is better.
///
/// # What it does
/// Shows a model the two answers of each pair as `first` and `second`, in an order that a coin decides, and gives the pair on
/// with `chosen_score` and `rejected_score`: 1 for the one that the model finds better and 0 for the other. Where it does not
/// say which, both are null. `order` says which came first, `critique` is what the model wrote.
///
/// The model ends its answer with a line `Verdict: A` for the first or `Verdict: B` for the second; the last such line
/// counts, and the letter is a capital. A prompt of your own has to ask for it.
///
/// # Why
/// A model that writes can be measured as a reward model is: `evaluate.reward_accuracy` reads these columns as it reads a
/// reward model's scores, so that both are rows of one table. A pair without a verdict counts as wrong there, and the coin
/// keeps a model that always says A at one half.
///
/// # Example
/// ```yaml
/// compared: {op: generate.compare, inputs: {pairs: benchmark, model: judge}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    /// What the model is asked: Jinja over a pair's columns, `first` and `second`; or the name of one of our prompts.
    #[serde(default = "default_prompt")]
    #[schemars(length(min = 1))]
    pub prompt: String,
    /// The system's message.
    #[serde(default)]
    pub system: Option<String>,
    /// Divides the logits before a token is drawn; 0 always takes the likeliest token.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub temperature: f32,
    /// How many tokens an answer has at most.
    #[serde(default = "default_max_tokens")]
    #[schemars(range(min = 1))]
    pub max_tokens: usize,
    /// Another number gives other orders under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

fn default_prompt() -> String {
    "compare".to_owned()
}

fn default_max_tokens() -> usize {
    1024
}

/// A verdict, with or without a vote: `A tie` is none.
static VERDICT: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"\b(?i:verdict)\b(?:\W*(?i:a\s+(?:tie|draw|toss))\b|\W*(?:(?i:answer)\W+)?(?P<vote>[AB])\b|\W*[:=])";
    Regex::new(pattern).expect("it is a regex")
});

/// The prompt and the model.
pub struct Comparing {
    config: Compare,
    asking: Asking,
    model: Arc<Model>,
}

impl Operator for Compare {
    const NAME: &'static str = "generate.compare";
    /// 2: small letters are no votes, and a last verdict that is none is no vote.
    const VERSION: u32 = 2;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("pairs", "The pairs that are compared.", PortType::rows("Preference")),
            generator_port("model", "The model that compares."),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "As `pairs`, with `chosen_score`, `rejected_score`, `order` and `critique`.";
        vec![OutputPort::new("pairs", "The pairs with their scores.", OutputType::Derived(gives))]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let shown = complaints::columns(inputs, "pairs").map(|schema| with_sides(schema));
        let complaints = Asking::check(&self.prompt, shown.as_ref(), None);
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let score = |name: &str| Field::new(name, DataType::Float64, true);
        let text = |name: &str| Field::new(name, DataType::Utf8, false);
        let added = || vec![score("chosen_score"), score("rejected_score"), text("order"), text("critique")];
        let pairs = complaints::port_type(inputs, "pairs").map(|pairs| with_columns(&pairs, added()));
        Ok([("pairs".to_owned(), pairs)].into())
    }

    fn identities(&self, _files: &ExternalFiles) -> BTreeMap<String, String> {
        Wording::identities(&self.prompt)
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }
}

const SIDES: [&str; 2] = ["first", "second"];

/// The columns of a pair with those of its two sides.
fn with_sides(schema: &Schema) -> Schema {
    let kept = schema.fields().iter().filter(|field| !SIDES.contains(&field.name().as_str())).cloned();
    let sides = SIDES.map(|side| Arc::new(Field::new(side, DataType::Utf8, false)));
    Schema::new(kept.chain(sides).collect::<Vec<_>>())
}

/// A pair with its sides in an order.
fn shown(row: &Row, sides: [&str; 2]) -> Result<Row, Fault> {
    let schema = Arc::new(with_sides(row.batch().schema_ref()));
    let one = row.batch().slice(row.index(), 1);
    let column = |field: &Arc<Field>| -> Option<ArrayRef> {
        let side = SIDES.iter().position(|side| side == field.name());
        side.map(|side| Arc::new(StringArray::from(vec![sides[side]])) as ArrayRef)
            .or_else(|| one.column_by_name(field.name()).cloned())
    };
    let columns: Option<Vec<ArrayRef>> = schema.fields().iter().map(column).collect();
    let columns = columns.ok_or_else(|| Fault::node("a pair lacks a column that its schema has"))?;
    Ok(Row::new(Arc::new(RecordBatch::try_new(schema, columns)?), 0))
}

impl RowOperator for Compare {
    const ROWS: &'static str = "pairs";
    const PART_ROWS: usize = 256;
    type Worker = Comparing;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Comparing, Fault> {
        let asking = Asking::new(&self.prompt, None)?.around(self.system.as_deref(), &[], None);
        Ok(Comparing { config: self.clone(), asking, model: Model::open(inputs, "model", context)? })
    }
}

#[async_trait]
impl RowWorker for Comparing {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let side = |column: &str| row.text(column).ok_or_else(|| Fault::row(format!("`{column}` is null")));
        let (chosen, rejected) = (side("chosen")?, side("rejected")?);
        let mut random = context.random(row.id(), self.config.seed);
        let chosen_first = random.next_u64() & 1 == 0;
        let sides = if chosen_first { [chosen, rejected] } else { [rejected, chosen] };
        let request = Request {
            sampling: Sampling { temperature: self.config.temperature, ..Sampling::default() },
            seed: random.next_u64(),
            max_tokens: Some(self.config.max_tokens),
            ..Request::new(self.asking.chat(&self.asking.of(&shown(row, sides)?)?))
        };
        let answers = self.model.answer(request, context).await?;
        let critique = answers.into_iter().next().map(|answer| answer.text).unwrap_or_default();
        let better = first_is_better(&critique).map(|first| first == chosen_first);
        let score = |is_better: Option<bool>| Cell::from(is_better.map(|is_better| f64::from(u8::from(is_better))));
        let cells = [
            ("chosen_score", score(better)),
            ("rejected_score", score(better.map(|better| !better))),
            ("order", Cell::from(if chosen_first { "chosen_first" } else { "rejected_first" })),
            ("critique", Cell::from(critique)),
        ];
        emit.push("pairs", Base::Input, cells.map(|(name, cell)| (name.to_owned(), cell)).into());
        Ok(())
    }
}

/// Whether the first answer was found better; nothing where no verdict can be read.
fn first_is_better(critique: &str) -> Option<bool> {
    let last = VERDICT.captures_iter(critique).last()?;
    Some(last.name("vote")?.as_str() == "A")
}

engine::operator!(row Compare);

#[cfg(test)]
mod tests {
    use super::first_is_better;

    #[test]
    fn the_last_verdict_counts() {
        assert_eq!(first_is_better("Verdict: B? No.\n**Verdict:** A."), Some(true));
        for (critique, wanted) in [
            ("verdict - B", Some(false)),
            ("VERDICT: [[A]]", Some(true)),
            ("**Verdict:** Answer B", Some(false)),
            ("Verdict:\n\nA is better.", Some(true)),
            ("Verdict: B, and this verdict is final.", Some(false)),
            ("Verdict: both", None),
            ("Verdict: a tie", None),
            ("Verdict: A tie between them", None),
            ("Verdict: A\nVerdict: neither", None),
            ("Verdict: Better is A", None),
        ] {
            assert_eq!(first_is_better(critique), wanted, "{critique}");
        }
        assert_eq!(first_is_better("A is better"), None);
    }
}
