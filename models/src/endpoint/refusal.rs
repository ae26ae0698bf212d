//! Answers that are none. Owns what each status means for the request, and for all others.
//!
//! | status | what becomes of the request |
//! |---|---|
//! | 429 | asked again after a pause for all; at once no more where the account's quota is spent |
//! | 503, 529 | asked again after a pause for all |
//! | 408, 409, 425, other 5xx | asked again |
//! | 401, 403 | none is asked any more: the key |
//! | 402 | none is asked any more: the account |
//! | 404, 405 | none is asked any more: the address or the model's name |
//! | 3xx | none is asked any more: nothing is sent on to where a server points, least of all the key |
//! | other 4xx | never answered: 400, 413 and 422 are what servers say to a prompt that is too long |

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION};

use super::failure::{Cause, Failure};
use super::{Key, words};
use crate::generate::GenerateError;

/// What came in place of an answer.
pub(super) struct Refusal<'a> {
    pub(super) status: StatusCode,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
    /// How long the server asks to be left alone.
    pub(super) after: Option<Duration>,
}

impl Refusal<'_> {
    /// What it means. The key does not stand in it, whatever the server says.
    pub(super) fn failure(&self, key: Option<&Key>) -> Failure {
        let said = format!("{}: {}", self.status, words::of(self.body, key));
        let fatal = |text: String| Failure::Never(GenerateError::Fatal(text));
        let overload = Cause::Overload { after: self.after };
        match self.status.as_u16() {
            429 if words::quota_spent(self.body) => fatal(format!("the endpoint's account has nothing left: {said}")),
            429 | 503 | 529 => Failure::Later { words: said, cause: overload },
            408 | 409 | 425 | 500..=599 => Failure::broken(said),
            401 | 403 => fatal(match key {
                Some(key) => format!("the endpoint refuses the key in `{}`: {said}", key.name()),
                None => format!("the endpoint wants a key, name it with `key_env`: {said}"),
            }),
            402 => fatal(format!("the endpoint wants to be paid: {said}")),
            404 | 405 => fatal(format!("the endpoint knows no such model, or `url` is not its address: {said}")),
            300..=399 => {
                let to = self.headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("another address");
                let to = words::excerpt(to, key);
                fatal(format!("the endpoint points to `{to}` ({}); set `url` to where it is", self.status))
            }
            400..=499 => Failure::Never(GenerateError::Request(format!("the endpoint refuses the request: {said}"))),
            _ => Failure::broken(said),
        }
    }
}
