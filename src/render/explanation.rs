//! Why an output is there, or is not, for a person.

use std::io::{self, Write};

use engine::cache::Provenance;
use engine::plan::{Explanation, Ingredients, State};
use serde_json::Value;

use super::plan::{because, grouped};

/// The state, its reasons, who made the output, and its ingredients.
pub fn text(out: &mut dyn Write, explanation: &Explanation) -> io::Result<()> {
    let fingerprint = explanation.fingerprint.map_or_else(|| "no fingerprint yet".to_owned(), |own| own.to_string());
    writeln!(out, "{}  {fingerprint}", explanation.node)?;
    match (&explanation.state, &explanation.made) {
        (State::Cached { rows }, Some(made)) => {
            let rows = grouped(*rows);
            writeln!(out, "cached: {rows} rows, {}", origin(made))?;
        }
        (State::Unknown { missing }, _) => writeln!(out, "unknown until present: {}", missing.join(", "))?,
        _ => writeln!(out, "not cached, because:")?,
    }
    for reason in &explanation.because {
        writeln!(out, "  {}", because(reason))?;
    }
    match &explanation.ingredients {
        Some(ingredients) => self::ingredients(out, ingredients),
        None => Ok(()),
    }
}

fn origin(made: &Provenance) -> String {
    match &made.adopted {
        None => format!("made by run {} of {} as `{}`", made.run, made.pipeline, made.node),
        Some(adopted) => {
            let files: Vec<&str> = adopted.from.values().flatten().map(String::as_str).collect();
            format!("adopted from {} for {} as `{}`", files.join(", "), made.pipeline, made.node)
        }
    }
}

fn ingredients(out: &mut dyn Write, ingredients: &Ingredients) -> io::Result<()> {
    writeln!(out, "made of:")?;
    writeln!(out, "  operator: {}, version {}", ingredients.operator, ingredients.version)?;
    if let Some(seed) = ingredients.seed {
        writeln!(out, "  seed: {seed}")?;
    }
    for (name, value) in
        ingredients.config.as_object().into_iter().flatten().filter(|(_, value)| **value != Value::Null)
    {
        writeln!(out, "  config.{name}: {value}")?;
    }
    for (port, input) in &ingredients.inputs {
        writeln!(out, "  input {port}: {}.{}", input.fingerprint.short(), input.output)?;
    }
    for (parameter, files) in &ingredients.files {
        for (path, digest) in files {
            writeln!(out, "  file {parameter}: {path}  {}", digest.get(..16).unwrap_or(digest))?;
        }
    }
    for (name, value) in &ingredients.identities {
        writeln!(out, "  {name}: {value}")?;
    }
    Ok(())
}
