//! An operation over slices. Owns the way between tensors on the processor and numbers.

use burn::backend::flex::FlexTensor;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::{DType, Tensor, TensorData};

use crate::graph::{self, Floats};

pub(crate) use crate::graph::Asked;

/// A tensor in single precision on the processor.
pub(crate) struct Operand {
    /// As it is, in a graph or not.
    own: Floats,
    memory: FlexTensor,
}

/// The numbers of an operand, for as long as they are needed.
#[derive(Clone)]
pub(crate) struct Numbers(FlexTensor);

impl Operand {
    /// The tensor, if it is one.
    pub(crate) fn of<const D: usize>(tensor: &Tensor<D>) -> Option<Self> {
        if tensor.dtype() != DType::F32 {
            return None;
        }
        let memory = tensor.clone().no_grad().try_into_primitive::<Flex>().ok()?;
        Some(Self { own: Floats::from(tensor.clone()), memory })
    }

    pub(crate) fn numbers(&self) -> Numbers {
        Numbers(self.memory.to_contiguous())
    }

    /// Whether it will be asked for a gradient.
    pub(crate) fn is_asked(&self) -> bool {
        self.own.are_asked()
    }
}

impl Numbers {
    pub(crate) fn slice(&self) -> &[f32] {
        self.0.as_slice().expect("operands are contiguous and in single precision")
    }
}

/// The output of an operation, with its backward pass: from the gradient of the output to those of the operands.
pub(crate) fn record<const N: usize, const D: usize>(
    operands: [Operand; N],
    output: Vec<f32>,
    shape: [usize; D],
    backward: impl Fn(&[f32], Asked<N>) -> [Option<Vec<f32>>; N] + Send + Sync + 'static,
) -> Tensor<D> {
    let shapes = operands.each_ref().map(|operand| operand.memory.shape().to_vec());
    let output = Floats::from(tensor(output, &shape));
    let recorded = graph::record(operands.map(|operand| operand.own), output, move |gradient, asked| {
        let gradient = Numbers(gradient.on::<Flex>().to_contiguous());
        let mut shapes = shapes.iter();
        backward(gradient.slice(), asked).map(|found| {
            let shape = shapes.next().expect("there is one for each operand");
            found.map(|found| Floats::from(tensor(found, shape)))
        })
    });
    recorded.into()
}

fn tensor(numbers: Vec<f32>, shape: &[usize]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(numbers, shape.to_vec()))
}
