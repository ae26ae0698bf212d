//! The scorer. Owns the question to the model's thread, and what is too long to be asked.

use super::Reader;
use crate::generate::batch::{Answer, Counters, Job, Limits, Task};
use crate::generate::{GenerateError, ModelThread, Runner};

pub use crate::generate::batch::Judged;

/// A reward model that runs in a thread of its own and judges any number of texts at once. Dropping it ends the thread and
/// frees the model.
///
/// A text is judged the same whatever else is asked at the time: on the processor to the bit. What several texts begin
/// with, as the answers to one prompt do, is read once.
#[derive(Debug)]
pub struct Scorer {
    reader: Reader,
    thread: ModelThread,
}

impl Scorer {
    /// Starts the thread. The runner has as many pages as the limits say, and a head with one number.
    pub fn start(runner: impl Runner + 'static, limits: Limits, reader: Reader) -> Result<Self, GenerateError> {
        assert_eq!(runner.outputs(), 1, "a reward model has a head with one number");
        Ok(Self { reader, thread: ModelThread::start(runner, limits)? })
    }

    /// What an answer to a prompt is worth.
    ///
    /// # Errors
    /// As [`judge`](Self::judge), and where the template refuses the conversation.
    pub async fn score(&self, prompt: &str, answer: &str) -> Result<Judged, GenerateError> {
        self.judge(self.reader.tokens(prompt, answer)?).await
    }

    /// What a text is worth.
    ///
    /// # Errors
    /// Where it is longer than the model's context, or the model is broken.
    pub async fn judge(&self, tokens: Vec<u32>) -> Result<Judged, GenerateError> {
        let (length, context) = (tokens.len(), self.reader.context());
        if length > context {
            return Err(GenerateError::Request(format!(
                "a text of {length} tokens is longer than the reward model's context of {context}; shorten it"
            )));
        }
        let job = Job { prompt: tokens, task: Task::Judge };
        let Answer::Judged(judged) = self.thread.ask(job).await? else { unreachable!("what was asked for is judged") };
        Ok(judged)
    }

    /// What it reads.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// What has been done so far.
    pub fn counters(&self) -> Counters {
        self.thread.counters()
    }
}
