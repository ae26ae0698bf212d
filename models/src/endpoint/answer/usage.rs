//! What an answer took. Owns how the server's sum is shared among its samples.

use super::shape::{PromptTokens, Used};
use crate::generate::{Completion, Usage};

/// The sum, as the server tells it.
pub(super) fn of(used: Used) -> Usage {
    let cached = match used.prompt_tokens_details {
        Some(PromptTokens { cached_tokens: Some(cached) }) => cached,
        _ => used.prompt_cache_hit_tokens.unwrap_or(0),
    };
    Usage { prompt: used.prompt_tokens, cached, completion: used.completion_tokens }
}

/// Shares the sum: the first sample has the prompt's tokens, and each its own. Where more than one was written and
/// their tokens were not told, these are estimated by the texts' lengths; their sum is exact.
pub(super) fn share(sum: Usage, completions: &mut [Completion]) {
    let told: Option<Vec<u64>> = completions.iter().map(tokens).collect();
    let lengths = match told {
        Some(told) if told.iter().sum::<u64>() == sum.completion => told,
        _ => completions.iter().map(|completion| completion.text.len() as u64 + 1).collect(),
    };
    let whole = u128::from(lengths.iter().sum::<u64>().max(1));
    let (mut before, mut given) = (0, 0);
    for (completion, length) in completions.iter_mut().zip(lengths) {
        before += u128::from(length);
        let until = u64::try_from(u128::from(sum.completion) * before / whole).unwrap_or(u64::MAX);
        completion.usage.completion = until - given;
        given = until;
    }
    if let Some(first) = completions.first_mut() {
        first.usage = Usage { completion: first.usage.completion, ..sum };
    }
}

/// How many tokens a sample has, where they were told.
fn tokens(completion: &Completion) -> Option<u64> {
    let told = completion.tokens.as_ref().map(Vec::len);
    told.or(completion.log_probabilities.as_ref().map(Vec::len)).map(|tokens| tokens as u64)
}
