//! `millrace check`: every fault of a pipeline, with every preset and ablation, without running anything.

use std::io::Write;

use engine::diagnostic::{Diagnostic, DiagnosticJson, arrange};

use crate::cli::Check;
use crate::exit::{Exit, Failure};
use crate::hub::Absent;
use crate::open;

/// Prints diagnostics: drawn on standard error, or as JSON on standard output.
pub fn execute(arguments: &Check, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut pipeline = open::read(&arguments.pipeline.file, Absent::Told)?;
    let diagnostics = arrange(pipeline.check_all(&open::selection(&arguments.pipeline)));
    let sources = pipeline.sources();
    if arguments.json {
        let all: Vec<_> = diagnostics.iter().map(|diagnostic| DiagnosticJson::new(diagnostic, sources)).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&all).map_err(Failure::engine)?)?;
    } else {
        open::tell(&diagnostics, sources)?;
        writeln!(out, "{}: {}", arguments.pipeline.file.display(), verdict(&diagnostics))?;
    }
    Ok(if diagnostics.iter().any(Diagnostic::is_error) { Exit::Invalid } else { Exit::Done })
}

fn verdict(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = diagnostics.len() - errors;
    match (errors, warnings) {
        (0, 0) => "no faults".to_owned(),
        (0, warnings) => format!("no faults, {}", counted(warnings, "warning")),
        (errors, 0) => counted(errors, "fault"),
        (errors, warnings) => format!("{}, {}", counted(errors, "fault"), counted(warnings, "warning")),
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
