//! An operation of our own in burn's graph. Owns the way between tensors and what burn records, on every device that is built
//! for, and that no gradient is computed which nobody asks for. Knows nothing of what is computed.

use std::fmt;
use std::sync::Arc;

#[cfg(feature = "cuda")]
use burn::backend::Cuda;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Autodiff, Backend, BackendTensor, DispatchKindConversion, DispatchTensor, DispatchTensorKind, Flex,
};
use burn::tensor::Tensor;

/// Floating-point numbers in any number of dimensions.
#[derive(Debug, Clone)]
pub(crate) struct Floats(DispatchTensor);

/// Whether a tensor is in a graph, asked for a gradient or not.
pub(crate) fn is_recorded<const D: usize>(tensor: &Tensor<D>) -> bool {
    Floats::from(tensor.clone()).are_recorded()
}

/// Which operands are asked for a gradient.
pub(crate) type Asked<const N: usize> = [bool; N];

impl<const D: usize> From<Tensor<D>> for Floats {
    fn from(tensor: Tensor<D>) -> Self {
        Self(tensor.into_dispatch())
    }
}

impl<const D: usize> From<Floats> for Tensor<D> {
    fn from(floats: Floats) -> Self {
        Self::from_dispatch(floats.0)
    }
}

impl From<FlexTensor> for Floats {
    fn from(memory: FlexTensor) -> Self {
        Self(DispatchTensor::from_backend(BackendTensor::<Flex>::Float(memory)))
    }
}

impl Floats {
    fn are_recorded(&self) -> bool {
        matches!(self.0.kind, DispatchTensorKind::Autodiff(_))
    }

    /// Whether they will be asked for a gradient.
    pub(crate) fn are_asked(&self) -> bool {
        let DispatchTensorKind::Autodiff(kind) = &self.0.kind else { return false };
        match &**kind {
            #[cfg(feature = "cuda")]
            DispatchTensorKind::Cuda(BackendTensor::Autodiff(tensor)) => tensor.is_tracked(),
            DispatchTensorKind::Flex(BackendTensor::Autodiff(tensor)) => tensor.is_tracked(),
            _ => false,
        }
    }

    /// As a device has them, which is the one that they are on.
    pub(crate) fn on<B: Backend>(self) -> FloatTensor<B>
    where
        DispatchTensor: DispatchKindConversion<B>,
    {
        DispatchTensor::try_into_backend(self.0).expect("an operation's tensors are on one device").float()
    }
}

/// The output of an operation, with its backward pass: from the gradient of the output to those of the operands. The output,
/// and whatever the backward pass keeps, are outside of any graph; so is the result where no operand is in one.
pub(crate) fn record<const N: usize>(
    operands: [Floats; N],
    output: Floats,
    backward: impl Fn(Floats, Asked<N>) -> [Option<Floats>; N] + Send + Sync + 'static,
) -> Floats {
    let recorded = operands.iter().filter(|operand| operand.are_recorded()).count();
    if recorded == 0 {
        return output;
    }
    assert_eq!(recorded, N, "the operands of one operation are all in a graph, or none is");
    Floats(match output.0.kind {
        #[cfg(feature = "cuda")]
        DispatchTensorKind::Cuda(_) => recorded_on::<Cuda, N>(operands, output, Arc::new(backward)),
        _ => recorded_on::<Flex, N>(operands, output, Arc::new(backward)),
    })
}

fn recorded_on<B: Backend, const N: usize>(
    operands: [Floats; N],
    output: Floats,
    backward: Arc<Function<N>>,
) -> DispatchTensor
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let nodes = operands.map(|operand| operand.on::<Autodiff<B>>().node);
    let prepared = Backward::<B, N>::prepare::<NoCheckpointing>(Recorded, nodes).compute_bound().stateful();
    let output = match prepared {
        OpsKind::Tracked(own) => own.finish(State(backward), output.on::<B>()),
        OpsKind::UnTracked(own) => own.finish(output.on::<B>()),
    };
    <DispatchTensor as DispatchKindConversion<Autodiff<B>>>::from_backend(BackendTensor::Float(output))
}

#[derive(Debug)]
struct Recorded;

type Function<const N: usize> = dyn Fn(Floats, Asked<N>) -> [Option<Floats>; N] + Send + Sync;

/// What the backward pass needs.
#[derive(Clone)]
struct State<const N: usize>(Arc<Function<N>>);

impl<const N: usize> fmt::Debug for State<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("State").finish_non_exhaustive()
    }
}

impl<B: Backend, const N: usize> Backward<B, N> for Recorded
where
    DispatchTensor: DispatchKindConversion<B>,
{
    type State = State<N>;

    fn backward(self, operation: Ops<State<N>, N>, gradients: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let gradient = BackendTensor::<B>::Float(gradients.consume::<B>(&operation.node));
        let (State(backward), asked) = (operation.state, operation.parents.each_ref().map(Option::is_some));
        let found = backward(Floats(DispatchTensor::from_backend(gradient)), asked);
        for (parent, found) in operation.parents.into_iter().zip(found) {
            if let (Some(parent), Some(found)) = (parent, found) {
                gradients.register::<B>(parent.id, found.on::<B>());
            }
        }
    }
}
