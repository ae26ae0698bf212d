//! Completions told while they are written. Owns the way from tokens, as they are drawn, to pieces of text.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::LocalGenerator;
use super::growing::Growing;
use crate::generate::{Completion, GenerateError, Generator, Request, Watch, Watcher};
use crate::tokenizer::Tokenizer;

/// A piece of a completion's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// The sample's number.
    pub sample: u64,
    /// What comes after what was told before; never empty.
    pub text: String,
}

impl LocalGenerator {
    /// As [`Generator::generate`], and tells every completion's text piece by piece: together the pieces are the text.
    ///
    /// # Errors
    /// As there.
    pub async fn stream(
        &self,
        request: Request,
        tell: impl Fn(Delta) + Send + Sync + 'static,
    ) -> Result<Vec<Completion>, GenerateError> {
        let samples = request.samples.clone();
        let teller = Arc::new(Teller {
            tokenizer: self.language().tokenizer().clone(),
            growing: Mutex::new(samples.clone().map(|sample| (sample, Growing::new(&request.stop))).collect()),
            tell,
        });
        let request = Request { watch: Watch(Some(teller.clone())), ..request };
        let completions = self.generate(request).await?;
        for (sample, completion) in samples.zip(&completions) {
            teller.finish(sample, &completion.text);
        }
        Ok(completions)
    }
}

struct Teller<F> {
    tokenizer: Tokenizer,
    growing: Mutex<BTreeMap<u64, Growing>>,
    tell: F,
}

impl<F: Fn(Delta)> Teller<F> {
    /// Tells what was held back, and what could not be decoded on the way.
    fn finish(&self, sample: u64, text: &str) {
        let growing = self.growing.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = growing.get(&sample).map_or(text, |growing| growing.rest(text));
        self.piece(sample, rest.to_owned());
    }

    fn piece(&self, sample: u64, text: String) {
        if !text.is_empty() {
            (self.tell)(Delta { sample, text });
        }
    }
}

impl<F: Fn(Delta) + Send + Sync> Watcher for Teller<F> {
    fn drawn(&self, sample: u64, token: u32) {
        let mut growing = self.growing.lock().unwrap_or_else(PoisonError::into_inner);
        // What cannot be decoded now is told, or refused, with the whole text.
        let new = growing.get_mut(&sample).and_then(|growing| growing.push(token, &self.tokenizer).ok());
        drop(growing);
        self.piece(sample, new.unwrap_or_default());
    }
}

impl<F> fmt::Debug for Teller<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Teller").finish_non_exhaustive()
    }
}
