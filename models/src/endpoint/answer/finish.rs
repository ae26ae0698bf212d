//! Why a sample ended. Owns the words of the servers for it.

use serde_json::Value;

use super::super::failure::Failure;
use super::shape::Choice;
use crate::generate::{Finish, Request};

/// Reads the reason. Where a server does not say whether a text or the model itself ended a sample, and there were
/// texts that could have, it counts as ended by one: whoever goes on from there finds out at the next answer.
pub(super) fn read(choice: &Choice, request: &Request) -> Result<Finish, Failure> {
    let by = choice.stop_reason.as_ref().or(choice.matched_stop.as_ref());
    match choice.finish_reason.as_deref() {
        Some("stop" | "stop_sequence" | "eos" | "eos_token") => Ok(match by {
            Some(Value::String(text)) => Finish::Stop(Some(text.clone())),
            None if !request.stop.is_empty() => Finish::Stop(None),
            _ => Finish::End,
        }),
        Some("length") => Ok(Finish::Length),
        Some(word @ ("abort" | "error" | "insufficient_system_resource")) => {
            Err(Failure::broken(format!("an answer that the server gave up (`{word}`)")))
        }
        Some(word) => Ok(Finish::Refused(word.to_owned())),
        None => Err(Failure::broken("an answer that cannot be read, it has no `finish_reason`".to_owned())),
    }
}
