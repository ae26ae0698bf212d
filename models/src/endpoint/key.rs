//! The secret that opens an endpoint. Owns that it is never read in a message; knows not where it was found.

use std::fmt;

use reqwest::header::HeaderValue;

use super::EndpointError;

/// A secret and the name under which a person set it. It shows itself by its name alone.
#[derive(Clone)]
pub struct Key {
    name: String,
    secret: String,
}

impl Key {
    /// A secret as the environment has it: the white space around it, which copying leaves, is no part of it.
    #[must_use]
    pub fn new(name: impl Into<String>, secret: &str) -> Self {
        Self { name: name.into(), secret: secret.trim().to_owned() }
    }

    /// The name under which it was set.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text without the secret, in whose place stands its name.
    pub(super) fn hide(&self, text: &str) -> String {
        text.replace(&self.secret, &format!("[{}]", self.name))
    }

    /// What the header `Authorization` says.
    pub(super) fn header(&self) -> Result<HeaderValue, EndpointError> {
        let unfit = || EndpointError::Key(self.name.clone());
        if self.secret.is_empty() {
            return Err(unfit());
        }
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.secret)).map_err(|_| unfit())?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({})", self.name)
    }
}
