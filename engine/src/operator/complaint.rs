//! What an operator has to say about its configuration and inputs at check time.

use std::ops::Range;

use crate::diagnostic::Severity;

/// A fault or warning in terms of the operator's own parameters and ports; the graph finds the place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Stable name such as `operator::unknown_column`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// What is wrong, in one lowercase sentence.
    pub message: String,
    /// A few words at the place itself.
    pub label: String,
    /// What can be done.
    pub help: Option<String>,
}

/// Where a complaint belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A parameter under `with`, by path, and a byte range inside its text where that is known.
    Parameter {
        /// Keys and indices below `with`.
        path: Vec<String>,
        /// A part of a text parameter.
        within: Option<Range<usize>>,
    },
    /// A setting under `run`.
    Setting(String),
    /// An input port.
    Input(String),
    /// The operator as a whole.
    Operator,
}

impl Complaint {
    /// A fault of a parameter.
    #[must_use]
    pub fn parameter(code: &'static str, path: &[&str], message: impl Into<String>, label: impl Into<String>) -> Self {
        let path = path.iter().map(|step| (*step).to_owned()).collect();
        Self {
            code,
            severity: Severity::Error,
            place: Place::Parameter { path, within: None },
            message: message.into(),
            label: label.into(),
            help: None,
        }
    }

    /// A fault of a setting.
    #[must_use]
    pub fn setting(code: &'static str, name: &str, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { place: Place::Setting(name.to_owned()), ..Self::parameter(code, &[], message, label) }
    }

    /// A fault of an input.
    #[must_use]
    pub fn input(code: &'static str, port: &str, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { place: Place::Input(port.to_owned()), ..Self::parameter(code, &[], message, label) }
    }

    /// Narrows a parameter's place to a part of its text.
    #[must_use]
    pub fn within(mut self, range: Range<usize>) -> Self {
        if let Place::Parameter { within, .. } = &mut self.place {
            *within = Some(range);
        }
        self
    }

    /// Says what can be done.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Only a warning: it can run.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}
