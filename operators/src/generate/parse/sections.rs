//! Two sections under headings in brackets: a text, and what is said of it.
//!
//! Owns what of the two may be empty. How headings are recognised is `headings`'.

use std::sync::LazyLock;

use regex::Regex;

use super::headings::{expression, unfenced};

/// The second heading, with whatever Markdown is around it.
static EXPLANATION: LazyLock<Regex> = LazyLock::new(|| expression("explanation"));

/// What stands under the headings.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::generate) struct Sections {
    pub(in crate::generate) text: String,
    pub(in crate::generate) explanation: String,
}

/// The heading of the first section, compiled; `name` is part of an expression, in lower case.
pub(in crate::generate) fn first(name: &str) -> Regex {
    expression(name)
}

/// The sections of an answer, the last ones where there are several: models write drafts. Or why there are none.
pub(in crate::generate) fn parse(answer: &str, first: &Regex, name: &str) -> Result<Sections, String> {
    let begin = first.find_iter(answer).last().ok_or_else(|| format!("there is no section [{name}]"))?;
    let behind = &answer[begin.end()..];
    let end = EXPLANATION.find(behind).ok_or("there is no section [Explanation] behind it")?;
    let text = unfenced(&behind[..end.start()]);
    if text.is_empty() {
        return Err(format!("the section [{name}] is empty"));
    }
    Ok(Sections { text: text.to_owned(), explanation: unfenced(&behind[end.end()..]).to_owned() })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn parsed(answer: &str) -> Result<(String, String), String> {
        parse(answer, &first("degraded cot"), "Degraded CoT").map(|sections| (sections.text, sections.explanation))
    }

    #[test]
    fn sections_are_found_whatever_surrounds_them() {
        let found = ("One.\n\nTwo.".to_owned(), "Why.".to_owned());
        for answer in [
            "[Degraded Cot]\nOne.\n\nTwo.\n[Explanation]\nWhy.",
            "Here you are:\n\n**[DEGRADED COT]**\n\nOne.\n\nTwo.\n\n### [explanation]:\n Why.\n",
            "[Degraded CoT]\n```markdown\nOne.\n\nTwo.\n```\n[Explanation]\n```\nWhy.\n```",
            "[Degraded CoT]\ndraft\n[Explanation]\nbad\n[Degraded CoT]\nOne.\n\nTwo.\n[Explanation]\nWhy.",
            "[ Degraded CoT ]\r\nOne.\n\nTwo.\r\n[Explanation]\r\nWhy.",
        ] {
            assert_eq!(parsed(answer).unwrap(), found, "{answer}");
        }
        assert_eq!(parsed("[Degraded CoT]\nOne.\n[Explanation]").unwrap(), ("One.".to_owned(), String::new()));
    }

    #[test]
    fn a_block_within_a_section_stays() {
        let answer = "[Degraded CoT]\n```text\n1 2\n```\nand\n```\n3\n```\n[Explanation]\nWhy.";
        assert_eq!(parsed(answer).unwrap().0, "```text\n1 2\n```\nand\n```\n3\n```");
    }

    #[test]
    fn what_is_missing_is_named() {
        for (answer, reason) in [
            ("One.", "there is no section [Degraded CoT]"),
            ("The [Degraded CoT] is: One.\n[Explanation]\nWhy.", "there is no section [Degraded CoT]"),
            ("[Degraded CoT]\nOne.", "there is no section [Explanation] behind it"),
            ("[Explanation]\nWhy.\n[Degraded CoT]\nOne.", "there is no section [Explanation] behind it"),
            ("[Degraded CoT]\n\n[Explanation]\nWhy.", "the section [Degraded CoT] is empty"),
        ] {
            assert_eq!(parsed(answer).unwrap_err(), reason, "{answer}");
        }
    }
}
