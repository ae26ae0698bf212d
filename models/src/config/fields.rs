//! Reading single fields. Owns how a field that is absent, null or of another type is told apart, and its name in errors.

use serde_json::{Map, Value};

use super::ConfigError;

/// The fields of an object, and where the object stands in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    object: &'a Map<String, Value>,
    prefix: &'static str,
}

impl<'a> Fields<'a> {
    /// The fields of the file itself.
    pub(crate) fn top(object: &'a Map<String, Value>) -> Self {
        Self { object, prefix: "" }
    }

    /// The fields of the object that the field `name` holds; nothing where it is absent, null or empty.
    pub(crate) fn inside(self, name: &'static str) -> Result<Option<Self>, ConfigError> {
        match self.present(name) {
            None => Ok(None),
            Some(Value::Object(object)) if object.is_empty() => Ok(None),
            Some(Value::Object(object)) => Ok(Some(Self { object, prefix: name })),
            Some(other) => Err(self.invalid(name, other, "an object")),
        }
    }

    /// The field's value, where it is there and not null.
    pub(crate) fn present(self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// Whether the field is there at all, even as null.
    pub(crate) fn has(self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    pub(crate) fn text(self, name: &'static str) -> Result<Option<&'a str>, ConfigError> {
        self.read(name, "a text", Value::as_str)
    }

    pub(crate) fn truth(self, name: &'static str) -> Result<Option<bool>, ConfigError> {
        self.read(name, "true or false", Value::as_bool)
    }

    pub(crate) fn number(self, name: &'static str) -> Result<Option<f64>, ConfigError> {
        self.read(name, "a number", Value::as_f64)
    }

    /// A count of something, at least one.
    pub(crate) fn count(self, name: &'static str) -> Result<Option<usize>, ConfigError> {
        self.read(name, "a whole number above zero", |value| {
            value.as_u64().filter(|count| *count > 0).and_then(|count| usize::try_from(count).ok())
        })
    }

    /// A count that may be zero.
    pub(crate) fn index(self, name: &'static str) -> Result<Option<usize>, ConfigError> {
        self.read(name, "a whole number", |value| value.as_u64().and_then(|index| usize::try_from(index).ok()))
    }

    pub(crate) fn required_count(self, name: &'static str) -> Result<usize, ConfigError> {
        self.count(name)?.ok_or(ConfigError::Missing(name))
    }

    /// The fault that the field's value is not what it must be.
    pub(crate) fn invalid(self, name: &str, found: &Value, expected: &'static str) -> ConfigError {
        ConfigError::Invalid { field: self.path(name), found: found.to_string(), expected }
    }

    /// The fault that the field's value asks for what is not done here.
    pub(crate) fn unsupported(self, name: &str, reason: &'static str) -> ConfigError {
        let found = self.object.get(name).map_or_else(|| "absent".to_owned(), Value::to_string);
        ConfigError::Unsupported { field: self.path(name), found, reason }
    }

    fn read<T>(
        self,
        name: &'static str,
        expected: &'static str,
        convert: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(value) = self.present(name) else { return Ok(None) };
        convert(value).map(Some).ok_or_else(|| self.invalid(name, value, expected))
    }

    fn path(self, name: &str) -> String {
        if self.prefix.is_empty() { name.to_owned() } else { format!("{}.{name}", self.prefix) }
    }
}
