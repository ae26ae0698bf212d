//! Ways from problems to another problem.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a problem is made of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The same kind of thinking in another setting.
    Rewrite,
    /// A harder problem that grows out of it.
    Deepen,
    /// A more specific problem.
    Concretize,
    /// One problem that needs the ideas of two.
    Combine,
}

impl Method {
    /// As it stands in the column `method`; our prompt for it has the same name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rewrite => "rewrite",
            Self::Deepen => "deepen",
            Self::Concretize => "concretize",
            Self::Combine => "combine",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
