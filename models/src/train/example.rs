//! What a text teaches. Owns which of its tokens are learned.

/// A text's tokens, and which of them are learned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Example {
    /// The tokens.
    pub tokens: Vec<u32>,
    /// For each token, whether it is learned. The first never is: nothing comes before it.
    pub learned: Vec<bool>,
}

impl Example {
    /// A prompt, and what is learned to come after it.
    pub fn completion(prompt: &[u32], completion: &[u32]) -> Self {
        let learned = |index| index >= prompt.len();
        let tokens = [prompt, completion].concat();
        Self { learned: (0..tokens.len()).map(learned).collect(), tokens }
    }

    /// A prompt, and tokens behind it with whether each is learned.
    pub fn partly(prompt: &[u32], completion: impl IntoIterator<Item = (u32, bool)>) -> Self {
        let prompt = prompt.iter().map(|token| (*token, false));
        let (tokens, learned) = prompt.chain(completion).unzip();
        Self { tokens, learned }
    }

    /// The places of tokens that are learned.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        self.learned.iter().enumerate().skip(1).filter(|(_, learned)| **learned).map(|(place, _)| place)
    }

    /// How many tokens are learned.
    pub fn count(&self) -> usize {
        self.places().count()
    }

    /// The first tokens, so many at most.
    #[must_use]
    pub fn cut(mut self, most: usize) -> Self {
        self.tokens.truncate(most);
        self.learned.truncate(most);
        self
    }
}
