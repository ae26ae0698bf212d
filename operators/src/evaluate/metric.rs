//! A measured number, as every evaluation gives it. Owns what it is known by: its name and its group.

use serde::Serialize;

/// What stands for a group that is null.
pub(crate) const NO_GROUP: &str = "none";

/// A row of the type `Metric`.
#[derive(Debug, Serialize)]
pub(crate) struct Metric {
    id: String,
    name: String,
    value: f64,
    group: Option<String>,
}

impl Metric {
    /// A number; `id` makes an identity of its name and group.
    pub(crate) fn new(name: &str, group: Option<&str>, value: f64, id: &impl Fn([&str; 2]) -> String) -> Self {
        let (name, group) = (name.to_owned(), group.map(str::to_owned));
        Self { id: id([&name, group.as_deref().unwrap_or_default()]), name, value, group }
    }
}
