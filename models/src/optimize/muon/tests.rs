//! Directions, held against burn's own operations and against what they are for.

use burn::tensor::{Device, Tensor, TensorData};
use rayon::ThreadPoolBuilder;

use super::{composed, directions};

const SHAPES: [[usize; 2]; 4] = [[24, 24], [10, 37], [37, 10], [1, 5]];

fn matrix([rows, columns]: [usize; 2]) -> (Tensor<1>, [usize; 2]) {
    let number = |place: usize| ((place * 7919 + 13 * place * place) % 2003) as f32 / 1001.0 - 1.0;
    let numbers: Vec<f32> = (0..rows * columns).map(number).collect();
    (Tensor::from_data(TensorData::new(numbers, [rows * columns]), &Device::flex()), [rows, columns])
}

fn all() -> Vec<(Tensor<1>, [usize; 2])> {
    SHAPES.map(matrix).to_vec()
}

fn read(tensor: &Tensor<1>) -> Vec<f32> {
    tensor.to_data().iter::<f32>().collect()
}

#[test]
fn products_in_slices_are_those_of_burns_own_operations() {
    for ((numbers, shape), ours) in all().into_iter().zip(directions(all())) {
        let (ours, theirs) = (read(&ours), read(&composed(numbers, shape)));
        let apart = ours.iter().zip(&theirs).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-4, "{shape:?}: {apart:e}");
    }
}

#[test]
fn no_side_of_a_matrix_outweighs_another_in_its_direction() {
    // Of orthogonal rows or columns the squares of all numbers add up to as many as there are; these are roughly so.
    for (direction, [rows, columns]) in directions(all()).iter().zip(SHAPES) {
        let squares: f32 = read(direction).iter().map(|number| number * number).sum();
        let mean = squares / rows.min(columns) as f32;
        assert!((0.45..1.45).contains(&mean), "{rows} x {columns}: {mean}");
    }
}

#[test]
fn a_direction_does_not_depend_on_the_number_of_threads() {
    let with = |threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool starts");
        pool.install(|| directions(all()).iter().map(read).collect::<Vec<_>>())
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn a_matrix_of_zeros_has_no_direction() {
    let zeros = Tensor::<1>::zeros([12], &Device::flex());
    assert_eq!(read(&directions(vec![(zeros, [3, 4])])[0]), [0.0; 12]);
}
