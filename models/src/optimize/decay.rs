//! Which parameters are drawn towards zero.

/// Which parameters weight decay applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decay {
    /// All of them, as torch and verl do.
    Everything,
    /// All but norms and biases, as the trainers of transformers and TRL do.
    Matrices,
}

impl Decay {
    /// Whether it applies to a parameter of this name.
    pub fn applies_to(self, name: &str) -> bool {
        let mut steps = name.rsplit('.');
        let (last, owner) = (steps.next().unwrap_or_default(), steps.next().unwrap_or_default());
        self == Self::Everything || !(last == "bias" || owner.ends_with("norm"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norms_and_biases_are_left_alone_where_only_matrices_decay() {
        let decays = |name| Decay::Matrices.applies_to(name);
        assert!(decays("model.layers.0.self_attn.q_proj.weight") && decays("model.embed_tokens.weight"));
        assert!(!decays("model.layers.0.self_attn.q_proj.bias"));
        assert!(!decays("model.norm.weight") && !decays("model.layers.1.self_attn.k_norm.weight"));
        assert!(Decay::Everything.applies_to("model.norm.weight"));
    }
}
