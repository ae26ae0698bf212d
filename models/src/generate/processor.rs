//! What may change logits before a token is drawn from them. Owns the question that a processor is asked.

use std::fmt;
use std::sync::Arc;

/// Something that changes the logits of the next token, such as a grammar that forbids what cannot follow.
///
/// It stands after the repetition penalty and before the temperature, as in transformers, and also where the likeliest
/// token is taken. What it does may depend on nothing but what it is given: a sequence may be given up and begun again,
/// and several are asked for at once.
pub trait LogitsProcessor: fmt::Debug + Send + Sync {
    /// Changes the logits, one for each word. Negative infinity forbids one.
    fn process(&self, written: Written<'_>, logits: &mut [f32]);
}

/// The tokens that a next one is drawn for.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// All of them, those of the prompt first.
    pub tokens: &'a [u32],
    /// How many belong to the prompt.
    pub prompt: usize,
}

/// The processors of a request, in the order in which they are asked. Two lists are equal where they hold the same
/// processors, not merely the like.
#[derive(Debug, Clone, Default)]
pub struct Processors(pub Vec<Arc<dyn LogitsProcessor>>);

impl Processors {
    /// Whether there are none, which is all that an endpoint can do.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Asks each in turn.
    pub(crate) fn process(&self, written: Written<'_>, logits: &mut [f32]) {
        self.0.iter().for_each(|processor| processor.process(written, logits));
    }
}

impl PartialEq for Processors {
    fn eq(&self, other: &Self) -> bool {
        let same = |(own, other): (&Arc<_>, &Arc<_>)| Arc::ptr_eq(own, other);
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }
}
