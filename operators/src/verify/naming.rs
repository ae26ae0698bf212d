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
    /// right all the same. Where `entry` is a method, `Solution().NAME`, it is the function of that name, or where there is
    /// none, the last method of `Solution` that does not begin with `_`, or where there is none either, the last function.
    Lenient,
}

impl Naming {
    /// A program as it is run.
    pub(super) fn of(self, program: String, entry: Option<&str>) -> String {
        match entry.filter(|_| self == Self::Lenient).and_then(|entry| addition(&program, entry)) {
            Some(addition) => format!("{program}\n\n{addition}\n"),
            None => program,
        }
    }
}

/// What gives a program the name that it lacks; nothing where it has it, or has nothing that could be meant.
fn addition(program: &str, entry: &str) -> Option<String> {
    match entry.strip_prefix("Solution().") {
        Some(method) if is_name(method) => method_addition(program, method),
        None if is_name(entry) && !defines(program, entry) => Some(format!("{entry} = {}", last_function(program)?)),
        _ => None,
    }
}

fn method_addition(program: &str, method: &str) -> Option<String> {
    let named = Some(method).filter(|method| defines(program, method));
    let Some(class) = Class::of(program) else {
        let function = named.or_else(|| last_function(program)).filter(|_| !defines(program, "Solution"))?;
        return Some(format!("class Solution:\n    {method} = staticmethod({function})"));
    };
    if class.may_have(method) || program.lines().any(|line| line.starts_with(&format!("Solution.{method}"))) {
        return None;
    }
    Some(match (named, class.last_method()) {
        // As it stands there, so that a static one stays so.
        (None, Some(other)) => format!("Solution.{method} = vars(Solution)[\"{other}\"]"),
        _ => format!("Solution.{method} = staticmethod({})", named.or_else(|| last_function(program))?),
    })
}

/// The class `Solution` of a program.
struct Class<'a> {
    /// Whether it has methods of another class.
    inherits: bool,
    /// Its lines, as if they stood outside of it.
    lines: Vec<&'a str>,
}

impl<'a> Class<'a> {
    /// The last one outside of everything else.
    fn of(program: &'a str) -> Option<Self> {
        let lines: Vec<&str> = program.lines().collect();
        let head = |line: &'a str| line.strip_prefix("class Solution").filter(|rest| rest.starts_with([':', '(', ' ']));
        let (at, head) = lines.iter().enumerate().rev().find_map(|(at, &line)| Some((at, head(line)?)))?;
        let is_inside = |line: &&&str| line.trim().is_empty() || line.starts_with([' ', '\t', '#']);
        let inside = lines[at + 1..].iter().take_while(is_inside);
        let inside: Vec<&str> =
            inside.copied().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).collect();
        let indent = inside.first().map_or("", |first| &first[..first.len() - first.trim_start().len()]);
        let bases = head.split([':', '(', ')']).nth(1).unwrap_or_default().trim();
        Some(Self {
            inherits: head.trim_start().starts_with('(') && !["", "object"].contains(&bases),
            lines: inside.iter().filter_map(|line| line.strip_prefix(indent)).collect(),
        })
    }

    fn may_have(&self, method: &str) -> bool {
        self.inherits || self.lines.iter().any(|line| gives(line, method))
    }

    fn last_method(&self) -> Option<&'a str> {
        self.lines.iter().rev().copied().find_map(|line| function(line).filter(|name| !name.starts_with('_')))
    }
}

/// The function that a line begins to define, outside of everything else.
fn function(line: &str) -> Option<&str> {
    let name = line.strip_prefix("async ").unwrap_or(line).strip_prefix("def ")?;
    name.split('(').next().map(str::trim).filter(|name| is_name(name))
}

fn last_function(program: &str) -> Option<&str> {
    program.lines().rev().find_map(function)
}

/// Whether a line outside of everything else gives a name.
fn defines(program: &str, name: &str) -> bool {
    program.lines().any(|line| gives(line, name))
}

fn gives(line: &str, name: &str) -> bool {
    let assigned = || line.split_once('=').is_some_and(|(target, _)| target.trim_end() == name);
    let imported = || line.contains("import ") && line.split([' ', ',']).any(|word| word == name);
    function(line) == Some(name) || assigned() || imported()
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
            (Lenient, "print(1)", "Solution().f"),
            (Lenient, "class Solution: pass", "Solution().f"),
            (Exact, "class Solution:\n    def g(self): pass", "Solution().f"),
            (Lenient, "class Solution:\n    def f(self): pass\n    def g(self): pass", "Solution().f"),
            (Lenient, "class Solution:\n    f = len\n    def g(self): pass", "Solution().f"),
            (Lenient, "class Solution(Base):\n    def g(self): pass", "Solution().f"),
            (Lenient, "class Solution:\n    def g(self): pass\nSolution.f = Solution.g", "Solution().f"),
            (Lenient, "from answer import Solution\ndef f(): pass", "Solution().f"),
        ] {
            assert_eq!(of(naming, program, entry), program, "{naming:?} {entry}");
        }
        assert_eq!(Lenient.of(program.to_owned(), None), program);
    }

    #[test]
    fn a_method_is_looked_for_in_the_class_and_then_beside_it() {
        let class = "class Solution(object):\n\n    # Two.\n    def g(self):\n        def h(): pass\n\n    @staticmethod\n    \
                     def k(): pass\n    def _own(self): pass\n";
        for (program, added) in [
            (class.to_owned(), "Solution.f = vars(Solution)[\"k\"]"),
            (format!("{class}\ndef h(): pass"), "Solution.f = vars(Solution)[\"k\"]"),
            (format!("{class}\ndef f(): pass"), "Solution.f = staticmethod(f)"),
            ("class Solution:\n\tpass\ndef f(): pass\ndef g(): pass".to_owned(), "Solution.f = staticmethod(f)"),
            (
                "def g(): pass\nclass Solutions:\n    def f(): pass".to_owned(),
                "class Solution:\n    f = staticmethod(g)",
            ),
            ("f = len\ndef g(): pass".to_owned(), "class Solution:\n    f = staticmethod(f)"),
        ] {
            assert_eq!(of(Lenient, &program, "Solution().f"), format!("{program}\n\n{added}\n"));
        }
    }
}
