//! `generate.converse`: conversations between models that solve a problem together.

mod check;
mod columns;
mod end;
mod machine;
mod moderator;
mod role;
mod said;
mod talk;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use engine::operator::{
    Complaint, Context, ExternalFiles, Fault, FileParameter, Inputs, Operator, RowOperator, SettingsKind,
};
use engine::port::{InputPort, InputTypes, OutputPort, OutputType, OutputTypes, PortType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::machine::{Machine, Rules};
use self::moderator::Moderator;
pub use self::role::Role;
use super::prompt::Wording;
use crate::complaints;
use crate::model::{CHECKPOINT, ENDPOINT, Placing};
use crate::python::{Engine, TestLimits};
use crate::row::identified;
use crate::turns::{Circles, confirming};
use crate::verify::{self, Compare};

/// Lets models solve problems together, in roles that speak in turn.
///
/// # What it does
/// Holds a conversation about each row, `samples` of them. A role is asked by its `prompt`, in which `conversation` is the
/// text so far and `next` those who may follow, and says one turn: what stands between tags of its name, or all that it
/// writes where there are none. Who follows stands in its `next`: the one that the turn names (`<next>reflection</next>`,
/// or by going on to speak for it), else the first. What a model writes for others is left out. The code of a role that
/// `runs` it is run, its last block or else all of the turn, and what comes of it is the next turn: `output`.
///
/// `completion` has all turns between their tags, one behind the other:
/// `<thinking>..</thinking><reflection>..</reflection><execution>..</execution><output>..</output><answer>..</answer>`.
/// Beside the row's other columns there are the `prompt` that it answers, `problem_id`, `sample`; `turns`, each with its
/// `role`, `text` and `status` (`said`, of an output how it ended, of the last how the conversation did); the answer's
/// `code`; the tokens; and the `end`:
///
/// - `answered`: a role whose `next` has `answer` wrote `<answer>..</answer>`. All others go to `unfinished`, with a `reason`;
/// - `turns`, `tokens`: there is no answer after `max_turns` or `max_tokens`, or a turn was cut at its own. Where a model
///   does not tell how many tokens it wrote, four bytes count as one;
/// - `in_a_row`: a role would speak more often in a row than it may;
/// - `repeated`: a turn is the one before it once more, or follows that one a second time (the same words behind another turn
///   are no repetition), or goes in `circles`;
/// - `empty`: a turn only confirms: it has fewer words of its own than `says` asks for;
/// - `refused`: an endpoint did not go on, or the conversation is too long for the model;
/// - `unparsed`: what the model wrote is no turn: it has another's tags, or none of it is left.
///
/// Each role has its own model: `model` by default, and any input of another name. What an endpoint answered is not asked
/// again, whatever happens to the conversation behind it.
///
/// Answered is not right. Conversations are held to the tests by `verify.execute` and kept by
/// `filter.where: {where: passed}`; a training with `unlearned: [output]` reads what came of code, and learns the rest.
///
/// # Why
/// Expert reasoning that tries things, sees what comes of them and corrects itself can be written by models that take turns
/// (CRPE, <https://arxiv.org/abs/2505.10594>, stage 2). Left to themselves they agree for ever: here everything that
/// ends a conversation is declared, and counted.
///
/// # Example
/// ```yaml
/// conversations:
///   op: generate.converse
///   inputs: {rows: problems, model: writer, critic: judge}
///   with:
///     roles:
///       thinking: {prompt: thinking, next: [reflection, execution, answer]}
///       reflection: {prompt: reflection, model: critic, next: [thinking, execution, answer]}
///       execution: {prompt: execution, next: [reflection, thinking], runs: script}
///     max_turns: 24
///     in_a_row: {reflection: 2}
/// ```
///
/// What is right of them, for a training:
/// ```yaml
/// verdicts: {op: verify.execute, inputs: conversations, with: {limits: {fuel: 20000000000}}}
/// right: {op: filter.where, inputs: verdicts, with: {where: passed}}
/// ```
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Converse {
    /// Who speaks, each role under its name, which is its tag.
    #[schemars(length(min = 1))]
    pub roles: BTreeMap<String, Role>,
    /// The role that begins.
    #[serde(default = "thinking")]
    #[schemars(length(min = 1))]
    pub first: String,
    /// What a conversation as a whole answers, for those who learn from it: Jinja over the columns of a row, or the name
    /// of one of our prompts (see `generate.sample`).
    #[serde(default = "statement")]
    #[schemars(length(min = 1))]
    pub prompt: String,
    /// How many conversations a row gets.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1000))]
    pub samples: u64,
    /// How many turns models take at most; outputs are not counted.
    #[serde(default = "default_max_turns")]
    #[schemars(range(min = 1, max = 1000))]
    pub max_turns: usize,
    /// How many tokens models write at most, in all turns together.
    #[serde(default = "default_max_tokens")]
    #[schemars(range(min = 1))]
    pub max_tokens: u64,
    /// How often a role may speak in a row, outputs not counted. Default: `{reflection: 2}`, where there is such a role.
    #[serde(default)]
    pub in_a_row: Option<BTreeMap<String, usize>>,
    /// When a turn is taken to go in circles: its last words are the same run of words again and again.
    #[serde(default)]
    pub circles: Circles,
    /// How many different words a role's turn says at least beside those of `confirming`. Default: `{reflection: 3}`, where
    /// there is such a role.
    #[serde(default)]
    pub says: Option<BTreeMap<String, usize>>,
    /// Words that confirm and say nothing else, in small letters. Default: `yes`, `right`, `correct`, `looks`, `good` and
    /// their like, with the words that stand around them.
    #[serde(default)]
    pub confirming: Option<Vec<String>>,
    /// How many characters of what code wrote come back.
    #[serde(default = "default_output_characters")]
    #[schemars(range(min = 1))]
    pub output_characters: usize,
    /// How what a program gives is compared with what is expected, where `runs: tests`.
    #[serde(default)]
    pub compare: Compare,
    /// What code may use.
    #[serde(default)]
    pub limits: TestLimits,
    /// Where code runs.
    #[serde(default)]
    pub engine: Engine,
    /// Another number gives other conversations under the same seed of the manifest.
    #[serde(default)]
    pub seed: u64,
}

/// The input whose rows are talked about.
const ROWS: &str = "rows";

/// The name of the text so far in prompts.
const CONVERSATION: &str = "conversation";

/// The role that is looked after where nothing is said.
const REFLECTION: &str = "reflection";

fn thinking() -> String {
    "thinking".to_owned()
}

fn statement() -> String {
    "{{ statement }}".to_owned()
}

fn one() -> u64 {
    1
}

fn default_max_turns() -> usize {
    24
}

fn default_max_tokens() -> u64 {
    25_000
}

fn default_output_characters() -> usize {
    1000
}

impl Operator for Converse {
    const NAME: &'static str = "generate.converse";
    /// 2: words that fit twice no longer end a conversation, and prompts name only those who may follow.
    const VERSION: u32 = 2;
    const RANDOM: bool = true;

    fn inputs() -> Vec<InputPort> {
        let models = "The models that speak: `model`, and each other under a name of yours.";
        vec![
            InputPort::one(ROWS, "The rows that are talked about.", identified()),
            InputPort::named("models", models, PortType::artifact(CHECKPOINT)).or(PortType::artifact(ENDPOINT)),
        ]
    }

    fn outputs() -> Vec<OutputPort> {
        let gives = "`Completion`, with the other columns of `rows`, `turns`, `end` and `code`.";
        let unfinished = "The same, with a `reason`.";
        vec![
            OutputPort::new("conversations", "Those with an answer.", OutputType::Derived(gives)),
            OutputPort::new("unfinished", "Those without one.", OutputType::Derived(unfinished)).may_be_empty(),
        ]
    }

    fn types(&self, inputs: &InputTypes, _files: &ExternalFiles) -> Result<OutputTypes, Vec<Complaint>> {
        let complaints = check::complaints(self, inputs);
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let (conversations, unfinished) = complaints::port_type(inputs, ROWS).map(|rows| columns::types(&rows)).unzip();
        Ok([("conversations".to_owned(), conversations), ("unfinished".to_owned(), unfinished)].into())
    }

    fn files(&self) -> Vec<FileParameter> {
        self.engine.file().into_iter().collect()
    }

    fn prepare(&self, context: &Context) -> Result<(), Fault> {
        if self.runs_code() { self.engine.prepare(context) } else { Ok(()) }
    }

    fn identities(&self, files: &ExternalFiles) -> BTreeMap<String, String> {
        let of_role = |(name, role): (&String, &Role)| {
            let own = Wording::identities(&role.prompt).into_values().next();
            own.map(|digest| (format!("roles.{name}.prompt"), digest))
        };
        let mut identities = Wording::identities(&self.prompt);
        identities.extend(self.roles.iter().filter_map(of_role));
        if self.runs_code() {
            identities.extend(verify::identities(&self.engine, files));
        }
        identities
    }

    fn settings() -> Option<SettingsKind> {
        SettingsKind::of::<Placing>()
    }
}

impl Converse {
    fn runs_code(&self) -> bool {
        self.roles.values().any(|role| role.runs.is_some())
    }

    /// The rules, without whatever makes the turns.
    fn machine(&self) -> Machine {
        let words = self.confirming.as_ref().map(|words| words.iter().cloned().collect());
        let rules = |(name, role): (&String, &Role)| (name.clone(), self.rules(name, role));
        Machine {
            roles: self.roles.iter().map(rules).collect(),
            first: self.first.clone(),
            max_turns: self.max_turns,
            max_tokens: self.max_tokens,
            circles: self.circles,
            confirming: words.unwrap_or_else(confirming),
        }
    }

    fn rules(&self, name: &str, role: &Role) -> Rules {
        let of = |said: &Option<BTreeMap<String, usize>>, usual: usize| match said {
            Some(said) => said.get(name).copied(),
            None => (name == REFLECTION).then_some(usual),
        };
        Rules {
            next: role.next.clone(),
            runs: role.runs,
            max_tokens: role.max_tokens as u64,
            in_a_row: of(&self.in_a_row, 2),
            says: of(&self.says, 3).unwrap_or(0),
        }
    }
}

impl RowOperator for Converse {
    const ROWS: &'static str = ROWS;
    /// Few enough that those who read the conversations begin early.
    const PART_ROWS: usize = 256;
    type Worker = Moderator;

    fn open(&self, inputs: &Inputs, context: &Context) -> Result<Moderator, Fault> {
        Moderator::open(self, inputs, context)
    }
}

engine::operator!(row Converse);
