//! `vars`: `$name` as a whole plain scalar stands for the variable's value.

use std::collections::BTreeSet;

use super::keys::did_you_mean;
use super::name::{check_variable_name, is_name};
use super::parse::EXPANSION;
use super::tree::{Kind, Mapping, Scalar, Tree};
use crate::diagnostic::Diagnostic;

/// Puts the variables' values in place of their names. The value keeps the place of its use; a name that is not defined
/// stays, and is a fault.
pub(super) struct Substitution<'a> {
    variables: &'a Mapping,
    /// How many values may still be put in.
    room: usize,
}

impl<'a> Substitution<'a> {
    pub(super) fn new(variables: &'a Mapping) -> Self {
        Self { variables, room: EXPANSION }
    }

    pub(super) fn apply(&mut self, tree: &mut Tree, faults: &mut Vec<Diagnostic>) {
        if let Some(name) = tree.as_scalar().and_then(name_in) {
            match self.value(tree, name) {
                Ok(value) => *tree = value,
                Err(fault) => faults.push(fault),
            }
            return;
        }
        match &mut tree.kind {
            Kind::Scalar(_) => {}
            Kind::Sequence(items) => items.iter_mut().for_each(|item| self.apply(item, faults)),
            Kind::Mapping(mapping) => {
                mapping.entries.iter_mut().for_each(|entry| self.apply(&mut entry.value, faults));
            }
        }
    }

    fn value(&mut self, place: &Tree, name: &str) -> Result<Tree, Diagnostic> {
        let value = self.variables.get(name).ok_or_else(|| undefined(place, name, self.variables))?;
        let (values, _) = value.extent();
        self.room = self.room.checked_sub(values).ok_or_else(|| too_many(place))?;
        let replaces = place.replaces.or(value.replaces);
        Ok(Tree { span: place.span, kind: value.kind.clone(), replaces, variable: Some(value.span) })
    }
}

/// Whether the value is the name of a variable that is not defined: the fault is told, and nothing else can be said.
pub(super) fn is_undefined(tree: &Tree) -> bool {
    tree.as_scalar().and_then(name_in).is_some()
}

/// Whether a name is left anywhere in the value that no variable has.
pub(super) fn is_unresolved(tree: &Tree) -> bool {
    let mut names = BTreeSet::new();
    collect(tree, &mut names);
    !names.is_empty()
}

/// Collects the names of the variables that a value uses.
pub(super) fn collect<'a>(tree: &'a Tree, names: &mut BTreeSet<&'a str>) {
    match &tree.kind {
        Kind::Scalar(scalar) => names.extend(name_in(scalar)),
        Kind::Sequence(items) => items.iter().for_each(|item| collect(item, names)),
        Kind::Mapping(mapping) => mapping.entries.iter().for_each(|entry| collect(&entry.value, names)),
    }
}

/// What is wrong with the section itself, and which variables nothing uses.
pub(super) fn check(variables: &Mapping, used: &BTreeSet<&str>, diagnostics: &mut Vec<Diagnostic>) {
    for entry in &variables.entries {
        diagnostics.extend(check_variable_name(&entry.key));
        report_nested(&entry.value, diagnostics);
        if is_name(&entry.key.value) && !used.contains(entry.key.value.as_str()) {
            let message = format!("the variable `{}` is not used", entry.key.value);
            let warning = Diagnostic::warning("manifest::unused_variable", message);
            let help = format!("remove it, or write `${}`, without quotes, where it belongs", entry.key.value);
            diagnostics.push(warning.label(entry.key.span, "nothing reads it").help(help));
        }
    }
}

/// The name in `$name`.
pub(super) fn name_in(scalar: &Scalar) -> Option<&str> {
    let name = scalar.text.strip_prefix('$').filter(|name| scalar.plain && is_name(name));
    name.filter(|_| scalar.value.is_string())
}

fn too_many(place: &Tree) -> Diagnostic {
    let message = format!("the variables expand to more than {EXPANSION} values");
    let fault = Diagnostic::error("manifest::variable_expansion", message);
    place.blame(fault, "expanded here").help("keep large values in a file that an operator reads")
}

fn undefined(tree: &Tree, name: &str, variables: &Mapping) -> Diagnostic {
    let fault = Diagnostic::error("manifest::undefined_variable", format!("the variable `{name}` is not defined"));
    let help = did_you_mean(name, variables.keys(), "variables");
    tree.blame(fault, "not in `vars`").help(format!("{help}; a text that is meant as it stands goes in quotes"))
}

fn report_nested(tree: &Tree, faults: &mut Vec<Diagnostic>) {
    let mut names = BTreeSet::new();
    collect(tree, &mut names);
    if let Some(name) = names.first() {
        let message = format!("a variable's value cannot use the variable `{name}`");
        let fault = Diagnostic::error("manifest::nested_variable", message).label(tree.span, "used here");
        faults.push(fault.help("write the value out; in quotes, `$` is only a character"));
    }
}
