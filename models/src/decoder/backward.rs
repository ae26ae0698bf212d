//! From a loss back to every parameter. Owns what of a forward pass is kept for it, and what is computed once more.

use burn::module::AutodiffModule;
use burn::tensor::{Gradients, Int, Tensor};

use super::pass::Pass;
use super::{Decoder, NoPast, Positions};

/// What is kept of a forward pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kept {
    /// Whatever the backward pass needs.
    #[default]
    Everything,
    /// The hidden states between layers: a layer is computed once more when its turn comes, which takes a third longer
    /// and the memory of one layer in place of all (<https://arxiv.org/abs/1604.06174>). The gradients are the
    /// same: on the processor and in single precision to the bit, otherwise but for rounding.
    BetweenLayers,
}

impl Decoder {
    /// The gradients of a loss over the last hidden states, in as many pieces as they are found in; each piece has those
    /// of some parameters, and a parameter that is used twice has its gradient in two. Gives the loss.
    ///
    /// # Shapes
    /// - tokens: `[batch rows, batch columns]`
    /// - of the loss: from `[batch rows, batch columns, hidden]` to `[1]`
    pub fn backward(
        &self,
        tokens: Tensor<2, Int>,
        positions: &Positions,
        kept: Kept,
        loss: impl FnOnce(Tensor<3>) -> Tensor<1>,
        take: &mut dyn FnMut(Gradients),
    ) -> Tensor<1> {
        // The embedding by itself in either case: where it is the head too, its two gradients are then added alike.
        let embedded = self.valid().embed_tokens.forward(tokens.clone().inner());
        let (loss, through) = match kept {
            Kept::Everything => {
                let leaf = Tensor::from_inner(embedded).require_grad();
                let loss = loss(self.forward_embedded(leaf.clone(), positions, &mut NoPast));
                let through = take_gradient(&loss, &leaf, take);
                (loss, through)
            }
            Kept::BetweenLayers => self.layer_by_layer(embedded, positions, loss, take),
        };
        take((self.embed_tokens.forward(tokens) * Tensor::from_inner(through)).sum().backward());
        loss.inner()
    }

    /// The loss, and the gradient of the embedded tokens.
    fn layer_by_layer(
        &self,
        embedded: Tensor<3>,
        positions: &Positions,
        loss: impl FnOnce(Tensor<3>) -> Tensor<1>,
        take: &mut dyn FnMut(Gradients),
    ) -> (Tensor<1>, Tensor<3>) {
        let between = self.between_layers(embedded, positions);
        let [before @ .., last] = between.as_slice() else { unreachable!("embedded tokens are always there") };
        let leaf = Tensor::from_inner(last.clone()).require_grad();
        let loss = loss(self.norm.forward(leaf.clone()));
        let mut through = take_gradient(&loss, &leaf, take);
        for (index, input) in before.iter().enumerate().rev() {
            through = self.back_through(index, input, through, positions, take);
        }
        (loss, through)
    }

    /// From the gradient of what a layer gives to that of what it was given.
    fn back_through(
        &self,
        index: usize,
        input: &Tensor<3>,
        through: Tensor<3>,
        positions: &Positions,
        take: &mut dyn FnMut(Gradients),
    ) -> Tensor<3> {
        let leaf = Tensor::from_inner(input.clone()).require_grad();
        let mut past = NoPast;
        let mut pass = Pass::new(&leaf, positions, &mut past, &self.frequencies, &self.windows);
        let output = self.layers[index].forward(leaf.clone(), &mut pass, index);
        take_gradient(&(output * Tensor::from_inner(through)).sum(), &leaf, take)
    }

    /// What goes into each layer and comes out of the last, outside of any graph.
    fn between_layers(&self, embedded: Tensor<3>, positions: &Positions) -> Vec<Tensor<3>> {
        let own = self.valid();
        let mut between = vec![embedded];
        let mut past = NoPast;
        let mut pass = Pass::new(&between[0], positions, &mut past, &own.frequencies, &own.windows);
        for (index, layer) in own.layers.iter().enumerate() {
            between.push(layer.forward(between[index].clone(), &mut pass, index));
        }
        between
    }
}

/// Goes back from a number to a leaf, whose gradient is given.
fn take_gradient(number: &Tensor<1>, leaf: &Tensor<3>, take: &mut dyn FnMut(Gradients)) -> Tensor<3> {
    let mut gradients = number.backward();
    let through = leaf.grad_remove(&mut gradients).expect("the leaf is asked for its gradient, and is used");
    take(gradients);
    through
}
