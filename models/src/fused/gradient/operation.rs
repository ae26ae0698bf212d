//! An operation of our own in burn's graph. Owns the way between tensors and slices, and that no gradient is computed
//! which nobody asks for.

use std::fmt;
use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Flex, TensorMetadata};
use burn::tensor::{DType, Tensor, TensorData};

/// A tensor in single precision on the processor.
pub(crate) enum Operand {
    /// Outside of any graph.
    Plain(FlexTensor),
    /// In a graph, whether or not it is asked for a gradient.
    Recorded(FloatTensor<Autodiff<Flex>>),
}

/// The numbers of an operand, for as long as they are needed.
#[derive(Clone)]
pub(crate) struct Numbers(FlexTensor);

/// Which operands are asked for a gradient.
pub(crate) type Asked<const N: usize> = [bool; N];

impl Operand {
    /// The tensor, if it is one.
    pub(crate) fn of<const D: usize>(tensor: &Tensor<D>) -> Option<Self> {
        if tensor.dtype() != DType::F32 {
            return None;
        }
        let recorded = tensor.clone().try_into_primitive::<Autodiff<Flex>>().map(Self::Recorded);
        recorded.or_else(|_| tensor.clone().try_into_primitive::<Flex>().map(Self::Plain)).ok()
    }

    pub(crate) fn numbers(&self) -> Numbers {
        Numbers(self.tensor().to_contiguous())
    }

    /// Whether it will be asked for a gradient.
    pub(crate) fn is_asked(&self) -> bool {
        matches!(self, Self::Recorded(tensor) if !tensor.node.requirement.is_none())
    }

    fn tensor(&self) -> &FlexTensor {
        match self {
            Self::Plain(tensor) => tensor,
            Self::Recorded(tensor) => &tensor.primitive,
        }
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
    let shapes = operands.each_ref().map(|operand| operand.tensor().shape().to_vec());
    let output = tensor(output, &shape);
    let recorded: Vec<_> = operands
        .into_iter()
        .filter_map(|operand| if let Operand::Recorded(tensor) = operand { Some(tensor.node) } else { None })
        .collect();
    if recorded.is_empty() {
        return Tensor::from_primitive::<Flex>(output);
    }
    let nodes = <[_; N]>::try_from(recorded).expect("the operands of one operation are all in a graph, or none is");
    let prepared = Recorded.prepare::<NoCheckpointing>(nodes).compute_bound().stateful();
    Tensor::from_primitive::<Autodiff<Flex>>(match prepared {
        OpsKind::Tracked(own) => own.finish(State { backward: Arc::new(backward), shapes }, output),
        OpsKind::UnTracked(own) => own.finish(output),
    })
}

fn tensor(numbers: Vec<f32>, shape: &[usize]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(numbers, shape.to_vec()))
}

#[derive(Debug)]
struct Recorded;

type Function<const N: usize> = dyn Fn(&[f32], Asked<N>) -> [Option<Vec<f32>>; N] + Send + Sync;

/// What the backward pass needs.
#[derive(Clone)]
struct State<const N: usize> {
    backward: Arc<Function<N>>,
    shapes: [Vec<usize>; N],
}

impl<const N: usize> fmt::Debug for State<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("State").field("shapes", &self.shapes).finish_non_exhaustive()
    }
}

impl<const N: usize> Backward<Flex, N> for Recorded {
    type State = State<N>;

    fn backward(self, operation: Ops<State<N>, N>, gradients: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let gradient = Numbers(gradients.consume::<Flex>(&operation.node).to_contiguous());
        let State { backward, shapes } = operation.state;
        let found = backward(gradient.slice(), operation.parents.each_ref().map(Option::is_some));
        for ((parent, found), shape) in operation.parents.into_iter().zip(found).zip(&shapes) {
            if let (Some(parent), Some(found)) = (parent, found) {
                gradients.register::<Flex>(parent.id, tensor(found, shape));
            }
        }
    }
}
