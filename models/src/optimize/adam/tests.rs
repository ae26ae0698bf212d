//! The step in one pass, held against burn's own operations.

use burn::tensor::{DType, Device, Tensor, TensorData};
use rayon::ThreadPoolBuilder;

use super::composed;
use crate::fused::optimize::{Followed, Rates, follow};

/// More than one part, and less than two.
const COUNT: usize = 20_011;

const RATES: Rates = Rates { betas: [0.9, 0.999], kept: 0.998, step: 0.02, spread: [0.05, 1e-8], factor: 0.7 };

fn numbers(salt: usize, scale: f32) -> Vec<f32> {
    (0..COUNT)
        .map(|place| ((place * 7919 + salt * 104_729) % 2003) as f32 / 1001.0 - 1.0)
        .map(|own| own * scale)
        .collect()
}

fn tensor(numbers: Vec<f32>, dtype: DType) -> Tensor<1> {
    Tensor::from_data(TensorData::new(numbers, [COUNT]), (&Device::flex(), dtype))
}

/// A parameter after some steps, with moments that fit it.
fn begun(dtype: DType) -> Followed<1> {
    let single = |numbers| tensor(numbers, DType::F32);
    let exact = (dtype != DType::F32).then(|| single(numbers(1, 1.0)));
    let second = numbers(3, 0.1).into_iter().map(|number| number * number + 1e-4).collect();
    Followed { value: tensor(numbers(1, 1.0), dtype), exact, moments: [single(numbers(2, 0.1)), single(second)] }
}

fn read<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.to_data().iter::<f32>().collect()
}

fn parts(followed: &Followed<1>) -> Vec<Vec<f32>> {
    let [first, second] = &followed.moments;
    let exact = followed.exact.iter().map(read);
    [read(&followed.value), read(first), read(second)].into_iter().chain(exact).collect()
}

fn gradient() -> Tensor<1> {
    tensor(numbers(4, 0.3), DType::F32)
}

fn fused(dtype: DType) -> Followed<1> {
    follow(begun(dtype), &gradient(), RATES)
}

#[test]
fn one_pass_is_the_step_of_burns_own_operations() {
    // Where a number lies between two of a precision, either may be taken.
    for (dtype, rounding) in [(DType::F32, 1e-6), (DType::BF16, 1e-2), (DType::F16, 1e-3)] {
        let (ours, theirs) = (parts(&fused(dtype)), parts(&composed(begun(dtype), &gradient(), RATES)));
        assert_eq!(ours.len(), theirs.len());
        for (part, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            let within = if part == 0 { rounding } else { 1e-6 };
            let apart = ours.iter().zip(theirs).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
            assert!(apart <= within, "{dtype:?}, part {part}: {apart:e}");
        }
    }
}

#[test]
fn a_step_does_not_depend_on_the_number_of_threads() {
    let with = |threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool starts");
        pool.install(|| parts(&fused(DType::BF16)))
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn a_step_is_made_where_the_numbers_are_unless_others_refer_to_them() {
    let (before, place) = (begun(DType::F32), |followed: &Followed<1>| {
        followed.moments.clone().map(|tensor| {
            let memory = tensor.try_into_primitive::<burn::backend::Flex>().expect("it is on the processor");
            memory.bytes().as_ptr()
        })
    });
    let (own, kept) = (place(&before), before.value.clone());
    let after = follow(before, &gradient(), RATES);
    assert_eq!(place(&after), own);
    assert_eq!(read(&kept), numbers(1, 1.0));
    assert_ne!(read(&after.value), read(&kept));
}
