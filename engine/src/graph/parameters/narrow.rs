//! Which branch of a choice was meant: errors of `anyOf` and `oneOf` reduced to the ones worth telling.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Why;
use serde_json::Value;

/// What is left of an error.
pub(super) enum Narrowed<'e> {
    /// An error of its own.
    Plain(&'e ValidationError<'e>),
    /// At this path none of the values fits that the branches are told apart by.
    NoneOf(Vec<String>, Vec<Value>),
    /// No branch came near.
    NoForm(&'e ValidationError<'e>),
}

/// Follows the branch whose shape the value has, down to errors that have no branches.
pub(super) fn narrow<'e>(error: &'e ValidationError<'e>) -> Vec<Narrowed<'e>> {
    let (Why::AnyOf { context } | Why::OneOfNotValid { context }) = error.kind() else {
        return vec![Narrowed::Plain(error)];
    };
    let here = steps(error);
    let meant: Vec<_> = context.iter().filter(|branch| !is_another_form(branch, &here)).collect();
    if let [branch] = meant.as_slice() {
        return branch.iter().flat_map(narrow).collect();
    }
    if let Some((path, values)) = told_apart(context) {
        return vec![Narrowed::NoneOf(path, values)];
    }
    if let Some(tag) = missing_tag(&meant) {
        return vec![Narrowed::Plain(tag)];
    }
    vec![Narrowed::NoForm(error)]
}

/// The keys and indices that lead to the value of an error.
pub(super) fn steps(error: &ValidationError<'_>) -> Vec<String> {
    let pointer = error.instance_path().as_str().trim_start_matches('/');
    if pointer.is_empty() {
        return Vec::new();
    }
    pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

/// Whether a branch is for values of another type, or with another tag.
fn is_another_form(branch: &[ValidationError<'_>], here: &[String]) -> bool {
    let lacks_key = branch.iter().any(|error| matches!(error.kind(), Why::Required { .. }) && steps(error) == here);
    branch.iter().any(|error| {
        let path = steps(error);
        match error.kind() {
            Why::Type { .. } => path == here,
            Why::Constant { .. } | Why::Enum { .. } => path.len() <= here.len() + 1,
            Why::AdditionalProperties { .. } => lacks_key && path == here,
            _ => false,
        }
    })
}

/// The place that all branches but null's look at to know their own, with the values that they look for.
fn told_apart(context: &[Vec<ValidationError<'static>>]) -> Option<(Vec<String>, Vec<Value>)> {
    let mut place: Option<Vec<String>> = None;
    let mut values = Vec::new();
    for branch in context {
        let Some(found) = branch.iter().find_map(|error| Some((steps(error), wanted(error)?))) else {
            let is_null = branch.iter().all(|error| matches!(error.kind(), Why::Type { .. }));
            if is_null
                && context.len() > 1
                && branch.iter().all(|error| error.schema_path().as_str().ends_with("/1/type"))
            {
                continue;
            }
            return None;
        };
        if place.get_or_insert_with(|| found.0.clone()) != &found.0 {
            return None;
        }
        values.extend(found.1);
    }
    place.map(|place| (place, values))
}

fn wanted(error: &ValidationError<'_>) -> Option<Vec<Value>> {
    match error.kind() {
        Why::Constant { expected_value } => Some(vec![(**expected_value).clone()]),
        Why::Enum { options } => options.as_array().cloned(),
        _ => None,
    }
}

/// The key that every branch wants first, where the value has none of it.
fn missing_tag<'e>(meant: &[&'e Vec<ValidationError<'static>>]) -> Option<&'e ValidationError<'static>> {
    let first = meant.first()?.iter().find(|error| matches!(error.kind(), Why::Required { .. }))?;
    let Why::Required { property } = first.kind() else { return None };
    let same =
        |error: &ValidationError<'_>| matches!(error.kind(), Why::Required { property: found } if found == property);
    meant.iter().all(|branch| branch.iter().any(same)).then_some(first)
}
