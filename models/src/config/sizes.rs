//! How large a model is. Owns the count of its parameters.

use super::{Config, Head};

impl Config {
    /// The projections of a layer: the end of the name, and how many numbers go in and come out.
    pub fn projections(&self) -> [(&'static str, usize, usize); 7] {
        let (hidden, inside) = (self.hidden_size, self.intermediate_size);
        let (queries, shared) = (self.heads * self.head_dimension, self.key_value_heads * self.head_dimension);
        [
            ("self_attn.q_proj", hidden, queries),
            ("self_attn.k_proj", hidden, shared),
            ("self_attn.v_proj", hidden, shared),
            ("self_attn.o_proj", queries, hidden),
            ("mlp.gate_proj", hidden, inside),
            ("mlp.up_proj", hidden, inside),
            ("mlp.down_proj", inside, hidden),
        ]
    }

    /// How many layers there are.
    pub fn layers(&self) -> usize {
        self.windows.len()
    }

    /// How many parameters a layer has.
    pub fn layer_parameters(&self) -> usize {
        let weights: usize = self.projections().iter().map(|(_, input, output)| input * output).sum();
        let biases = self.projections().into_iter().zip(self.biased()).filter(|(_, biased)| *biased);
        let biases: usize = biases.map(|((_, _, output), _)| output).sum();
        let head_norms = if self.normalises_queries_and_keys() { 2 * self.head_dimension } else { 0 };
        weights + biases + head_norms + 2 * self.hidden_size
    }

    /// How many parameters the model has. A head that is the embedding counts once.
    pub fn parameters(&self) -> usize {
        let words = self.vocabulary_size * self.hidden_size;
        let head = match self.architecture.head {
            Head::Language if self.tied => 0,
            Head::Language => words,
            Head::Reward => self.hidden_size,
        };
        words + self.layers() * self.layer_parameters() + self.hidden_size + head
    }

    /// Which of the projections have a bias.
    fn biased(&self) -> [bool; 7] {
        let [own, output, mlp] = [self.biases.query_key_value, self.biases.output, self.biases.mlp];
        [own, own, own, output, mlp, mlp, mlp]
    }
}
