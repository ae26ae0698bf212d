//! `millrace operators`: the catalogue and its manual pages.

use std::io::Write;

use engine::diagnostic::closest;
use engine::operator::{find, registrations};

use crate::cli::Operators;
use crate::exit::{Exit, Failure};
use crate::render::manual;

/// Prints the list, or one page.
pub fn execute(arguments: &Operators, out: &mut dyn Write) -> Result<Exit, Failure> {
    let all = registrations();
    match &arguments.name {
        None if arguments.json => {
            let pages: Vec<_> = all.iter().map(|operator| manual::page_json(operator)).collect();
            writeln!(out, "{:#}", serde_json::Value::from(pages))?;
        }
        None => manual::list(out, &all)?,
        Some(name) => {
            let operator = find(name).ok_or_else(|| unknown(name))?;
            match arguments.json {
                true => writeln!(out, "{:#}", manual::page_json(operator))?,
                false => manual::page(out, operator)?,
            }
        }
    }
    Ok(Exit::Done)
}

fn unknown(name: &str) -> Failure {
    let near = closest(name, registrations().iter().map(|operator| operator.name));
    let hint =
        near.map_or_else(|| "`millrace operators` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
    Failure::Usage(format!("there is no operator `{name}`: {hint}"))
}
