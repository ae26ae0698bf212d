//! A layer's way back in three parts: behind attention, attention itself, before it. Owns that attention can so be computed once
//! more block by block, where no operation of our own does that.

use burn::module::AutodiffModule;
use burn::tensor::{Gradients, Tensor};

use super::backward::take_gradient;
use super::heads::{Heads, apart, joined, split};
use super::pass::Pass;
use super::{Block, Decoder, NoPast, Positions};

impl Decoder {
    /// From the gradient of what a layer gives to that of what it was given; both are outside of any graph.
    ///
    /// # Shapes
    /// - input, through, result: `[rows, columns, hidden]`
    pub(super) fn back_in_parts(
        &self,
        index: usize,
        input: &Tensor<3>,
        through: Tensor<3>,
        positions: &Positions,
        take: &mut dyn FnMut(Gradients),
    ) -> Tensor<3> {
        let (layer, window, mut past) = (&self.layers[index], self.windows[index], NoPast);
        let heads = {
            let own = layer.valid();
            let mut pass = Pass::new(input, positions, &mut past, &self.frequencies, &self.windows);
            own.self_attn.heads(own.input_layernorm.forward(input.clone()), &mut pass)
        };
        let (beside, seen) = behind(layer, input, joined(heads.attend(window)), through, take);
        let width = heads.0[0].dims()[3];
        let gradients = heads.backward(window, &apart(split(seen, width)));
        let leaf = Tensor::from_inner(input.clone()).require_grad();
        let mut pass = Pass::new(&leaf, positions, &mut past, &self.frequencies, &self.windows);
        let Heads(heads) = layer.self_attn.heads(layer.input_layernorm.forward(leaf.clone()), &mut pass);
        let parts =
            heads.into_iter().zip(gradients).map(|(heads, gradient)| (heads * Tensor::from_inner(gradient)).sum());
        let whole = parts.reduce(|sum, part| sum + part).expect("there are three");
        beside + take_gradient(&whole, &leaf, take)
    }
}

/// The gradients of a layer's input, as far as it goes past attention, and of what attention has seen.
fn behind(
    layer: &Block,
    input: &Tensor<3>,
    attended: Tensor<3>,
    through: Tensor<3>,
    take: &mut dyn FnMut(Gradients),
) -> (Tensor<3>, Tensor<3>) {
    let leaves = [input.clone(), attended].map(|own| Tensor::from_inner(own).require_grad());
    let [input, attended] = leaves.clone();
    let output = layer.behind_attention(input, attended);
    let mut gradients = (output * Tensor::from_inner(through)).sum().backward();
    let [beside, seen] = leaves.map(|leaf| leaf.grad_remove(&mut gradients).expect("both are used"));
    take(gradients);
    (beside, seen)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use serde_json::json;

    use super::*;
    use crate::checkpoint::language_model;
    use crate::config::Config;
    use crate::decoder::noise::noise;
    use crate::optimize::Gathered;
    use crate::weights::{Dtype, Placement};

    #[test]
    fn parts_give_what_a_whole_layer_gives() {
        let fields = json!({
            "model_type": "qwen2", "vocab_size": 40, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
            "num_attention_heads": 4, "num_key_value_heads": 2, "tie_word_embeddings": true, "initializer_range": 0.2,
        });
        let config = Config::from_json(fields.as_object().expect("it is one").clone()).expect("it is a model");
        let placement = Placement { device: Device::flex().autodiff(), dtype: Dtype::F32 };
        let model = language_model(&config, 3, &placement).expect("it is drawn");
        let mut random = fastrand::Rng::with_seed(0);
        let [input, through] = [(); 2].map(|()| noise([2, 300, 32], &mut random));
        let positions = Positions::beginning([300, 300]);
        let [mut whole, mut parts] = [Gathered::new(), Gathered::new()];
        let decoder = &model.model;
        let ours = decoder.back_in_parts(1, &input, through.clone(), &positions, &mut |own| parts.add(&model, own));
        let theirs = decoder.back_through(1, &input, through, &positions, &mut |own| whole.add(&model, own));
        let apart = (ours - theirs.clone()).abs().max().into_scalar::<f32>();
        assert!(apart < 1e-4 * theirs.abs().max().into_scalar::<f32>(), "{apart} apart");
        assert!((parts.norm() - whole.norm()).abs() < 1e-5 * whole.norm(), "{} and {}", parts.norm(), whole.norm());
    }
}
