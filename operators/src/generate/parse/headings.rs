//! Sections under headings in brackets, one behind the other.
//!
//! Owns how headings are recognised. Knows not what stands under them.

use regex::Regex;

/// Headings in their order, each with its name as it is shown.
pub(crate) struct Headings(Vec<(String, Regex)>);

impl Headings {
    /// Headings of these names, which are found whatever their case.
    pub(crate) fn of(names: &[&str]) -> Self {
        Self(names.iter().map(|name| ((*name).to_owned(), expression(&regex::escape(name)))).collect())
    }

    /// What stands under each, the last ones where there are several: models write drafts. Or why there is nothing.
    pub(crate) fn texts<'a>(&self, answer: &'a str) -> Result<Vec<&'a str>, String> {
        let mut rest = answer;
        let mut begins = Vec::with_capacity(self.0.len());
        for (place, (name, heading)) in self.0.iter().enumerate() {
            let found = if place == 0 { heading.find_iter(rest).last() } else { heading.find(rest) };
            let behind = if place == 0 { "" } else { " behind the one before it" };
            let found = found.ok_or_else(|| format!("there is no section [{name}]{behind}"))?;
            let start = answer.len() - rest.len();
            begins.push(start + found.start()..start + found.end());
            rest = &rest[found.end()..];
        }
        let ends = begins.iter().skip(1).map(|next| next.start).chain([answer.len()]);
        let texts = begins.iter().zip(ends).map(|(begin, end)| unfenced(&answer[begin.end..end]));
        let texts = texts.zip(&self.0).map(|(text, (name, _))| match text {
            "" => Err(format!("the section [{name}] is empty")),
            text => Ok(text),
        });
        texts.collect()
    }
}

/// A line of its own: `[Name]`, whatever its case, between signs of Markdown; `name` is part of an expression.
pub(super) fn expression(name: &str) -> Regex {
    let line = format!(r"(?imR)^[ \t>#*_`]*\[\s*{name}\s*\][ \t*_`]*:?[ \t*_`]*$");
    Regex::new(&line).expect("names stand in code")
}

/// Without the fence that some models put around all of a section.
pub(super) fn unfenced(section: &str) -> &str {
    let section = section.trim();
    let inner = section.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    let Some((language, inner)) = inner.and_then(|inner| inner.split_once('\n')) else { return section };
    let is_around = ["", "markdown", "md", "text"].contains(&language.trim()) && !inner.contains("```");
    if is_around { inner.trim() } else { section }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn texts(answer: &str) -> Result<Vec<&str>, String> {
        Headings::of(&["Problem", "Entry"]).texts(answer)
    }

    #[test]
    fn sections_follow_one_another_and_drafts_are_passed_over() {
        for answer in [
            "[Problem]\nAdd a and b.\n[Entry]\nadd",
            "Of course:\n## [PROBLEM]:\n```text\nAdd a and b.\n```\n**[Entry]**\n```\nadd\n```\n",
            "[Problem]\nSubtract.\n[Entry]\nsub\n\nBetter:\n[Problem]\nAdd a and b.\n[Entry]\nadd",
        ] {
            assert_eq!(texts(answer).unwrap(), ["Add a and b.", "add"], "{answer}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        for (answer, reason) in [
            ("Add a and b.", "there is no section [Problem]"),
            ("[Entry]\nadd\n[Problem]\nAdd.", "there is no section [Entry] behind the one before it"),
            ("[Problem]\n\n[Entry]\nadd", "the section [Problem] is empty"),
            ("[Problem]\nAdd.\n[Entry]\n", "the section [Entry] is empty"),
        ] {
            assert_eq!(texts(answer).unwrap_err(), reason, "{answer}");
        }
    }
}
