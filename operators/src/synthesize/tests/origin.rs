//! Where inputs come from, and how a model is asked for them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the inputs of tests come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The model writes them.
    #[default]
    Inputs,
    /// The model writes Python code that makes them, and code that says which are allowed.
    Generator,
}

impl Origin {
    /// Our own prompt.
    pub(super) fn prompt(self) -> &'static str {
        match self {
            Self::Inputs => "test-inputs",
            Self::Generator => "test-generator",
        }
    }

    /// What is said behind the prompt, for tests of a kind.
    pub(super) fn answer_format(self, kind: Kind, count: usize) -> String {
        let (input, example) = match kind {
            Kind::Call => ("a list with the arguments of one call, in their order", "[[[1, 2], 3], [[], 0]]"),
            Kind::Stdin => ("a text with all that the program reads from standard input", r#"["2\n1 2\n", "0\n"]"#),
        };
        match self {
            Self::Inputs => format!(
                "Write {count} inputs. Answer with one block of code that holds one JSON list, each item of which is an \
                 input: {input}. So a list of two inputs looks:\n```json\n{example}\n```"
            ),
            Self::Generator => format!(
                "An input is {input}. Answer with one block of Python code that defines two functions.\n\n\
                 `generate(random, number)` gives an input. `random` is a `random.Random` that it draws everything from. \
                 `number` counts the inputs from 0 to {}: the first few are edge cases, the rest is drawn.\n\n\
                 `validate(given)` gives True for an input that keeps to every constraint of the problem, else False.",
                count - 1
            ),
        }
    }
}

/// What tests ask of a solution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// They call a function.
    Call,
    /// They run a program that reads standard input.
    Stdin,
}

impl Kind {
    /// Of the tests of a problem with this `entry`.
    pub(super) fn of(entry: Option<&str>) -> Self {
        if entry.is_some() { Self::Call } else { Self::Stdin }
    }

    /// As it stands in a test.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Stdin => "stdin",
        }
    }
}
