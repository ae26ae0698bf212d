//! The memory of a tensor on the processor, to be written in place. Owns the question whose it is: what others refer to is
//! copied first.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::{DType, Element, Tensor};
use bytemuck::Pod;

/// A tensor's memory.
pub(crate) struct Flat(FlexTensor);

impl Flat {
    /// Whether a tensor is on the processor and outside of any graph.
    pub(crate) fn is_here<const D: usize>(tensor: &Tensor<D>) -> bool {
        tensor.clone().try_into_primitive::<Flex>().is_ok()
    }

    /// Takes the memory of a tensor that is.
    pub(crate) fn take<const D: usize>(tensor: Tensor<D>) -> Self {
        let memory = tensor.try_into_primitive::<Flex>().expect("the tensor is on the processor");
        Self(memory.to_contiguous())
    }

    /// The tensor again.
    pub(crate) fn tensor<const D: usize>(self) -> Tensor<D> {
        Tensor::from_primitive::<Flex>(self.0)
    }

    pub(crate) fn dtype(&self) -> DType {
        self.0.dtype()
    }

    pub(crate) fn numbers(&self) -> &[f32] {
        self.0.storage()
    }

    /// Numbers of the precision that the tensor has.
    pub(crate) fn numbers_mut<N: Element + Pod>(&mut self) -> &mut [N] {
        self.0.storage_mut()
    }
}
