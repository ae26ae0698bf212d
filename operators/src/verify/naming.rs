//! Programs that define what is asked for under another name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is called where a program does not define the problem's `entry`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Naming {
    /// Nothing: the program is `misnamed`.
    #[default]
    Exact,
    /// The last function that it defines, whatever its name: what a model that was never told the name has written may be
    /// right all the same.
    Lenient,
}

impl Naming {
    /// A program as it is run.
    pub(super) fn of(self, program: String, entry: Option<&str>) -> String {
        let entry = entry.filter(|entry| self == Self::Lenient && is_name(entry) && !defines(&program, entry));
        let function = program.lines().rev().find_map(function);
        match (entry, function) {
            (Some(entry), Some(function)) => format!("{program}\n\n{entry} = {function}\n"),
            _ => program,
        }
    }
}

/// The function that a line begins to define, outside of everything else.
fn function(line: &str) -> Option<&str> {
    let name = line.strip_prefix("async ").unwrap_or(line).strip_prefix("def ")?;
    name.split('(').next().map(str::trim).filter(|name| is_name(name))
}

/// Whether a line outside of everything else gives a name.
fn defines(program: &str, name: &str) -> bool {
    program.lines().any(|line| {
        let assigned = || line.split_once('=').is_some_and(|(target, _)| target.trim_end() == name);
        let imported = || line.contains("import ") && line.split([' ', ',']).any(|word| word == name);
        function(line) == Some(name) || assigned() || imported()
    })
}

fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first == '_' || first.is_alphabetic())
        && characters.all(|one| one == '_' || one.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::Naming::{self, Exact, Lenient};

    fn of(naming: Naming, program: &str, entry: &str) -> String {
        naming.of(program.to_owned(), Some(entry))
    }

    #[test]
    fn the_last_function_is_called_where_none_has_the_name() {
        let program = "def helper(x):\n    def g(): pass\n    return x\n\ndef solve(x):\n    return helper(x)";
        assert_eq!(of(Lenient, program, "f"), format!("{program}\n\nf = solve\n"));
        for (naming, program, entry) in [
            (Exact, program, "f"),
            (Lenient, program, "helper"),
            (Lenient, "f = lambda x: x", "f"),
            (Lenient, "from math import sqrt, f\ndef g(): pass", "f"),
            (Lenient, "print(1)", "f"),
            (Lenient, "class Solution:\n    def other(self): pass", "Solution().asked"),
        ] {
            assert_eq!(of(naming, program, entry), program, "{naming:?} {entry}");
        }
        assert_eq!(Lenient.of(program.to_owned(), None), program);
    }
}
