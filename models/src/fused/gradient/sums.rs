//! Sums of rows. Owns that a loss is the same number on every processor: burn's own sums have as many chains as its registers
//! have lanes.

use std::iter::repeat_n;

use burn::tensor::Tensor;

use super::operation::{Operand, record};
use crate::fused::reduction::sum;

/// The sum of each row; by burn's own operation where the tensor is elsewhere or in another precision.
///
/// # Shapes
/// - numbers: `[rows, columns]`
/// - result: `[rows]`
pub(crate) fn row_sums(numbers: Tensor<2>) -> Tensor<1> {
    let [rows, columns] = numbers.dims();
    let Some(operand) = Operand::of(&numbers) else { return numbers.sum_dim(1).squeeze_dim(1) };
    let slice = operand.numbers();
    let sums = (0..rows).map(|row| sum(&slice.slice()[row * columns..][..columns])).collect();
    record([operand], sums, [rows], move |gradient, _| {
        [Some(gradient.iter().flat_map(|own| repeat_n(*own, columns)).collect())]
    })
}

/// The sum of all.
///
/// # Shapes
/// - numbers: `[rows]`
/// - result: `[1]`
pub(crate) fn total(numbers: Tensor<1>) -> Tensor<1> {
    row_sums(numbers.unsqueeze())
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn sums_are_burns_but_for_rounding_and_so_are_their_gradients() {
        let (rows, columns) = (3, 1_037);
        let numbers = (0..rows * columns).map(|place| (place * 7919 % 2003) as f32 / 1001.0 - 1.0).collect();
        let device = Device::flex().autodiff();
        let whole: Tensor<2> = Tensor::from_data(TensorData::new(numbers, [rows, columns]), &device).require_grad();
        let [ours, theirs] = [row_sums(whole.clone()), whole.clone().sum_dim(1).squeeze_dim(1)];
        let apart = (ours.clone() - theirs).abs().max().into_scalar::<f32>();
        assert!(apart < 1e-3, "{apart}");
        let weights: Tensor<1> = Tensor::from_floats([1.0, -2.0, 0.5], &device);
        let gradients = (ours * weights).sum().backward();
        let found: Vec<f32> = whole.grad(&gradients).expect("it is asked for").into_data().iter::<f32>().collect();
        let expected: Vec<f32> = [1.0, -2.0, 0.5].into_iter().flat_map(|own| repeat_n(own, columns)).collect();
        assert_eq!(found, expected);
    }
}
