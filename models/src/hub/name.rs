//! The name of a model on the hub. Owns its grammar.

use std::fmt;
use std::str::FromStr;

use super::HubError;

/// The revision that is meant where none is said.
const DEFAULT: &str = "main";

/// `ORG/NAME`, or `ORG/NAME@REVISION`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelName {
    /// `ORG/NAME`.
    pub repository: String,
    /// A branch, a tag or a commit.
    pub revision: String,
}

impl FromStr for ModelName {
    type Err = HubError;

    fn from_str(text: &str) -> Result<Self, HubError> {
        let (repository, revision) = text.split_once('@').unwrap_or((text, DEFAULT));
        let named = repository.split_once('/').is_some_and(|(owner, name)| is_word(owner) && is_word(name));
        // A branch may have slashes, and is a path in the cache.
        let known = revision.split('/').all(is_word);
        if !named || !known {
            return Err(HubError::Name(text.to_owned()));
        }
        Ok(Self { repository: repository.to_owned(), revision: revision.to_owned() })
    }
}

impl fmt::Display for ModelName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.repository)?;
        if self.revision == DEFAULT { Ok(()) } else { write!(formatter, "@{}", self.revision) }
    }
}

/// A word of a name, which is no way out of a folder.
fn is_word(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    !text.is_empty() && !text.starts_with('.') && text.chars().all(plain)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_name_has_an_owner_and_perhaps_a_revision() {
        let name: ModelName = "Qwen/Qwen2.5-Coder-0.5B@refs/pr-1".parse().unwrap();
        assert_eq!((name.repository.as_str(), name.revision.as_str()), ("Qwen/Qwen2.5-Coder-0.5B", "refs/pr-1"));
        let plain: ModelName = "a/b".parse().unwrap();
        assert_eq!((plain.revision.as_str(), plain.to_string().as_str()), ("main", "a/b"));
        for wrong in ["", "b", "a/", "a/b/c", "../b", "a/..", "a/b@", "a/b@../../c", "a b/c"] {
            assert!(wrong.parse::<ModelName>().is_err(), "{wrong}");
        }
    }
}
