//! One problem after another: what a model is asked, and what becomes of its answers.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use engine::operator::{Context, Fault, Inputs, RowWorker};
use engine::row::{Base, Emit, Row};
use futures_util::future::try_join_all;
use models::generate::Completion;

use super::columns::{self, Origin};
use super::form::{Form, Written};
use super::partners::{Partners, joined};
use super::{Evolve, Method};
use crate::generate::{Asking, Headings, Manner, Writer, whole};
use crate::model::Model;

/// Asks for problems.
pub struct Evolver {
    samples: u64,
    seed: u64,
    form: Form,
    headings: Headings,
    writers: Vec<(Method, Writer)>,
    partners: Option<Partners>,
}

/// An answer, and the statements of what it was made of.
struct Answered<'a> {
    origin: Origin<'a>,
    /// None where there was nothing to ask about.
    answer: Option<Completion>,
    parents: Vec<&'a Row>,
}

impl Evolver {
    pub(super) fn open(config: &Evolve, inputs: &Inputs, context: &Context) -> Result<Self, Fault> {
        let Evolve { temperature, top_p, max_tokens, seed, samples, form, .. } = *config;
        let manner = Manner { temperature, top_p, max_tokens, seed };
        let model = Model::open(inputs, "model", context)?;
        let writer = |method: &Method| {
            let asking = Asking::new(config.prompt(*method), Some(&form.answer_format()))?;
            Ok((*method, Writer::asking(asking, manner, Arc::clone(&model))))
        };
        let writers = config.methods().iter().map(writer).collect::<Result<_, Fault>>()?;
        let partners = inputs.table("partners").ok().map(|table| Partners::read(table, context)).transpose()?;
        Ok(Self { samples, seed, form, headings: form.headings(), writers, partners })
    }

    /// All answers to a row by one method.
    async fn answers<'a>(
        &'a self,
        row: &'a Row,
        method: Method,
        writer: &Writer,
        context: &Context,
    ) -> Result<Vec<Answered<'a>>, Fault> {
        if method == Method::Combine {
            let combined = (0..self.samples).map(|sample| self.combined(row, sample, writer, context));
            return try_join_all(combined).await;
        }
        let answers = writer.write(row, &format!("{method} "), self.samples, context).await?;
        let answered = answers.into_iter().zip(0..).map(|(answer, sample)| {
            let id = context.child_id([row.id(), method.name()], sample);
            let origin = Origin { id, parents: vec![row.id()], method, sample };
            Answered { origin, answer: Some(answer), parents: vec![row] }
        });
        Ok(answered.collect())
    }

    /// An answer about a row and another one, which is another for each sample.
    async fn combined<'a>(
        &'a self,
        row: &'a Row,
        sample: u64,
        writer: &Writer,
        context: &Context,
    ) -> Result<Answered<'a>, Fault> {
        let method = Method::Combine;
        let partner = self.partners.as_ref().and_then(|partners| partners.draw(row, sample, self.seed, context));
        let parents: Vec<&Row> = [row].into_iter().chain(partner).collect();
        let ids: Vec<&str> = parents.iter().map(|parent| parent.id()).collect();
        let id = context.child_id(ids.iter().copied().chain([method.name()]), sample);
        let answer = match partner {
            Some(partner) => {
                let purpose = format!("{method} {sample} ");
                writer.write(&joined(row, partner)?, &purpose, 1, context).await?.pop()
            }
            None => None,
        };
        Ok(Answered { origin: Origin { id, parents: ids, method, sample }, answer, parents })
    }

    /// The problem that an answer holds, or why it is none.
    fn problem(&self, answered: &Answered<'_>, met: &mut HashSet<String>) -> Result<Written, String> {
        let answer = answered.answer.as_ref().ok_or("there is no other problem to combine it with")?;
        let written = self.form.read(&self.headings, whole(answer)?)?;
        let text = plain(&written.statement);
        let is_parents = |parent: &&Row| parent.text("statement").is_some_and(|statement| plain(statement) == text);
        if answered.parents.iter().any(is_parents) {
            return Err("it is the problem that it was made of".to_owned());
        }
        if !met.insert(text) {
            return Err("it is the same as an answer before it".to_owned());
        }
        Ok(written)
    }
}

#[async_trait]
impl RowWorker for Evolver {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let asked = self.writers.iter().map(|(method, writer)| self.answers(row, *method, writer, context));
        let answered = try_join_all(asked).await?;
        let mut met = HashSet::new();
        for answered in answered.into_iter().flatten() {
            match self.problem(&answered, &mut met) {
                Ok(written) => {
                    let usage = answered.answer.map(|answer| answer.usage).unwrap_or_default();
                    emit.push("problems", Base::Blank, columns::of_problem(&answered.origin, written, usage));
                }
                Err(reason) => {
                    context.count("answers without a problem", 1.0);
                    let cells = columns::of_failure(&answered.origin, answered.answer.as_ref(), reason);
                    emit.push("unparsed", Base::Blank, cells);
                }
            }
        }
        Ok(())
    }
}

/// A text by which those are the same that differ in case and white space alone.
fn plain(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
