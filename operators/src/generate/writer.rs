//! A model that writes texts for a row by one prompt.
//!
//! Owns the request. Knows not what the texts are for.

use std::sync::Arc;

use engine::operator::{Context, Fault};
use engine::row::Row;
use models::generate::{Completion, Finish, Request, Sampling};
use rand_chacha::rand_core::RngCore;

use super::prompt::Asking;
use crate::model::Model;

/// How texts are drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    pub(crate) temperature: f32,
    pub(crate) top_p: f32,
    pub(crate) max_tokens: usize,
    pub(crate) seed: u64,
}

/// A prompt and the model that answers it.
pub(crate) struct Writer {
    asking: Asking,
    manner: Manner,
    model: Arc<Model>,
}

impl Writer {
    pub(crate) fn new(prompt: &str, manner: Manner, model: Arc<Model>) -> Result<Self, Fault> {
        Ok(Self::asking(Asking::new(prompt, None)?, manner, model))
    }

    /// With a prompt that says itself how it is answered.
    pub(crate) fn asking(asking: Asking, manner: Manner, model: Arc<Model>) -> Self {
        Self { asking, manner, model }
    }

    /// So many texts for a row; other texts for another `purpose`.
    pub(crate) async fn write(
        &self,
        row: &Row,
        purpose: &str,
        samples: u64,
        context: &Context,
    ) -> Result<Vec<Completion>, Fault> {
        let Manner { temperature, top_p, max_tokens, seed } = self.manner;
        let asked = self.asking.of(row)?;
        let request = Request {
            samples: 0..samples,
            sampling: Sampling { temperature, top_p, ..Sampling::default() },
            seed: context.random(&format!("{purpose}{}", row.id()), seed).next_u64(),
            max_tokens: Some(max_tokens),
            ..Request::new(self.asking.chat(&asked))
        };
        self.model.answer(request, context).await
    }
}

/// The text of an answer that the model brought to its end, or why it did not.
pub(crate) fn whole(answer: &Completion) -> Result<&str, String> {
    match &answer.finish {
        Finish::Length => Err("the answer was cut at its greatest length".to_owned()),
        Finish::Refused(word) => Err(format!("the endpoint did not go on: {word}")),
        Finish::End | Finish::Stop(_) => Ok(answer.text.trim()),
    }
}
