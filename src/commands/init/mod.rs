//! `millrace init`: a first pipeline that runs as it is, with a few rows to run on.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::cli::Init;
use crate::exit::{Exit, Failure};

const MANIFEST: &str = include_str!("template.yaml");
const ROWS: &str = include_str!("template.jsonl");

/// Writes `NAME.yaml` and `data/NAME.jsonl`; existing files are left alone.
pub fn execute(arguments: &Init, out: &mut dyn Write) -> Result<Exit, Failure> {
    let name = checked(&arguments.name)?;
    let manifest = format!("{name}.yaml");
    let rows = format!("data/{name}.jsonl");
    create(&manifest, &MANIFEST.replace("NAME", name))?;
    fs::create_dir_all("data")?;
    create(&rows, ROWS)?;
    writeln!(out, "wrote {manifest} and {rows}\n")?;
    writeln!(out, "next: millrace check {manifest}")?;
    writeln!(out, "      millrace run {manifest}")?;
    writeln!(out, "      millrace show {manifest} distinct")?;
    Ok(Exit::Done)
}

fn checked(name: &str) -> Result<&str, Failure> {
    let fits =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || "-_".contains(character);
    if name.starts_with(|first: char| first.is_ascii_lowercase()) && name.chars().all(fits) {
        return Ok(name);
    }
    let rule = "a name starts with a small letter and goes on with small letters, digits, `-` and `_`";
    Err(Failure::Usage(format!("`{name}` cannot name a pipeline: {rule}")))
}

fn create(path: &str, text: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).open(Path::new(path));
    match file {
        Ok(mut file) => Ok(file.write_all(text.as_bytes())?),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(Failure::Usage(format!("{path} is there already; choose another name or remove it")))
        }
        Err(error) => Err(error.into()),
    }
}
