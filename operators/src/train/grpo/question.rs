//! Problems, ready to be asked: looked at before the first is answered, so that none of them ends a training hours later.

use std::sync::Arc;

use engine::operator::{Context, Fault};
use engine::row::Row;
use engine::table::Table;
use models::train::Teaching;

use super::Grpo;
use crate::generate::prompt::Asking;
use crate::verify::Standard;

/// A problem, and what is asked for it.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) problem: Row,
    pub(super) text: String,
    pub(super) tokens: Vec<u32>,
}

/// Reads the problems of a port. Those whose prompt fills the model's `context`, and those with neither tests nor an answer, are left out
/// with a warning.
pub(super) fn questions(
    table: &Table,
    port: &str,
    config: &Grpo,
    (teaching, positions): (&Teaching, usize),
    context: &Context,
) -> Result<Vec<Question>, Fault> {
    let asking = Asking::new(&config.prompt, None)?.around(config.system.as_deref(), &[], None);
    let (mut questions, mut left_out) = (Vec::new(), Vec::new());
    for batch in table.batches() {
        context.check_cancelled()?;
        let batch = Arc::new(batch?);
        for index in 0..batch.num_rows() {
            let problem = Row::new(batch.clone(), index);
            match question(&problem, &asking, config, teaching) {
                Ok(question) if question.tokens.len() >= positions => {
                    let tokens = question.tokens.len();
                    left_out.push(format!(
                        "`{}`: its prompt of {tokens} tokens leaves no room in the model's context of {positions}",
                        problem.id()
                    ));
                }
                Ok(question) => questions.push(question),
                Err(fault) => left_out.push(format!("`{}`: {fault}", problem.id())),
            }
        }
    }
    let told = || format!("of `{port}`, {} are left out, the first: {}", left_out.len(), left_out[0]);
    match (questions.is_empty(), left_out.is_empty()) {
        (true, true) => Err(Fault::node(format!("`{port}` has no problem"))),
        (true, false) => Err(Fault::node(format!("none of `{port}` can be asked; {}", told()))),
        (false, true) => Ok(questions),
        (false, false) => {
            context.warn(told());
            Ok(questions)
        }
    }
}

fn question(problem: &Row, asking: &Asking, config: &Grpo, teaching: &Teaching) -> Result<Question, Fault> {
    let asked = asking.of(problem)?;
    let tokens = teaching.prompt(&asking.prompt(&asked, config.format));
    let tokens = tokens.map_err(|error| Fault::row(error.to_string()))?;
    Standard::of(problem)?;
    Ok(Question { problem: problem.clone(), text: asked.text, tokens })
}
