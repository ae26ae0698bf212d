//! What the catalogue says of an operator that a run used; nothing of one that it has no more.

use engine::operator::{Registration, registrations};

pub(super) fn registration(operator: &str) -> Option<&'static Registration> {
    registrations().into_iter().find(|registration| registration.name == operator)
}

/// An operator's output ports in its own order, each with what it gives.
pub(super) fn outputs(operator: &str) -> Vec<(&'static str, &'static str)> {
    let ports = registration(operator).map(|registration| (registration.outputs)()).unwrap_or_default();
    ports.into_iter().map(|port| (port.name, port.doc)).collect()
}

/// The first sentence of the operator's manual page.
pub(super) fn does(operator: &str) -> String {
    let schema = registration(operator).map(|registration| (registration.schema)().to_value());
    let page = schema.as_ref().and_then(|schema| schema["description"].as_str()).unwrap_or_default();
    page.lines().next().unwrap_or_default().to_owned()
}
