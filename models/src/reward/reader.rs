//! What a reward model reads. Owns the way from a prompt and an answer to tokens; knows no weights, so that training reads
//! as scoring does.

use chrono::NaiveDateTime;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::generate::GenerateError;
use crate::template::{Conversation, Ending, Templates};
use crate::tokenizer::Tokenizer;

/// What stands between a prompt and its answer where there is no chat template.
const BETWEEN: &str = "\n\n";

/// The tokenizer and the chat template of a reward model.
#[derive(Debug, Clone)]
pub struct Reader {
    tokenizer: Tokenizer,
    templates: Templates,
    /// What templates take for the present.
    now: NaiveDateTime,
    /// What ends a text that no template lays out.
    end: Option<u32>,
    /// What the model takes for padding.
    padding: Option<u32>,
    context: usize,
}

impl Reader {
    /// The reader of a checkpoint; templates take `now` for the present. Any checkpoint will do: a language model is read
    /// like the reward model that is about to be made of it.
    pub fn open(checkpoint: &Checkpoint, now: NaiveDateTime) -> Result<Self, CheckpointError> {
        let (tokenizer, templates) = (checkpoint.tokenizer()?, checkpoint.templates()?);
        let named = templates.special("eos_token").and_then(|text| tokenizer.id(text));
        let end = named.or_else(|| checkpoint.tokens().end.first().copied());
        let (padding, context) = (checkpoint.config().tokens.padding, checkpoint.config().positions);
        Ok(Self { tokenizer, templates, now, end, padding, context })
    }

    /// The same without a chat template, whatever the checkpoint has.
    #[must_use]
    pub fn without_template(self) -> Self {
        Self { templates: Templates::none(), ..self }
    }

    /// The tokens of a prompt and its answer: what the chat template makes of a user and an assistant who say them, and
    /// nothing more. Where there is no template, the prompt, a blank line, the answer, and the token that ends a text.
    ///
    /// The reference reads a score off the last token that is no padding. So tokens at the end that the model takes for
    /// padding are left out, even where they are what ends a text.
    pub fn tokens(&self, prompt: &str, answer: &str) -> Result<Vec<u32>, GenerateError> {
        let mut tokens = if self.has_template() {
            let conversation = Conversation::of([("user", prompt), ("assistant", answer)]);
            let template = self.templates.choose(&conversation)?;
            self.tokenizer.encode(&template.render(&conversation, Ending::Message, self.now)?.text)?.ids
        } else {
            let mut tokens = self.tokenizer.encode(&format!("{prompt}{BETWEEN}{answer}"))?.ids;
            tokens.extend(self.end);
            tokens
        };
        let last = tokens.iter().rposition(|token| Some(*token) != self.padding);
        tokens.truncate(last.map_or(tokens.len(), |last| last + 1));
        Ok(tokens)
    }

    /// The source of a chat template that lays a conversation out as [`tokens`](Self::tokens) does without one, so that
    /// whatever loads the model elsewhere reads the same.
    pub fn plain_template(&self) -> String {
        let end = self.end.and_then(|id| self.tokenizer.token(id)).unwrap_or_default();
        let literal = |text: &str| serde_json::Value::from(text).to_string();
        let (between, end) = (literal(BETWEEN), literal(&end));
        format!("{{{{ messages[0].content + {between} + messages[1].content + {end} }}}}")
    }

    /// Whether the checkpoint has a chat template.
    pub fn has_template(&self) -> bool {
        !self.templates.is_empty()
    }

    /// How many tokens the model was made for at most.
    pub fn context(&self) -> usize {
        self.context
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }
}
