//! Filled sheets, as spreadsheets save them.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use csv::{ReaderBuilder, StringRecord};
use engine::operator::Fault;

/// What was asked.
pub(super) struct Question<'a> {
    pub(super) column: &'a str,
    pub(super) choices: &'a [String],
}

/// Answers by the id of the row that they are about.
#[derive(Debug, Default)]
pub(super) struct Answers {
    by_id: HashMap<String, String>,
    files: usize,
}

/// What spreadsheets put between columns.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

impl Answers {
    /// Reads the sheets.
    pub(super) fn read(files: &[PathBuf], question: &Question<'_>) -> Result<Self, Fault> {
        let mut answers = Self { files: files.len(), ..Self::default() };
        for file in files {
            let text = fs::read_to_string(file).map_err(|error| {
                Fault::node(format!("`{}` cannot be read: {error}; save it as UTF-8", file.display()))
            })?;
            answers.add(text.trim_start_matches('\u{feff}'), file, question)?;
        }
        Ok(answers)
    }

    /// What was answered about a row.
    pub(super) fn of(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(String::as_str)
    }

    /// Whether there is a sheet at all.
    pub(super) fn is_there(&self) -> bool {
        self.files > 0
    }

    fn add(&mut self, text: &str, file: &Path, question: &Question<'_>) -> Result<(), Fault> {
        let fault = |message: String| Fault::node(format!("`{}`: {message}", file.display()));
        let (delimiter, [id, answer]) = DELIMITERS
            .into_iter()
            .find_map(|delimiter| Some((delimiter, places(text, delimiter, question.column)?)))
            .ok_or_else(|| fault(format!("its first line does not have the columns `id` and `{}`", question.column)))?;
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        for record in reader.records() {
            let record = record.map_err(|error| fault(error.to_string()))?;
            let (id, given) =
                (record.get(id).unwrap_or_default().trim(), record.get(answer).unwrap_or_default().trim());
            if given.is_empty() {
                continue;
            }
            let line = record.position().map_or(0, csv::Position::line);
            let choice = question.choices.iter().find(|choice| choice.eq_ignore_ascii_case(given));
            let choice = choice
                .ok_or_else(|| fault(format!("line {line}: `{given}` is none of {}", question.choices.join(", "))))?;
            let before = self.by_id.insert(id.to_owned(), choice.clone());
            if before.is_some_and(|before| before != *choice) {
                return Err(fault(format!("line {line}: the row `{id}` was answered otherwise before")));
            }
        }
        Ok(())
    }
}

/// Where the ids and the answers stand. A header may say behind a colon what may be answered.
fn places(text: &str, delimiter: u8, column: &str) -> Option<[usize; 2]> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header: StringRecord = reader.headers().ok()?.clone();
    let place = |name: &str| {
        header
            .iter()
            .position(|cell| cell.trim() == name || cell.split(':').next().is_some_and(|begun| begun.trim() == name))
    };
    Some([place("id")?, place(column)?])
}
