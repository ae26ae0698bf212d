//! The repetition penalty. Owns which tokens have occurred.

/// The tokens of a prompt and of what has been written after it, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Occurred {
    sorted: Vec<u32>,
}

impl Occurred {
    /// The tokens of a text.
    pub fn of(tokens: &[u32]) -> Self {
        let mut sorted = tokens.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        Self { sorted }
    }

    /// One more token.
    pub fn add(&mut self, token: u32) {
        if let Err(place) = self.sorted.binary_search(&token) {
            self.sorted.insert(place, token);
        }
    }

    /// Makes what has occurred less likely, <https://arxiv.org/abs/1909.05858>.
    pub(super) fn penalise(&self, penalty: f32, scores: &mut [f32]) {
        for token in &self.sorted {
            let score = &mut scores[*token as usize];
            *score = if *score < 0.0 { *score * penalty } else { *score / penalty };
        }
    }
}
