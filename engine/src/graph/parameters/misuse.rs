//! The words for what is wrong with a value.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Why;
use serde_json::Value;

use super::describe::{choices, describe, given, keys, plain_number, resolved};
use super::form::{Misfit, Subject};
use super::narrow::{Narrowed, narrow, steps};
use crate::diagnostic::{Diagnostic, Span, closest};
use crate::graph::resolve::listed;
use crate::manifest::Tree;

/// The code of a key that must be there and is not.
pub(in crate::graph) const MISSING_PARAMETER: &str = "graph::missing_parameter";

/// A mapping that is not what its schema says.
pub(super) struct Misuse<'a> {
    pub(super) schema: &'a Value,
    pub(super) tree: &'a Tree,
    pub(super) subject: Subject<'a>,
}

impl Subject<'_> {
    fn noun(self) -> &'static str {
        match self {
            Self::Parameters(_) => "parameter",
            Self::Settings => "setting",
        }
    }

    fn owner(self) -> String {
        match self {
            Self::Parameters(operator) => format!("`{operator}`"),
            Self::Settings => "`run`".to_owned(),
        }
    }

    fn unknown(self) -> &'static str {
        match self {
            Self::Parameters(_) => "graph::unknown_parameter",
            Self::Settings => "graph::unknown_setting",
        }
    }
}

impl Misuse<'_> {
    pub(super) fn misfits(&self, error: &ValidationError<'_>) -> Vec<Misfit> {
        narrow(error).into_iter().flat_map(|narrowed| self.of(narrowed)).collect()
    }

    fn of(&self, narrowed: Narrowed<'_>) -> Vec<Misfit> {
        match narrowed {
            Narrowed::Plain(error) => self.plain(error),
            Narrowed::NoneOf(path, values) => vec![self.none_of(&path, &values)],
            Narrowed::NoForm(error) => vec![self.wrong_type(&steps(error), error.instance())],
        }
    }

    fn plain(&self, error: &ValidationError<'_>) -> Vec<Misfit> {
        let path = steps(error);
        let value = error.instance();
        let one = match error.kind() {
            Why::AdditionalProperties { unexpected } => {
                return unexpected.iter().map(|key| self.unknown_key(&path, key, error)).collect();
            }
            // What is said where a mapping takes no keys at all, of its first key only.
            Why::FalseSchema => {
                let entries = self.value(&path).as_mapping().map(|mapping| mapping.entries.as_slice());
                return entries
                    .into_iter()
                    .flatten()
                    .map(|entry| self.unknown_key(&path, &entry.key.value, error))
                    .collect();
            }
            Why::Required { property } => self.missing(path, property.as_str().unwrap_or_default(), error),
            Why::Type { .. } => self.wrong_type(&path, value),
            Why::Enum { options } => self.none_of(&path, options.as_array().map_or(&[], Vec::as_slice)),
            Why::Constant { expected_value } => self.none_of(&path, std::slice::from_ref(expected_value)),
            Why::Minimum { .. } | Why::Maximum { .. } | Why::ExclusiveMinimum { .. } | Why::ExclusiveMaximum { .. } => {
                self.out_of_range(&path, value)
            }
            Why::MultipleOf { multiple_of } => self.bad(&path, format!("a multiple of {multiple_of}")),
            Why::MinItems { limit } => self.bad(&path, at_least(*limit, "item")),
            Why::MaxItems { limit } => self.bad(&path, at_most(*limit, "item")),
            Why::MinLength { limit } => self.bad(&path, at_least(*limit, "character")),
            Why::MaxLength { limit } => self.bad(&path, at_most(*limit, "character")),
            Why::MinProperties { limit } => self.bad(&path, at_least(*limit, "entry")),
            Why::MaxProperties { limit } => self.bad(&path, at_most(*limit, "entry")),
            Why::UniqueItems => self.bad(&path, "items that are all different".to_owned()),
            Why::Pattern { pattern } => self.bad(&path, format!("a text that matches `{pattern}`")),
            _ => self.wrong_type(&path, value),
        };
        vec![one]
    }

    fn unknown_key(&self, path: &[String], key: &str, error: &ValidationError<'_>) -> Misfit {
        let owner = match path {
            [] => self.subject.owner(),
            path => self.named(path),
        };
        let noun = if path.is_empty() { self.subject.noun() } else { "key" };
        let known = keys(self.schema, self.around(error));
        let meant = closest(key, known.iter().copied()).map(|close| format!("did you mean `{close}`?\n"));
        let help = format!("{}{}", meant.unwrap_or_default(), listed(&format!("{noun}s"), &known));
        let place = self.value(path).as_mapping().and_then(|mapping| mapping.entry(key)).map(|entry| entry.key.span);
        let fault = Diagnostic::error(self.subject.unknown(), format!("{owner} has no {noun} `{key}`"));
        let fault = fault.label(place.unwrap_or(self.place(path)), format!("no such {noun}")).help(help);
        Misfit { path: path.iter().cloned().chain([key.to_owned()]).collect(), diagnostic: fault }
    }

    fn missing(&self, path: Vec<String>, key: &str, error: &ValidationError<'_>) -> Misfit {
        let within = if path.is_empty() { String::new() } else { format!(" in `{}`", dotted(&path)) };
        let message = format!("{} needs the {} `{key}`{within}", self.subject.owner(), self.subject.noun());
        let wanted = resolved(self.schema, self.around(error)).get("properties").and_then(|all| all.get(key));
        let tags = self.schema_at(&path).map(|schema| tags(self.schema, schema, key)).unwrap_or_default();
        let takes = |wanted: &Value| match tags.as_slice() {
            [] | [_] => describe(self.schema, wanted),
            tags => format!("one of {}", tags.join(", ")),
        };
        let help = wanted.map(|wanted| format!("`{key}` takes {}{}", takes(wanted), self.purpose(wanted)));
        let mut fault = Diagnostic::error(MISSING_PARAMETER, message);
        fault = fault.label(self.place(&path), format!("`{key}` is missing"));
        fault.help = help;
        Misfit { path, diagnostic: fault }
    }

    fn wrong_type(&self, path: &[String], value: &Value) -> Misfit {
        let wanted = self.wanted(path);
        let message = format!("{} takes {wanted}, not {}", self.named(path), given(value));
        let mut fault = Diagnostic::error("graph::wrong_type", message);
        fault = fault.label(self.place(path), format!("this is {}", kind(value)));
        let unquoted = value.as_str().filter(|text| text.parse::<f64>().is_ok() || matches!(*text, "true" | "false"));
        fault.help = match unquoted {
            Some(text) if wanted.contains("number") || wanted.contains("true") => {
                Some(format!("write `{text}` without quotes"))
            }
            _ => self.help(path),
        };
        Misfit { path: path.to_vec(), diagnostic: fault }
    }

    fn none_of(&self, path: &[String], values: &[Value]) -> Misfit {
        let names: Vec<String> =
            values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
        let wanted = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let tree = self.value(path).to_value();
        let text = tree
            .as_str()
            .map_or_else(|| given(&serde_json::to_value(&tree).unwrap_or_default()), |text| format!("`{text}`"));
        let fault = Diagnostic::error("graph::not_a_value", format!("{} cannot be {text}", self.named(path)));
        let label = if names.len() == 1 { format!("only {wanted}") } else { format!("one of {wanted}") };
        let mut fault = fault.label(self.place(path), label);
        let close = closest(tree.as_str().unwrap_or_default(), names.iter().map(String::as_str));
        fault.help = close.map(|close| format!("did you mean `{close}`?")).or_else(|| self.help(path));
        Misfit { path: path.to_vec(), diagnostic: fault }
    }

    fn out_of_range(&self, path: &[String], value: &Value) -> Misfit {
        let message = format!("{} is out of range: {}", self.named(path), plain_number(value));
        let mut fault = Diagnostic::error("graph::out_of_range", message);
        fault = fault.label(self.place(path), format!("takes {}", self.wanted(path)));
        fault.help = self.help(path);
        Misfit { path: path.to_vec(), diagnostic: fault }
    }

    fn bad(&self, path: &[String], wanted: String) -> Misfit {
        let mut fault = Diagnostic::error("graph::bad_value", format!("{} takes {wanted}", self.named(path)));
        fault = fault.label(self.place(path), format!("not {wanted}"));
        fault.help = self.help(path);
        Misfit { path: path.to_vec(), diagnostic: fault }
    }

    /// The value at a path, or what comes nearest.
    fn value(&self, path: &[String]) -> &Tree {
        self.tree.nearest(path.iter().map(String::as_str))
    }

    fn place(&self, path: &[String]) -> Span {
        self.value(path).span
    }

    /// The schema that the failing keyword stands in.
    fn around(&self, error: &ValidationError<'_>) -> &Value {
        let path = error.schema_path().as_str();
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        self.schema.pointer(parent).unwrap_or(self.schema)
    }

    fn named(&self, path: &[String]) -> String {
        format!("{} `{}` of {}", self.subject.noun(), dotted(path), self.subject.owner())
    }

    fn wanted(&self, path: &[String]) -> String {
        self.schema_at(path).map_or_else(|| "another value".to_owned(), |schema| describe(self.schema, schema))
    }

    /// What the manual says of the parameter: its first sentence.
    fn help(&self, path: &[String]) -> Option<String> {
        let schema = self.schema_at(path)?;
        let sentence = sentence(self.schema, schema)?;
        Some(format!("`{}`: {sentence}", path.last()?))
    }

    fn purpose(&self, schema: &Value) -> String {
        sentence(self.schema, schema).map(|sentence| format!(": {sentence}")).unwrap_or_default()
    }

    /// The schema of the value at a path, as far as one branch leads there.
    fn schema_at(&self, path: &[String]) -> Option<&Value> {
        path.iter().try_fold(self.schema, |schema, step| below(self.schema, schema, step))
    }
}

fn below<'a>(root: &'a Value, schema: &'a Value, step: &str) -> Option<&'a Value> {
    let schema = resolved(root, schema);
    let own = schema.get("properties").and_then(|properties| properties.get(step));
    let item = || schema.get("items").filter(|_| step.parse::<usize>().is_ok());
    let other = || schema.get("additionalProperties").filter(|other| other.is_object());
    let branches = || {
        let branches = ["anyOf", "oneOf"].iter().find_map(|keyword| schema.get(keyword)?.as_array())?;
        branches.iter().find_map(|branch| below(root, branch, step))
    };
    own.or_else(item).or_else(other).or_else(branches)
}

/// The values of a key that a choice's branches are told apart by.
fn tags(root: &Value, schema: &Value, key: &str) -> Vec<String> {
    let schema = resolved(root, schema);
    let branches = ["anyOf", "oneOf"].iter().find_map(|keyword| schema.get(keyword)?.as_array());
    let Some(branches) = branches else {
        let property = schema.get("properties").and_then(|properties| properties.get(key));
        return property.and_then(|property| choices(root, property)).unwrap_or_default();
    };
    branches.iter().flat_map(|branch| tags(root, branch, key)).collect()
}

/// `stop[1].text`, indices counted from 0.
fn dotted(path: &[String]) -> String {
    let mut text = String::new();
    for step in path {
        match step.parse::<usize>() {
            Ok(index) => text.push_str(&format!("[{index}]")),
            Err(_) if text.is_empty() => text.push_str(step),
            Err(_) => text.push_str(&format!(".{step}")),
        }
    }
    text
}

fn sentence<'a>(root: &'a Value, schema: &'a Value) -> Option<&'a str> {
    let own = schema.get("description").or_else(|| resolved(root, schema).get("description"))?.as_str()?;
    let line = own.split("\n\n").next()?.trim();
    let end = line.find(". ").unwrap_or(line.len());
    Some(line[..end].trim_end_matches('.'))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "no value",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

fn at_least(limit: u64, unit: &str) -> String {
    format!("at least {}", counted(limit, unit))
}

fn at_most(limit: u64, unit: &str) -> String {
    format!("at most {}", counted(limit, unit))
}

fn counted(limit: u64, unit: &str) -> String {
    match (limit, unit) {
        (1, unit) => format!("1 {unit}"),
        (limit, "entry") => format!("{limit} entries"),
        (limit, unit) => format!("{limit} {unit}s"),
    }
}
