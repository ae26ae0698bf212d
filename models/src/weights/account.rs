//! Which parameters found no place, and which places no parameter. Owns how that is told.

use std::fmt;

/// How many names are told of each kind of fault.
const TOLD: usize = 8;

/// What is wrong between a model and a set of weights.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Parameters of the model that are not stored.
    pub missing: Vec<String>,
    /// Stored parameters that the model does not have.
    pub unexpected: Vec<String>,
    /// Parameters of another shape.
    pub misshapen: Vec<Misshapen>,
}

/// A parameter of another shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misshapen {
    /// Its name.
    pub name: String,
    /// The shape that the model has.
    pub expected: Vec<usize>,
    /// The shape that is stored.
    pub found: Vec<usize>,
}

impl Account {
    /// Whether every parameter found its place.
    pub fn is_settled(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty() && self.misshapen.is_empty()
    }
}

impl fmt::Display for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            ("missing", list(&self.missing, String::clone)),
            ("unexpected", list(&self.unexpected, String::clone)),
            ("misshapen", list(&self.misshapen, Misshapen::to_string)),
        ];
        let told: Vec<_> =
            kinds.iter().filter_map(|(kind, names)| Some(format!("{kind}: {}", names.as_ref()?))).collect();
        formatter.write_str(&told.join("\n"))
    }
}

impl fmt::Display for Misshapen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is {:?} and should be {:?}", self.name, self.found, self.expected)
    }
}

fn list<T>(faults: &[T], name: impl Fn(&T) -> String) -> Option<String> {
    let told: Vec<_> = faults.iter().take(TOLD).map(name).collect();
    let more = faults.len() - told.len();
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    (!faults.is_empty()).then(|| told.join(", ") + &rest)
}
