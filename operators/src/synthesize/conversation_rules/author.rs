//! The writing of conversations.
//!
//! Owns their order: thoughts, what is run, the answer. What each says stands in modules of its own.

use async_trait::async_trait;
use engine::operator::{Context, Fault, RowWorker};
use engine::row::{Cell, Emit, Row};

use super::ConversationRules;
use super::programs::{call, without_a_step};
use super::thoughts::{RIGHT, WRONG, denial, with_reflection, without_reflection};
use crate::synthesize::draw::Draw;
use crate::synthesize::reasoning::steps::{Step, codes};
use crate::turns::{self, ANSWER, Execution, OUTPUT, Turn};

/// The role whose code is run.
const EXECUTION: &str = "execution";

/// The rules, and where programs run.
pub struct Author {
    pub(super) config: ConversationRules,
    pub(super) execution: Option<Execution>,
}

/// What conversations about a row are made of.
struct Material {
    steps: Vec<Step>,
    statement: String,
    solution: String,
    /// The lines of each step.
    codes: Vec<String>,
    /// The call of the example.
    call: String,
}

impl Author {
    /// All turns of a conversation.
    async fn conversation(&self, material: &Material, draw: &mut Draw) -> Result<Vec<Turn>, Fault> {
        let Material { steps, statement, solution, .. } = material;
        let mut turns = match self.config.reflect {
            true => with_reflection(steps, statement, self.config.mistakes, draw),
            false => without_reflection(steps),
        };
        if let Some(execution) = &self.execution {
            turns.extend(self.executions(execution, material, draw).await?);
        }
        turns.push(Turn::new(ANSWER, solution.as_str(), RIGHT));
        Ok(turns)
    }

    /// The solution, run; and before it now and then a program that lacks a step, and what is said of that.
    async fn executions(
        &self,
        execution: &Execution,
        material: &Material,
        draw: &mut Draw,
    ) -> Result<Vec<Turn>, Fault> {
        let solved = run(execution, &material.solution, &material.call, RIGHT).await?;
        let expected = &solved[1];
        if expected.status != "finished" {
            return Err(Fault::row(format!("the solution does not run: {}", expected.text)));
        }
        let codes: Vec<&str> = material.codes.iter().map(String::as_str).collect();
        let is_wrong = self.config.reflect && draw.fraction() < self.config.mistakes;
        let program = is_wrong.then(|| without_a_step(&material.solution, &codes, draw)).flatten();
        let value = material.steps.last().and_then(|step| step.said.value.as_deref());
        let (Some(program), Some(value)) = (program, value) else { return Ok(solved.into()) };
        let tried = run(execution, &program, &material.call, WRONG).await?;
        if tried[1].text == expected.text {
            // Nobody can see that a step is missing.
            return Ok(solved.into());
        }
        let denied = denial(&format!("It should be {value}."));
        Ok(tried.into_iter().chain([denied]).chain(solved).collect())
    }
}

/// A program with its call, and what came of it.
async fn run(execution: &Execution, program: &str, call: &str, status: &str) -> Result<[Turn; 2], Fault> {
    let code = format!("{}\n{call}", program.trim_end());
    let output = execution.script(&code).await?;
    Ok([Turn::new(EXECUTION, code, status), Turn::new(OUTPUT, output.text, output.status)])
}

impl Material {
    fn of(row: &Row) -> Result<Self, Fault> {
        let cell = row.cell("steps");
        let steps = Step::all(&cell);
        let text = |column: &str| row.text(column).ok_or_else(|| Fault::row(format!("the column `{column}` is null")));
        let call = call(text("entry")?, &steps);
        let call = call.ok_or_else(|| Fault::row("`steps` has none of kind `given` that says `Try NAME = VALUE`"))?;
        Ok(Self {
            statement: text("statement")?.to_owned(),
            solution: text("solution")?.trim_end().to_owned(),
            codes: codes(&cell).into_iter().map(str::to_owned).collect(),
            steps,
            call,
        })
    }
}

#[async_trait]
impl RowWorker for Author {
    async fn run(&self, row: &Row, context: &Context, emit: &mut Emit<'_>) -> Result<(), Fault> {
        let material = Material::of(row)?;
        for sample in 0..self.config.samples {
            let mut draw = Draw::new(context.random(&format!("{sample} {}", row.id()), self.config.seed));
            let turns = self.conversation(&material, &mut draw).await?;
            let mistakes = turns.iter().filter(|turn| turn.status == WRONG).count();
            let cells: [(&str, Cell); 7] = [
                ("id", context.child_id([row.id()], sample).into()),
                ("problem_id", row.text("problem_id").unwrap_or_else(|| row.id()).into()),
                ("sample", i64::try_from(sample).unwrap_or(i64::MAX).into()),
                ("completion", turns::text(&turns).into()),
                ("turns", turns::cell(&turns)),
                ("code", material.solution.as_str().into()),
                ("mistakes", i64::try_from(mistakes).unwrap_or(i64::MAX).into()),
            ];
            emit.keep_with("rows", cells);
        }
        Ok(())
    }
}
