//! What is wrong with a conversation before anybody speaks.

use std::collections::BTreeSet;

use arrow::datatypes::Schema;
use engine::diagnostic::closest;
use engine::operator::{Complaint, Place};
use engine::port::InputTypes;

use super::said::NEXT;
use super::{CONVERSATION, Converse, ROWS, Role};
use crate::complaints::{self, quoted};
use crate::generate::prompt::{Asking, Wording};
use crate::jinja::Template;
use crate::turns::{ANSWER, OUTPUT, Runs};

/// Everything that is wrong.
pub(super) fn complaints(config: &Converse, inputs: &InputTypes) -> Vec<Complaint> {
    let schema = complaints::columns(inputs, ROWS).map(AsRef::as_ref);
    let mut found = config.engine.check(&config.limits);
    found.extend(Asking::check(&config.prompt, schema, None));
    found.extend(config.roles.iter().flat_map(|(name, role)| of_role(config, name, role, inputs, schema)));
    found.extend(unknown(config, &["first"], &config.first));
    for (parameter, roles) in [("in_a_row", &config.in_a_row), ("says", &config.says)] {
        let names = roles.iter().flat_map(|roles| roles.keys());
        found.extend(names.filter_map(|name| unknown(config, &[parameter, name], name)));
    }
    found.extend(unused(config, inputs));
    // Only where every name is right something can be said of the way through them.
    if found.is_empty() { unanswered(config).into_iter().collect() } else { found }
}

fn of_role(config: &Converse, name: &str, role: &Role, inputs: &InputTypes, schema: Option<&Schema>) -> Vec<Complaint> {
    let mut found: Vec<Complaint> = misnamed(name).into_iter().collect();
    found.extend(prompt(role, schema).into_iter().map(|complaint| at(complaint, &["roles", name, "prompt"])));
    let follow = role.next.iter().enumerate().filter(|(_, next)| *next != ANSWER);
    found
        .extend(follow.filter_map(|(place, next)| unknown(config, &["roles", name, "next", &place.to_string()], next)));
    if role.model == ROWS || !inputs.contains_key(&role.model) {
        let message = format!("`{name}` speaks with `{}`, which is no input with a model", role.model);
        let complaint = Complaint::parameter("operator::parameters", &["roles", name, "model"], message, "not wired");
        found.push(complaint.help(format!("wire it: `inputs: {{{}: NODE}}`", role.model)));
    }
    let lacks_tests = schema.is_some_and(|schema| schema.column_with_name("tests").is_none());
    if role.runs == Some(Runs::Tests) && lacks_tests {
        let message = "the rows have no column `tests`, which the code would be held to";
        found.push(Complaint::parameter("operator::no_column", &["roles", name, "runs"], message, "no tests"));
    }
    found
}

/// A role's name is a tag, and no other's.
fn misnamed(name: &str) -> Option<Complaint> {
    let is_tag = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte));
    let message = match name {
        ANSWER | OUTPUT | NEXT | "think" => format!("`{name}` is no name for a role: it is a tag of its own"),
        _ if is_tag => return None,
        _ => format!("`{name}` is no name for a role: it stands in tags, so write small letters, digits, `_` and `-`"),
    };
    Some(Complaint::parameter("operator::parameters", &["roles", name], message, "no name for a role"))
}

fn prompt(role: &Role, schema: Option<&Schema>) -> Vec<Complaint> {
    match Wording::of(&role.prompt) {
        Ok(wording) => {
            Template::check(wording.text, [CONVERSATION, NEXT].map(|name| (name, String::new())).into(), &[], schema)
        }
        Err(complaint) => vec![*complaint],
    }
}

/// A complaint about the parameter at a path.
fn at(complaint: Complaint, path: &[&str]) -> Complaint {
    let path = path.iter().map(|step| (*step).to_owned()).collect();
    let within = if let Place::Parameter { within, .. } = complaint.place { within } else { None };
    Complaint { place: Place::Parameter { path, within }, ..complaint }
}

fn unknown(config: &Converse, path: &[&str], name: &str) -> Option<Complaint> {
    let names = || config.roles.keys().map(String::as_str);
    if names().any(|known| known == name) {
        return None;
    }
    let complaint =
        Complaint::parameter("operator::unknown_role", path, format!("there is no role `{name}`"), "unknown");
    Some(complaint.help(match closest(name, names()) {
        Some(close) => format!("did you mean `{close}`?"),
        None => format!("the roles are {}", quoted(names())),
    }))
}

/// Models that nobody speaks with.
fn unused<'a>(config: &'a Converse, inputs: &'a InputTypes) -> impl Iterator<Item = Complaint> + 'a {
    let is_used = |port: &str| port == ROWS || config.roles.values().any(|role| role.model == port);
    inputs.keys().filter(move |port| !is_used(port)).map(|port| {
        let complaint =
            Complaint::input("operator::unused_input", port, format!("no role speaks with `{port}`"), "not used");
        complaint.help(format!("say `model: {port}` in a role, or do not wire it"))
    })
}

/// Nobody who speaks may answer, so that no conversation would be finished.
fn unanswered(config: &Converse) -> Option<Complaint> {
    let mut reached: BTreeSet<&str> = [config.first.as_str()].into();
    let mut ahead = vec![config.first.as_str()];
    while let Some(role) = ahead.pop() {
        for next in config.roles.get(role)?.next.iter().map(String::as_str) {
            if next == ANSWER {
                return None;
            }
            if reached.insert(next) {
                ahead.push(next);
            }
        }
    }
    let message =
        format!("nobody who speaks after `{}` may answer, so that no conversation would be finished", config.first);
    let complaint = Complaint::parameter("operator::parameters", &["roles"], message, "no answer");
    Some(complaint.help("name `answer` in the `next` of a role"))
}
