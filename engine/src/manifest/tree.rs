//! The spanned tree of a YAML document: the one parse that values, spans and patches all come from.

use crate::diagnostic::{Diagnostic, Span};

/// A value with the place that it was written at.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// One YAML value and where it stands.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The value's own text, without its key.
    pub span: Span,
    /// Scalar, sequence or mapping.
    pub kind: Kind,
    /// The place in the file that a patch changed when it put this value there: diagnostics about the value
    /// point at the patch (its `span`) and then here.
    pub replaces: Option<Span>,
    /// Where the variable's value stands, when `$name` was written here.
    pub variable: Option<Span>,
}

/// What a [`Tree`] holds.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A leaf.
    Scalar(Scalar),
    /// `[a, b]` or a block of dashes.
    Sequence(Vec<Tree>),
    /// `{a: b}` or a block of keys, in the order of the text.
    Mapping(Mapping),
}

/// A leaf: its text after YAML's unescaping, and its value by YAML 1.2's core schema.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The text after unescaping and folding.
    pub text: String,
    /// Null, boolean, number or string.
    pub value: serde_yaml::Value,
    /// Written without quotes and not as a block, so that `$name` is a variable.
    pub plain: bool,
}

/// The entries of a mapping in the order of the text; keys are unique.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// Key and value pairs.
    pub entries: Vec<Entry>,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key and its place.
    pub key: Spanned<String>,
    /// The value.
    pub value: Tree,
}

impl Mapping {
    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value under `key`, to be changed.
    #[must_use]
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Tree> {
        self.entries.iter_mut().find(|entry| entry.key.value == key).map(|entry| &mut entry.value)
    }

    /// The keys in the order of the text.
    pub fn keys(&self) -> impl Iterator<Item = &str> + Clone {
        self.entries.iter().map(|entry| entry.key.value.as_str())
    }

    /// Takes the value under `key` out.
    pub fn remove(&mut self, key: &str) -> Option<Tree> {
        let index = self.entries.iter().position(|entry| entry.key.value == key)?;
        Some(self.entries.remove(index).value)
    }

    /// The entry under `key`, with the key's place.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }
}

impl Tree {
    /// A value as it stands in a text.
    #[must_use]
    pub fn new(span: Span, kind: Kind) -> Self {
        Self { span, kind, replaces: None, variable: None }
    }

    /// A mapping without entries, in the place of one that was not written.
    #[must_use]
    pub fn empty_mapping(span: Span) -> Self {
        Self::new(span, Kind::Mapping(Mapping::default()))
    }

    /// The leaf, if it is one.
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        }
    }

    /// The text, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.as_scalar().and_then(|scalar| scalar.value.as_str())
    }

    /// Whether it is `null`, `~` or nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|scalar| scalar.value.is_null())
    }

    /// The value as a fault says it: its kind, and its text where that is short.
    #[must_use]
    pub fn described(&self) -> String {
        match &self.kind {
            Kind::Sequence(_) => "a list".to_owned(),
            Kind::Mapping(_) => "a mapping".to_owned(),
            Kind::Scalar(scalar) if scalar.value.is_null() => "nothing".to_owned(),
            Kind::Scalar(scalar) if scalar.text.len() > 40 || scalar.text.contains('\n') => "a text".to_owned(),
            Kind::Scalar(scalar) if scalar.value.is_string() => format!("the text `{}`", scalar.text),
            Kind::Scalar(scalar) => format!("`{}`", scalar.text),
        }
    }

    /// How many values it holds, itself included, and how many levels of collections.
    #[must_use]
    pub(super) fn extent(&self) -> (usize, usize) {
        let below = |parts: &mut dyn Iterator<Item = &Tree>| {
            let extents = parts.map(Tree::extent);
            let (values, height) = extents.fold((1, 0), |sum, part| (sum.0 + part.0, sum.1.max(part.1)));
            (values, height + 1)
        };
        match &self.kind {
            Kind::Scalar(_) => (1, 0),
            Kind::Sequence(items) => below(&mut items.iter()),
            Kind::Mapping(mapping) => below(&mut mapping.entries.iter().map(|entry| &entry.value)),
        }
    }

    /// Labels a diagnostic with this value's place, and with the places behind it: the variable whose value it is, and
    /// what a patch replaced by it.
    #[must_use]
    pub fn blame(&self, diagnostic: Diagnostic, text: impl Into<String>) -> Diagnostic {
        let behind = [(self.variable, "the variable's value"), (self.replaces, "a patch changes this")];
        behind.into_iter().fold(diagnostic.label(self.span, text), |diagnostic, (span, text)| match span {
            Some(span) => diagnostic.label(span, text),
            None => diagnostic,
        })
    }

    /// The mapping, if it is one.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.kind {
            Kind::Mapping(mapping) => Some(mapping),
            Kind::Scalar(_) | Kind::Sequence(_) => None,
        }
    }

    /// The value below a path of keys and decimal sequence indices, as deep as the path can be followed: the last
    /// part is the nearest existing ancestor, so that a diagnostic always has a place to point at.
    #[must_use]
    pub fn nearest<'p>(&self, path: impl IntoIterator<Item = &'p str>) -> &Tree {
        let mut here = self;
        for step in path {
            let next = match &here.kind {
                Kind::Mapping(mapping) => mapping.get(step),
                Kind::Sequence(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
                Kind::Scalar(_) => None,
            };
            match next {
                Some(next) => here = next,
                None => break,
            }
        }
        here
    }

    /// The plain value, places forgotten.
    #[must_use]
    pub fn to_value(&self) -> serde_yaml::Value {
        match &self.kind {
            Kind::Scalar(scalar) => scalar.value.clone(),
            Kind::Sequence(items) => serde_yaml::Value::Sequence(items.iter().map(Tree::to_value).collect()),
            Kind::Mapping(mapping) => {
                let entries = mapping.entries.iter();
                let pairs = entries.map(|entry| (entry.key.value.clone().into(), entry.value.to_value()));
                serde_yaml::Value::Mapping(pairs.collect())
            }
        }
    }
}
