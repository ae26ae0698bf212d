//! A loaded model can be trained: every parameter has a gradient, and padding has none of it.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor};
use models::checkpoint::Checkpoint;
use models::decoder::{NoPast, Positions};
use models::weights::{Dtype, Placement};

use crate::fixture::{batch, folder, numbers};

struct Norms<'a> {
    gradients: &'a Gradients,
    norms: Vec<Option<f32>>,
}

impl ModuleVisitor for Norms<'_> {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let gradient = parameter.val().grad(self.gradients);
        self.norms.push(gradient.map(|gradient| numbers(gradient).iter().map(|number| number * number).sum::<f32>()));
    }
}

#[test]
fn every_parameter_has_a_gradient() {
    for name in ["qwen2-bf16-shards", "qwen2-tied-f32", "qwen3-f16"] {
        let placement = Placement { device: Device::flex().autodiff(), dtype: Dtype::F32 };
        let checkpoint = Checkpoint::open(&folder("fixtures/checkpoints").join(name)).unwrap();
        let model = checkpoint.language_model(&placement).unwrap();
        let tokens = batch(&[vec![5, 9, 20, 31], vec![7, 8]], &placement.device);
        let logits = model.forward(tokens, &Positions::beginning([4, 2]), &mut NoPast);
        let gradients = logits.square().mean().backward();
        let mut norms = Norms { gradients: &gradients, norms: Vec::new() };
        model.visit(&mut norms);
        assert!(!norms.norms.is_empty());
        assert!(norms.norms.iter().all(|norm| norm.is_some_and(|norm| norm > 0.0)), "{name}: {:?}", norms.norms);
    }
}
