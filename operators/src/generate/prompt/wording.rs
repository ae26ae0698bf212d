//! The text of a prompt: the manifest's own, or one of ours by name.

use std::collections::BTreeMap;

use engine::diagnostic::closest;
use engine::operator::Complaint;

use crate::complaints::quoted;

/// Our own, by name.
const PROMPTS: [(&str, &str); 19] = [
    ("combine", include_str!("../prompts/combine.jinja")),
    ("compare", include_str!("../prompts/compare.jinja")),
    ("concretize", include_str!("../prompts/concretize.jinja")),
    ("crpe", include_str!("../prompts/crpe.jinja")),
    ("deepen", include_str!("../prompts/deepen.jinja")),
    ("degrade", include_str!("../prompts/degrade.jinja")),
    ("execution", include_str!("../prompts/execution.jinja")),
    ("judge-consistency", include_str!("../prompts/judge-consistency.jinja")),
    ("judge-reasoning", include_str!("../prompts/judge-reasoning.jinja")),
    ("optimize", include_str!("../prompts/optimize.jinja")),
    ("reasoning", include_str!("../prompts/reasoning.jinja")),
    ("recode", include_str!("../prompts/recode.jinja")),
    ("recode-math", include_str!("../prompts/recode-math.jinja")),
    ("reflection", include_str!("../prompts/reflection.jinja")),
    ("rewrite", include_str!("../prompts/rewrite.jinja")),
    ("solve", include_str!("../prompts/solve.jinja")),
    ("test-generator", include_str!("../prompts/test-generator.jinja")),
    ("test-inputs", include_str!("../prompts/test-inputs.jinja")),
    ("thinking", include_str!("../prompts/thinking.jinja")),
];

/// The parameter that holds it.
pub(crate) const PARAMETER: &str = "prompt";

/// The text of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wording<'a> {
    /// Jinja over the columns of a row.
    pub(crate) text: &'a str,
}

impl<'a> Wording<'a> {
    /// What a manifest means: a single word names one of ours, anything else is the text itself.
    pub(crate) fn of(prompt: &'a str) -> Result<Self, Box<Complaint>> {
        let is_name = prompt.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !is_name {
            return Ok(Self { text: prompt });
        }
        let found = PROMPTS.iter().find(|(name, _)| *name == prompt);
        found.map(|(_, text)| Self { text }).ok_or_else(|| Box::new(unknown(prompt)))
    }

    /// The identity of a prompt that the manifest only names.
    pub(crate) fn identities(prompt: &'a str) -> BTreeMap<String, String> {
        let own = Self::of(prompt).ok().filter(|wording| wording.text != prompt);
        let digest = |wording: Wording<'_>| blake3::hash(wording.text.as_bytes()).to_hex().to_string();
        own.map(|wording| (PARAMETER.to_owned(), digest(wording))).into_iter().collect()
    }
}

fn unknown(prompt: &str) -> Complaint {
    let names = || PROMPTS.iter().map(|(name, _)| *name);
    let message = format!("there is no prompt called `{prompt}`");
    let meant = closest(prompt, names()).map(|close| format!("did you mean `{close}`?\n")).unwrap_or_default();
    let help = format!("{meant}ours are {}; a text of your own is longer than a word", quoted(names()));
    Complaint::parameter("operator::unknown_prompt", &[PARAMETER], message, "no such prompt").help(help)
}
