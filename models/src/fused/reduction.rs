//! Many numbers made one. Owns the order, which is the same for every width of a register: sixteen chains, then their
//! results by halves.

const CHAINS: usize = 16;

/// The sum.
#[inline(always)]
pub fn sum(numbers: &[f32]) -> f32 {
    reduce(numbers, 0.0, |sum, number| sum + number, |one, other| one + other)
}

/// The sum of the squares.
#[inline(always)]
pub fn sum_of_squares(numbers: &[f32]) -> f32 {
    reduce(numbers, 0.0, |sum, number| number.mul_add(number, sum), |one, other| one + other)
}

/// The largest; `lowest` where there is none larger.
#[inline(always)]
pub fn maximum(numbers: &[f32], lowest: f32) -> f32 {
    let larger = |one: f32, other: f32| if one > other { one } else { other };
    reduce(numbers, lowest, larger, larger)
}

/// The sum of products.
#[inline(always)]
pub fn sum_of_products(ones: &[f32], others: &[f32]) -> f32 {
    let mut chains = [0.0; CHAINS];
    let ((ones, rest), (others, others_rest)) = (ones.as_chunks::<CHAINS>(), others.as_chunks::<CHAINS>());
    for (ones, others) in ones.iter().zip(others) {
        for (chain, (one, other)) in chains.iter_mut().zip(ones.iter().zip(others)) {
            *chain = one.mul_add(*other, *chain);
        }
    }
    for (chain, (one, other)) in chains.iter_mut().zip(rest.iter().zip(others_rest)) {
        *chain = one.mul_add(*other, *chain);
    }
    joined(chains, |one, other| one + other)
}

#[inline(always)]
fn reduce(numbers: &[f32], start: f32, step: impl Fn(f32, f32) -> f32, join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut chains = [start; CHAINS];
    let (whole, rest) = numbers.as_chunks::<CHAINS>();
    for numbers in whole {
        for (chain, number) in chains.iter_mut().zip(numbers) {
            *chain = step(*chain, *number);
        }
    }
    for (chain, number) in chains.iter_mut().zip(rest) {
        *chain = step(*chain, *number);
    }
    joined(chains, join)
}

#[inline(always)]
fn joined(mut chains: [f32; CHAINS], join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut half = CHAINS / 2;
    while half > 0 {
        let (left, right) = chains.split_at_mut(half);
        for (one, other) in left.iter_mut().zip(right) {
            *one = join(*one, *other);
        }
        half /= 2;
    }
    chains[0]
}
