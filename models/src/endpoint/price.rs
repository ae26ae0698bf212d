//! What tokens cost. Owns the sum; knows no currency.

use crate::generate::Usage;

/// The prices of a million tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// Of a prompt.
    pub prompt: f64,
    /// Of the part of a prompt that the server had read before; nothing where it costs as much as the rest.
    pub cached: Option<f64>,
    /// Of an answer.
    pub completion: f64,
}

impl Price {
    /// What so many tokens cost.
    #[must_use]
    pub fn of(&self, usage: &Usage) -> f64 {
        let fresh = usage.prompt.saturating_sub(usage.cached) as f64 * self.prompt;
        let cached = usage.cached as f64 * self.cached.unwrap_or(self.prompt);
        (fresh + cached + usage.completion as f64 * self.completion) / 1e6
    }

    pub(super) fn fields(&self) -> [(&'static str, f64); 3] {
        let cached = self.cached.unwrap_or(self.prompt);
        [("price.prompt", self.prompt), ("price.cached", cached), ("price.completion", self.completion)]
    }
}
