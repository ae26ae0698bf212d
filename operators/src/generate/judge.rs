//! `generate.judge`: a model's opinion of each row.

mod votes;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, Inputs, Operator, RowOperator, RowWorker, SettingsKind,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes};
use engine::row::{Base, Cell, Emit, Row};
use indexmap::IndexMap;
use models::generate::{Request, Sampling};
use rand_chacha::rand_core::RngCore;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::votes::{Ballot, Votes};
use super::prompt::{Asking, Wording};
use crate::complaints;
use crate::model::{Model, Placing, generator_port};
use crate::row::identified;

/// Lets a model judge each row.
///
/// # What it does
/// Asks a model about each row, `votes` times, and gives the row on with the mean of the votes in `score`. A vote is
/// either a number on a `scale`, or one of `choices`, each of which is worth a number or, as `null`, nothing: then
/// `verdict` has the choice that most votes were for, the first of equals. `votes` has what each vote was, null where it
/// could not be read, and `critiques` all that the model wrote.
///
/// The model is told how to end its answer: `Score: 4`, `Verdict: yes`; where the prompt has `{{ answer_format }}`, the
/// sentence stands there, otherwise behind it. The last such line counts, and a choice is a whole word: `not sure` is no
/// `no`. A `pattern` of your own replaces both: the group `vote` of its last match is the vote. A row of which no vote can
/// be read goes to `unjudged`, with the `reason`.
///
/// # Why
/// Judges are prompts, and prompts are changed often: scale, votes and the reading of an answer are declared, and a
/// vote that could not be read is never taken for a bad one.
///
/// # Example
/// ```yaml
/// consistent:
///   op: generate.judge
///   inputs: {rows: answers, model: judge}
///   with:
///     prompt: "Is there a flaw in this reasoning?\n\n{{ reasoning }}"
///     choices: {yes: 0, no: 1}
///     votes: 3
///     temperature: 0.7
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Judge {
    /// What the model is asked: Jinja over a row's columns, or the name of one of our prompts: `judge-reasoning`,
    /// `judge-consistency`, for which `yes` means a flaw.
    #[schemars(length(min = 1))]
    pub prompt: String,
    /// The system's message.
    #[serde(default)]
    pub system: Option<String>,
    /// Votes are numbers from one to another. Either this or `choices`.
    #[serde(default)]
    pub scale: Option<Scale>,
    /// Votes are one of these words, worth a number each, or nothing. Either this or `scale`.
    #[serde(default)]
    pub choices: IndexMap<String, Option<f64>>,
    /// A regular expression whose group `vote` is the vote.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub pattern: Option<String>,
    /// How often each row is judged.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1000))]
    pub votes: u64,
    /// Divides the logits before a token is drawn; 0 always takes the likeliest token.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub temperature: f32,
    /// How many tokens an answer has at most.
    #[serde(default = "default_max_tokens")]
    #[schemars(range(min = 1))]
    pub max_tokens: usize,
    /// Another number gives other votes under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

/// Numbers from one to another, both among them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The worst.
    pub from: f64,
    /// The best.
    pub to: f64,
}

fn one() -> u64 {
    1
}

fn default_max_tokens() -> usize {
    1024
}

/// The prompt, the judge, and how its votes are read.
pub struct Bench {
    config: Judge,
    asking: Asking,
    ballot: Ballot,
    model: Arc<Model>,
}

impl Operator for Judge {
    const NAME: &'static str = "generate.judge";
    /// 2: a choice is a whole word, and a last verdict that is none is no vote.
    const VERSION: u32 = 2;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        vec![
            InputPort::one("rows", "The rows that are judged.", identified()),
            generator_port("model", "The model that judges."),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "`Score`, with the other columns of `rows`, `verdict`, `votes` and `critiques`.";
        let unjudged = "The columns of `rows`, `critiques` and a `reason`.";
        vec![
            OutputPort::new("rows", "The rows with their scores.", OutputType::Derived(gives)),
            OutputPort::new("unjudged", "Rows of which no vote could be read.", OutputType::Derived(unjudged))
                .may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let ballot = Ballot::new(self);
        let format = ballot.as_ref().ok().and_then(Ballot::answer_format);
        let schema = complaints::columns(inputs, "rows").map(AsRef::as_ref);
        let mut complaints = Asking::check(&self.prompt, schema, format.as_deref());
        complaints.extend(ballot.err().map(|complaint| *complaint));
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let (rows, unjudged) = complaints::port_type(inputs, "rows").map(|rows| votes::types(&rows)).unzip();
        Ok([("rows".to_owned(), rows), ("unjudged".to_owned(), unjudged)].into())
    }

    fn warnings(&self, _inputs: &InputTypes) -> Vec<Complaint> {
        let same = self.votes > 1 && self.temperature == 0.0;
        let message = format!("{} votes at temperature 0 are all the same", self.votes);
        let warning = || Complaint::parameter("operator::parameters", &["votes"], message, "one would do");
        same.then(warning).into_iter().collect()
    }

    fn identities(&self, _files: &ExternalFiles) -> BTreeMap<String, String> {
        Wording::identities(&self.prompt)
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }
}

impl RowOperator for Judge {
    const ROWS: &'static str = "rows";
    const PART_ROWS: usize = 256;
    type Worker = Bench;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Bench, Fault> {
        let ballot = Ballot::new(self).map_err(|complaint| Fault::node(complaint.message))?;
        let asking = Asking::new(&self.prompt, ballot.answer_format().as_deref())?;
        let asking = asking.around(self.system.as_deref(), &[], None);
        let model = Model::open(inputs, "model", context)?;
        Ok(Bench { config: self.clone(), asking, ballot, model })
    }
}

#[async_trait]
impl RowWorker for Bench {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let request = Request {
            samples: 0..self.config.votes,
            sampling: Sampling { temperature: self.config.temperature, ..Sampling::default() },
            seed: context.random(row.id(), self.config.seed).next_u64(),
            max_tokens: Some(self.config.max_tokens),
            ..Request::new(self.asking.chat(&self.asking.of(row)?))
        };
        let answers = self.model.answer(request, context).await?;
        let critiques: Vec<String> = answers.into_iter().map(|answer| answer.text).collect();
        let votes = self.ballot.read(&critiques);
        let written = ("critiques".to_owned(), Cell::from(critiques));
        if votes.is_empty() {
            let reason = ("reason".to_owned(), Cell::from(self.ballot.unreadable()));
            emit.push("unjudged", Base::Input, vec![written, reason]);
        } else {
            let Votes { score, verdict, votes } = votes;
            let cells = [("score", score.into()), ("verdict", verdict.into()), ("votes", Cell::from(votes))];
            let cells = cells.into_iter().map(|(name, cell)| (name.to_owned(), cell));
            emit.push("rows", Base::Input, cells.chain([written]).collect());
        }
        Ok(())
    }
}

engine::operator!(row Judge);
