//! Models behind an OpenAI-compatible interface over HTTP. Owns what is sent, what is asked again, what is paid and
//! what is never paid twice; knows nothing of rows, of where a key is found and of where answers are kept.
//!
//! # What is sent
//!
//! A conversation goes to `POST {url}/chat/completions`, a text or tokens to `POST {url}/completions`:
//!
//! ```json
//! {"model": "Qwen/Qwen2.5-Coder-7B-Instruct",
//!  "messages": [{"role": "user", "content": "..."}],
//!  "max_tokens": 512, "stop": ["\n\n"], "logprobs": true,
//!  "temperature": 0.8, "top_p": 0.95,
//!  "n": 4, "seed": 1804289383}
//! ```
//!
//! - `messages` are the conversation's as they are; `prompt` stands in their place for a text (`"..."`) or for tokens
//!   (`[1, 2]`), and `logprobs` is then a number. What the conversation has besides is vLLM's `documents` and
//!   `chat_template_kwargs`; an open last message adds `"continue_final_message": true, "add_generation_prompt":
//!   false`. A conversation that has ended, or has tools, is refused.
//! - A text is made tokens of by the server, and most put the token before it that begins a text, if the model has one
//!   (vLLM: `extra: {add_special_tokens: false}`).
//! - `temperature` is always sent. `top_p`, and beyond the interface `top_k`, `min_p` and `repetition_penalty`, only
//!   where they do something, since not every server takes them. What is not sent is the server's choice: vLLM takes it
//!   from the checkpoint's `generation_config.json`, unless it is started with `--generation-config vllm`, or `extra`
//!   says otherwise.
//! - `extra` adds fields (`{top_k: 20}`, `{return_token_ids: true}`), and takes away with `null` those that a server
//!   refuses: `{seed: null}`, or `{max_tokens: null, max_completion_tokens: 4096}` for OpenAI's reasoning models.
//! - `seed` is made of the request's seed and the number of the first sample that is asked for, in 31 bits. Few servers
//!   promise anything by it; that a sample stays the same is the memo's doing.
//! - The samples that are not remembered are asked for together with `n`, so that the prompt is paid once. A server
//!   that gives fewer, or refuses `n`, is asked for each alone from then on; at temperature 0 every server is, since
//!   most refuse to draw several then.
//!
//! # What comes back
//!
//! Of `choices`: `message.content` or `text`, with reasoning that the server cut out put back in `<think>...</think>`;
//! why it ended (`finish_reason`, vLLM's `stop_reason`, SGLang's `matched_stop`); the natural logarithms of
//! probabilities (`logprobs.content[].logprob` or `logprobs.token_logprobs`); vLLM's `token_ids`. Of `usage`:
//! `prompt_tokens`, `completion_tokens` and `prompt_tokens_details.cached_tokens`. A text that ends a completion does
//! not stand in it, whatever the server thinks of that.
//!
//! # What is asked again
//!
//! - 429, 503, 529: after a pause for all, as long as `Retry-After` says in seconds or until a date, up to
//!   [`Patience::asked`]; where it says nothing, a drawn one.
//! - 408, 409, 425, other 5xx, a lost connection, no answer in time, an answer that cannot be read: after a drawn pause
//!   of its own, and for all where it happens twice without an answer to anyone in between.
//! - 401, 402, 403, 404, 405, 3xx, a spent quota, no probabilities though they were asked for: never, and nothing else is
//!   asked either ([`Fatal`]).
//! - Any other 4xx: never, with the server's words ([`Request`]).
//!
//! A pause is drawn between nothing and a bound that doubles from [`Patience::first`] to [`Patience::longest`]. After
//! [`Settings::retries`] pauses the request is [`Unavailable`]; where the server only has too much to do, those do not
//! count in which it answered others. Then too, half as many requests are under way as before, and slowly more again.
//! Nothing follows a redirection, the environment's proxies are not looked at, and the key stands in no message,
//! whatever a server echoes.
//!
//! # What it costs
//!
//! [`Price`] is of a million tokens, in any currency; [`Tally`] counts what was sent and bought. A [`Budget`] ends the
//! run before it is exceeded, as far as that can be known: no request begins that would exceed it at the average price
//! of those before, and none is given up that is under way. A prompt that is read for a request that fails is paid and
//! not counted, as no server tells it.
//!
//! # What is kept
//!
//! Every sample is put into the [`Memo`] when it arrives, under a digest of the model's name and revision, everything
//! that was asked, and the sample's number. The address, the key, prices and patience are no part of it, nor how many
//! samples or requests there are at once. A run that was killed loses what was under way; another asks for that alone.
//!
//! [`Fatal`]: crate::generate::GenerateError::Fatal
//! [`Request`]: crate::generate::GenerateError::Request
//! [`Unavailable`]: crate::generate::GenerateError::Unavailable

mod answer;
mod attempts;
mod body;
mod client;
mod error;
mod extra;
mod failure;
mod kept;
mod key;
mod ledger;
mod memo;
mod pause;
mod price;
mod question;
mod refusal;
mod retry_after;
mod settings;
mod slots;
#[cfg(test)]
mod tests;
mod transport;
mod words;

pub use client::Endpoint;
pub use error::EndpointError;
pub use key::Key;
pub use ledger::Tally;
pub use memo::{Memo, NoMemo};
pub use price::Price;
pub use settings::{Budget, Patience, Settings, Tell};
