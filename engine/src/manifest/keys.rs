//! The shapes that the manifest's own sections have: which keys, and what kind of value.

use super::tree::{Entry, Mapping, Spanned, Tree};
use super::variable::is_undefined;
use crate::diagnostic::{Diagnostic, closest};

/// The keys that a section may have, and how faults call the section.
pub(super) struct Section {
    /// `a node`.
    pub(super) name: &'static str,
    /// The keys in the order in which helps name them.
    pub(super) keys: &'static [&'static str],
}

pub(super) const TOP: Section =
    Section { name: "a manifest", keys: &["name", "seed", "vars", "nodes", "presets", "ablations", "report"] };
pub(super) const NODE: Section =
    Section { name: "a node", keys: &["op", "inputs", "with", "run", "repeat", "carry", "nodes"] };
pub(super) const CARRY: Section = Section { name: "a carried value", keys: &["first", "then"] };
pub(super) const REPORT: Section = Section { name: "`report`", keys: &["seeds", "vary", "metrics"] };

impl Section {
    /// Reports every key that the section does not have.
    pub(super) fn check(&self, mapping: &Mapping, faults: &mut Vec<Diagnostic>) {
        let unknown = mapping.entries.iter().filter(|entry| !self.keys.contains(&entry.key.value.as_str()));
        faults.extend(unknown.map(|entry| self.unknown(entry)));
    }

    /// The keys as a help lists them.
    pub(super) fn listed(&self) -> String {
        listed(self.keys.iter().copied())
    }

    fn unknown(&self, entry: &Entry) -> Diagnostic {
        let key = &entry.key.value;
        let message = format!("`{key}` is not a key of {}", self.name);
        let fault = Diagnostic::error("manifest::unknown_key", message).label(entry.key.span, "unknown key");
        let fault = match entry.value.replaces {
            Some(replaced) => fault.label(replaced, "a patch changes this"),
            None => fault,
        };
        fault.help(self.suggestion(key))
    }

    fn suggestion(&self, key: &str) -> String {
        let keys = self.listed();
        if let Some((before, _)) = key.split_once(':').filter(|(before, _)| self.keys.contains(before)) {
            return format!("put a space after the colon: `{before}: ...`");
        }
        match closest(key, self.keys.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`? {} has {keys}", self.name),
            None if self.name == NODE.name => {
                format!("{} has {keys}; an operator's parameters stand under `with`", self.name)
            }
            None => format!("{} has {keys}", self.name),
        }
    }
}

/// The mapping that a section must be. Nothing where it has no value; a fault where it is something else.
pub(super) fn mapping_of<'a>(entry: &'a Entry, holds: &str, faults: &mut Vec<Diagnostic>) -> Option<&'a Mapping> {
    if entry.value.is_null() {
        return None;
    }
    let mapping = entry.value.as_mapping();
    if mapping.is_none() {
        faults.push(wrong_type(&entry.key, &entry.value, &format!("a mapping of {holds}")));
    }
    mapping
}

/// The same after variables are put in: an undefined variable is a fault that is told already.
pub(super) fn resolved_mapping_of<'a>(
    entry: &'a Entry,
    holds: &str,
    faults: &mut Vec<Diagnostic>,
) -> Option<&'a Mapping> {
    if is_undefined(&entry.value) { None } else { mapping_of(entry, holds, faults) }
}

/// A value of another kind than the key takes.
pub(super) fn wrong_type(key: &Spanned<String>, value: &Tree, expected: &str) -> Diagnostic {
    let message = format!("`{}` is {}, not {}", key.value, expected, value.described());
    let fault = Diagnostic::error("manifest::wrong_type", message);
    match value.is_null() {
        true => value.blame(fault.label(key.span, "has no value"), "nothing here"),
        false => value.blame(fault, "of another kind"),
    }
}

/// "`a`, `b`, `c`".
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// "did you mean `a`? ", where one of the names is like the one written, and then all names.
pub(super) fn did_you_mean<'a>(name: &str, names: impl Iterator<Item = &'a str> + Clone, what: &str) -> String {
    let all = match names.clone().next() {
        None => format!("there are no {what}"),
        Some(_) => format!("the {what} are {}", listed(names.clone())),
    };
    match closest(name, names) {
        Some(meant) => format!("did you mean `{meant}`? {all}"),
        None => all,
    }
}
