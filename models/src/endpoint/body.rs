//! A request as JSON. Owns the names of fields, and which are sent.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Settings;
use super::extra::sends;
use crate::generate::{Prompt, Request, Sampling};
use crate::template::Ending;

/// The body of a request, without the number of samples and their seed.
pub(super) struct Body<'a> {
    pub(super) settings: &'a Settings,
    pub(super) request: &'a Request,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { settings, request } = self;
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("model", &settings.model)?;
        prompt(&mut fields, &request.prompt)?;
        if let Some(most) = request.max_tokens.filter(|_| sends(&settings.extra, "max_tokens")) {
            fields.serialize_entry("max_tokens", &most)?;
        }
        if !request.stop.is_empty() {
            fields.serialize_entry("stop", &request.stop)?;
        }
        match request.prompt {
            _ if !request.log_probabilities => {}
            Prompt::Chat(..) => fields.serialize_entry("logprobs", &true)?,
            // How many of the likeliest are told besides; some servers take 0 for "tell nothing".
            Prompt::Text(_) | Prompt::Tokens(_) => fields.serialize_entry("logprobs", &1)?,
        }
        sampling(&mut fields, settings, &request.sampling)?;
        for (name, value) in &settings.extra {
            if !value.is_null() && !says(&request.sampling, name) {
                fields.serialize_entry(name, value)?;
            }
        }
        fields.end()
    }
}

fn prompt<M: SerializeMap>(fields: &mut M, prompt: &Prompt) -> Result<(), M::Error> {
    match prompt {
        Prompt::Text(text) => fields.serialize_entry("prompt", text),
        Prompt::Tokens(tokens) => fields.serialize_entry("prompt", tokens),
        Prompt::Chat(conversation, ending) => {
            fields.serialize_entry("messages", &conversation.messages)?;
            if let Some(documents) = &conversation.documents {
                fields.serialize_entry("documents", documents)?;
            }
            if !conversation.variables.is_empty() {
                fields.serialize_entry("chat_template_kwargs", &conversation.variables)?;
            }
            if *ending == Ending::Open {
                fields.serialize_entry("continue_final_message", &true)?;
                fields.serialize_entry("add_generation_prompt", &false)?;
            }
            Ok(())
        }
    }
}

/// A field that says how tokens are drawn.
struct Number {
    name: &'static str,
    of: fn(&Sampling) -> f32,
    /// What need not be told, since it does nothing and not every server takes the field.
    idle: Option<f32>,
}

const NUMBERS: [Number; 4] = [
    // Always told: where it is not, vLLM takes the temperature of the checkpoint's `generation_config.json`.
    Number { name: "temperature", of: |sampling| sampling.temperature, idle: None },
    Number { name: "top_p", of: |sampling| sampling.top_p, idle: Some(1.0) },
    Number { name: "min_p", of: |sampling| sampling.min_p, idle: Some(0.0) },
    Number { name: "repetition_penalty", of: |sampling| sampling.repetition_penalty, idle: Some(1.0) },
];

const TOP_K: &str = "top_k";

fn sampling<M: SerializeMap>(fields: &mut M, settings: &Settings, sampling: &Sampling) -> Result<(), M::Error> {
    for Number { name, of, .. } in NUMBERS {
        if says(sampling, name) && sends(&settings.extra, name) {
            fields.serialize_entry(name, &of(sampling))?;
        }
    }
    match sampling.top_k {
        Some(top_k) if sends(&settings.extra, TOP_K) => fields.serialize_entry(TOP_K, &top_k),
        _ => Ok(()),
    }
}

/// Whether the request itself has something to say about a field.
fn says(sampling: &Sampling, name: &str) -> bool {
    let number = NUMBERS.iter().find(|number| number.name == name);
    number.is_some_and(|number| number.idle != Some((number.of)(sampling)))
        || (name == TOP_K && sampling.top_k.is_some())
}
