//! Conversations between models, one turn after the other.
//!
//! Owns the asking: prompts, models and interpreters. Who speaks and when it ends, the rules know.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use engine::operator::{Context, Fault, Inputs, RowWorker};
use engine::row::{Base, Cell, Emit, Row};
use futures_util::future::join_all;
use models::generate::{Completion, Prompt, Request, Sampling};
use models::template::{Conversation, Ending};
use rand_chacha::rand_core::RngCore;

use super::columns;
use super::end::{End, Ended};
use super::machine::Machine;
use super::said::NEXT;
use super::talk::{Asks, Talk};
use super::{CONVERSATION, Converse, Role};
use crate::generate::prompt::Wording;
use crate::jinja::Template;
use crate::model::Model;
use crate::turns::{Execution, Output, Runs, text};
use crate::verify::{Runner, Suite};

/// The rules, the models that speak, and where their code is run.
pub struct Moderator {
    machine: Machine,
    speakers: BTreeMap<String, Speaker>,
    prompt: Template,
    execution: Option<Execution>,
    samples: u64,
    seed: u64,
}

/// A role's model, and what it is asked.
struct Speaker {
    prompt: Template,
    system: Option<String>,
    sampling: Sampling,
    model: Arc<Model>,
}

impl Moderator {
    pub(super) fn open(config: &Converse, inputs: &Inputs, context: &Context) -> Result<Self, Fault> {
        let speaker = |(name, role): (&String, &Role)| Ok((name.clone(), Speaker::open(role, inputs, context)?));
        let runner = || Runner::open(context, &config.engine, config.compare, config.limits);
        let execution = config.runs_code().then(runner).transpose()?;
        Ok(Self {
            machine: config.machine(),
            speakers: config.roles.iter().map(speaker).collect::<Result<_, Fault>>()?,
            prompt: compiled(&config.prompt)?,
            execution: execution.map(|runner| Execution { runner, characters: config.output_characters }),
            samples: config.samples,
            seed: config.seed,
        })
    }

    /// One conversation about a row: its values and the output that it goes to.
    async fn talk(
        &self,
        row: &Row,
        sample: u64,
        context: &Context,
    ) -> Result<(&'static str, Vec<(String, Cell)>), Fault> {
        let prompt = self.prompt.render(row)?;
        let mut talk = Talk::new(&self.machine);
        let ended = loop {
            if let Err(ended) = self.turn(&mut talk, row, sample, context).await? {
                break ended;
            }
        };
        let (port, mut cells) = columns::cells(&talk, &ended, row, (prompt, sample));
        cells.push(("id".to_owned(), context.child_id([row.id()], sample).into()));
        Ok((port, cells))
    }

    /// A turn, and what comes of its code; or that the conversation ends.
    async fn turn(
        &self,
        talk: &mut Talk<'_>,
        row: &Row,
        sample: u64,
        context: &Context,
    ) -> Result<Result<(), Ended>, Fault> {
        let asks = match talk.asks() {
            Ok(asks) => asks,
            Err(ended) => return Ok(Err(ended)),
        };
        let answer = match self.ask(talk, asks, row, sample, context).await {
            Ok(answer) => answer,
            // What was said is kept: a conversation that outgrew its model is one that did not end.
            Err(Fault::Row(reason)) if !talk.turns().is_empty() => return Ok(Err(End::Refused.because(reason))),
            Err(fault) => return Err(fault),
        };
        let runs = match talk.hear(&answer) {
            Ok(runs) => runs,
            Err(ended) => return Ok(Err(ended)),
        };
        if let Some(runs) = runs {
            let code = talk.turns().last().map(|turn| turn.text.clone()).unwrap_or_default();
            talk.receive(&self.run(runs, &code, row).await?);
        }
        Ok(Ok(()))
    }

    async fn ask(
        &self,
        talk: &Talk<'_>,
        Asks { role, max_tokens }: Asks<'_>,
        row: &Row,
        sample: u64,
        context: &Context,
    ) -> Result<Completion, Fault> {
        let speaker = self.speakers.get(role).expect("every role has a speaker");
        let names = [(CONVERSATION, text(talk.turns())), (NEXT, self.machine.rules(role).next.join(", "))];
        let asked = speaker.prompt.render_with(row, names)?;
        let system = speaker.system.iter().map(|system| ("system", system.as_str()));
        let conversation = Conversation::of(system.chain([("user", asked.as_str())]));
        let request = Request {
            samples: sample..sample + 1,
            sampling: speaker.sampling.clone(),
            seed: context.random(&format!("{} {}", talk.asked(), row.id()), self.seed).next_u64(),
            max_tokens: usize::try_from(max_tokens).ok(),
            ..Request::new(Prompt::Chat(conversation, Ending::Prompt))
        };
        let answers = speaker.model.answer(request, context).await?;
        answers.into_iter().next().ok_or_else(|| Fault::row("the model gave no answer"))
    }

    async fn run(&self, runs: Runs, code: &str, row: &Row) -> Result<Output, Fault> {
        let execution = self.execution.as_ref().expect("it is opened where a role runs code");
        match runs {
            Runs::Script => execution.script(code).await,
            Runs::Tests => execution.tests(code, &Suite::of(row)?).await,
        }
    }
}

impl Speaker {
    fn open(role: &Role, inputs: &Inputs, context: &Context) -> Result<Self, Fault> {
        let Role { temperature, top_p, .. } = *role;
        Ok(Self {
            prompt: compiled(&role.prompt)?,
            system: role.system.clone(),
            sampling: Sampling { temperature, top_p, ..Sampling::default() },
            model: Model::open(inputs, &role.model, context)?,
        })
    }
}

fn compiled(prompt: &str) -> Result<Template, Fault> {
    let wording = Wording::of(prompt).map_err(|complaint| Fault::node(complaint.message))?;
    Template::new(wording.text, Vec::new()).map_err(|error| Fault::node(error.to_string()))
}

#[async_trait]
impl RowWorker for Moderator {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let talks = (0..self.samples).map(|sample| self.talk(row, sample, context));
        // All are waited for, whatever becomes of one: what is asked of an endpoint is being paid for.
        for talked in join_all(talks).await {
            let (port, cells) = talked?;
            emit.push(port, Base::Input, cells);
        }
        Ok(())
    }
}
