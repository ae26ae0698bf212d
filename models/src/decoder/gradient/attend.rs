//! Causal attention over whole texts, rotation included. Owns what is kept for its gradient: what it was given by head, so that
//! weights are computed again, <https://arxiv.org/abs/2205.14135>.

use std::sync::Arc;

use burn::tensor::{DType, Tensor};

use crate::decoder::Rotation;
use crate::decoder::blocks::Blocks;
use crate::decoder::heads::{Heads, apart, joined, split};
use crate::graph::{Floats, is_recorded, record};

/// `softmax(q · kᵀ / √width) · v` with queries and keys rotated to their positions.
///
/// # Shapes
/// - projections: `[rows, columns, heads · width]`, of queries, keys and values
/// - result: as the queries
pub(in crate::decoder) fn attend(
    projections: [Tensor<3>; 3],
    rotation: &Rotation,
    blocks: Arc<Blocks>,
    width: usize,
) -> Tensor<3> {
    if !is_recorded(&projections[0]) {
        return joined(Heads::rotated(projections, rotation, width).attend(&blocks));
    }
    let operands = projections.clone().map(Floats::from);
    let rotation = rotation.outside();
    let heads = Heads::rotated(projections.map(Tensor::no_grad), &rotation, width).in_one_piece();
    let attended = joined(heads.attend(&blocks));
    let output = attended.clone().into();
    let recorded = record(operands, output, move |gradient, _| {
        let [gradient, attended] = [gradient.into(), attended.clone()].map(|own: Tensor<3>| split(own, width));
        let inner = (gradient.clone().cast(DType::F32) * attended.cast(DType::F32)).sum_dim(3);
        let [gradient, inner] = [gradient, inner].map(apart);
        heads.backward(&blocks, &gradient, &inner).turned_back(&rotation).map(|own| Some(own.into()))
    });
    recorded.into()
}
