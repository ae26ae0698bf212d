//! One problem after another: inputs, what comes out for them, and whether that is enough.

use async_trait::async_trait;
use engine::operator::{Context, Fault, Inputs as Wired, RowWorker};
use engine::row::{Base, Cell, Emit, Row};
use models::generate::Completion;
use rand_chacha::rand_core::RngCore;

use super::expected::{self, Settled, Trust};
use super::inputs::{Inputs, Refused};
use super::origin::{Kind, Origin};
use super::solutions::Solutions;
use super::{Expect, Tests, generated, written};
use crate::generate::{Asking, Manner, Writer, whole};
use crate::model::Model;
use crate::verify::Runner;

/// Makes tests.
pub struct Tester {
    config: Tests,
    calls: Writer,
    scripts: Writer,
    solutions: Solutions,
    runner: Runner,
}

/// Why a problem has no tests.
struct Untested {
    reason: String,
    refused: Vec<Refused>,
    answers: Vec<String>,
}

impl Tester {
    pub(super) fn open(config: &Tests, inputs: &Wired, context: &Context) -> Result<Self, Fault> {
        let Tests { temperature, top_p, max_tokens, seed, .. } = *config;
        let model = Model::open(inputs, "model", context)?;
        let writer = |kind| -> Result<Writer, Fault> {
            let format = config.from.answer_format(kind, config.inputs);
            let asking = Asking::new(config.prompt(), Some(&format))?;
            Ok(Writer::asking(asking, Manner { temperature, top_p, max_tokens, seed }, model.clone()))
        };
        let solutions = match (config.expect, &config.solutions) {
            (Expect::Oracle, _) => Solutions::Oracle(config.solution.clone(), config.extract),
            (Expect::Majority, Some(column)) => Solutions::Column(column.clone(), config.extract),
            (Expect::Majority, None) => Solutions::read(inputs.table("solutions")?, &config.programs(), context)?,
        };
        let runner = Runner::open(context, &config.engine, config.compare, config.limits)?;
        let (calls, scripts) = (writer(Kind::Call)?, writer(Kind::Stdin)?);
        Ok(Self { config: config.clone(), calls, scripts, solutions, runner })
    }

    /// The tests of a problem, or why it has too few.
    async fn tests(&self, row: &Row, context: &Context) -> Result<Result<Settled, Untested>, Fault> {
        let solutions = self.solutions.of(row);
        if solutions.is_empty() {
            let reason = "there is no solution that could say what is expected".to_owned();
            return Ok(Err(Untested { reason, refused: Vec::new(), answers: Vec::new() }));
        }
        let mut inputs = Inputs::of(row);
        let writer = match inputs.kind() {
            Kind::Call => &self.calls,
            Kind::Stdin => &self.scripts,
        };
        let answers = writer.write(row, "", self.config.samples, context).await?;
        let mut unreadable = None;
        for (answer, sample) in answers.iter().zip(0..) {
            if let Err(reason) = self.add(row, answer, sample, &mut inputs, context).await? {
                unreadable = Some(reason);
            }
        }
        let trust = self.config.trust();
        let settled = expected::settle(inputs, &solutions, trust, &self.runner).await?;
        Ok(if settled.tests.len() < self.config.least {
            let few =
                format!("{} tests were made, where at least {} are wanted", settled.tests.len(), self.config.least);
            let reason = unreadable.filter(|_| settled.tests.is_empty()).unwrap_or(few);
            let answers = answers.into_iter().map(|answer| answer.text).collect();
            Err(Untested { reason, refused: settled.refused, answers })
        } else {
            Ok(settled)
        })
    }

    /// Adds the inputs that an answer brings; or says why it brings none.
    async fn add(
        &self,
        row: &Row,
        answer: &Completion,
        sample: u64,
        inputs: &mut Inputs,
        context: &Context,
    ) -> Result<Result<(), String>, Fault> {
        let text = match whole(answer) {
            Ok(text) => text,
            Err(reason) => return Ok(Err(reason)),
        };
        match self.config.from {
            Origin::Inputs => Ok(written::add(text, inputs)),
            Origin::Generator => {
                let mut random = context.random(&format!("inputs {sample} of {}", row.id()), self.config.seed);
                let seeds: Vec<u32> = (0..self.config.inputs).map(|_| random.next_u32()).collect();
                generated::add(text, &seeds, &self.runner, inputs).await
            }
        }
    }
}

impl Tests {
    fn trust(&self) -> Trust {
        match self.expect {
            Expect::Oracle => Trust::Oracle,
            Expect::Majority => Trust::Majority(self.agreement),
        }
    }
}

#[async_trait]
impl RowWorker for Tester {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let refused = |refused: &[Refused]| {
            context.count("inputs without a test", refused.len() as f64);
            Cell::List(refused.iter().map(Refused::cell).collect())
        };
        match self.tests(row, context).await? {
            Ok(settled) => {
                let cells = [
                    ("tests", Cell::List(settled.tests)),
                    ("agreement", settled.agreement.into()),
                    ("refused", refused(&settled.refused)),
                ];
                emit.push("problems", Base::Input, cells.map(|(name, cell)| (name.to_owned(), cell)).into());
            }
            Err(untested) => {
                context.count("problems without tests", 1.0);
                let cells = [
                    ("reason", untested.reason.into()),
                    ("refused", refused(&untested.refused)),
                    ("answers", untested.answers.into()),
                ];
                emit.push("untested", Base::Input, cells.map(|(name, cell)| (name.to_owned(), cell)).into());
            }
        }
        Ok(())
    }
}
