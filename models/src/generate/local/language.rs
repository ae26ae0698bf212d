//! What a model's tokens mean. Owns the way from a prompt to tokens and from tokens to a completion; knows nothing of
//! when and where they are computed.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDateTime;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::generate::batch::{Draft, Ended, Job, Task, Writing};
use crate::generate::{Completion, Continuation, Cut, Finish, GenerateError, Passage, Prompt, Request, StopTexts};
use crate::template::Templates;
use crate::tokenizer::Tokenizer;

/// How a model is spoken to.
#[derive(Debug, Clone)]
pub struct Language {
    tokenizer: Tokenizer,
    templates: Templates,
    /// What templates take for the present.
    now: NaiveDateTime,
    end: Vec<u32>,
    context: usize,
    /// Tokens that have no text.
    silent: Arc<BTreeSet<u32>>,
}

impl Language {
    /// The language of a checkpoint; templates take `now` for the present.
    pub fn open(checkpoint: &Checkpoint, now: NaiveDateTime) -> Result<Self, CheckpointError> {
        let (tokenizer, templates) = (checkpoint.tokenizer()?, checkpoint.templates()?);
        let context = checkpoint.config().positions;
        Ok(Self::new(tokenizer, templates, now, checkpoint.tokens().end.clone(), context))
    }

    /// The language of a model whose texts end with one of `end`, and have `context` tokens at most.
    pub fn new(tokenizer: Tokenizer, templates: Templates, now: NaiveDateTime, end: Vec<u32>, context: usize) -> Self {
        let silent = Arc::new(tokenizer.special());
        Self { tokenizer, templates, now, end, context, silent }
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// What a request asks of a batch, and what may cut its completions.
    pub(super) fn writing(&self, request: &Request) -> Result<(Job, Option<StopTexts>), GenerateError> {
        request.sampling.check()?;
        if request.max_tokens == Some(0) {
            return Err(GenerateError::Request("`max_tokens` is 0; ask for at least one token".to_owned()));
        }
        let prompt = self.encode(&request.prompt)?;
        if prompt.len() >= self.context {
            return Err(self.too_long("a prompt", prompt.len()));
        }
        let stop = StopTexts::new(&self.tokenizer, &self.silent, &request.stop)?;
        let writing = Writing {
            samples: request.samples.clone(),
            seed: request.seed,
            sampling: request.sampling.clone(),
            processors: request.processors.clone(),
            watch: request.watch.clone(),
            end: self.end.clone(),
            stop: stop.clone(),
            longest: request
                .max_tokens
                .map_or(self.context, |most| self.context.min(prompt.len().saturating_add(most))),
            log_probabilities: request.log_probabilities,
        };
        Ok((Job { prompt, task: Task::Write(writing) }, stop))
    }

    /// What scoring asks of a batch, and the tokens that are scored.
    pub(super) fn scoring(&self, passage: &Passage) -> Result<(Job, Vec<u32>), GenerateError> {
        let prompt = self.encode(&passage.prompt)?;
        let continuation = match &passage.continuation {
            Continuation::Text(text) => self.tokenizer.encode(text)?.ids,
            Continuation::Tokens(tokens) => tokens.clone(),
        };
        let tokens = prompt.len() + continuation.len();
        if tokens > self.context {
            return Err(self.too_long("a text", tokens));
        }
        Ok((Job { prompt, task: Task::Score(continuation.clone()) }, continuation))
    }

    /// The completion that a batch has written.
    pub(super) fn completion(&self, draft: Draft, stop: Option<&StopTexts>) -> Result<Completion, GenerateError> {
        let Draft { mut tokens, mut log_probabilities, ended, usage } = draft;
        let cut = if ended == Ended::Stop { stop.map(|stop| stop.cut(&tokens)).transpose()?.flatten() } else { None };
        let (text, finish) = match (cut, ended) {
            (Some(Cut { text, tokens: kept, stop }), _) => {
                tokens.truncate(kept);
                log_probabilities.iter_mut().for_each(|own| own.truncate(kept));
                (text, Finish::Stop(Some(stop)))
            }
            (None, Ended::End) => (self.tokenizer.decode(&tokens[..tokens.len() - 1])?, Finish::End),
            (None, Ended::Stop | Ended::Length) => (self.tokenizer.decode(&tokens)?, Finish::Length),
        };
        Ok(Completion { text, tokens: Some(tokens), log_probabilities, finish, usage })
    }

    fn encode(&self, prompt: &Prompt) -> Result<Vec<u32>, GenerateError> {
        Ok(match prompt {
            Prompt::Tokens(tokens) => tokens.clone(),
            Prompt::Text(text) => self.tokenizer.encode(text)?.ids,
            Prompt::Chat(conversation, ending) => {
                let template = self.templates.choose(conversation)?;
                self.tokenizer.encode(&template.render(conversation, *ending, self.now)?.text)?.ids
            }
        })
    }

    fn too_long(&self, what: &str, tokens: usize) -> GenerateError {
        let context = self.context;
        GenerateError::Request(format!(
            "{what} of {tokens} tokens leaves no room in the model's context of {context}; shorten it"
        ))
    }
}
