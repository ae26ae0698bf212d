//! Logistic regression without an intercept on differences of pairs, by Newton's method.
//!
//! Owns the objective, `sum log(1 + exp(-w.x)) + |w|^2 / 2`, and its minimum. Knows nothing of words.

/// A row of numbers of which most are zero: places and values.
pub(super) type Sparse = Vec<(usize, f64)>;

/// Where the gradient is as small as this the minimum is reached.
const TOLERANCE: f64 = 1e-9;

/// Newton's method doubles the right digits with each step; conjugate gradients end earlier than that on any data.
const STEPS: usize = 50;
const CONJUGATE_STEPS: usize = 500;

/// The weights at which the better side of the pairs is likeliest, one for each place below `size`.
pub(super) fn fit(differences: &[Sparse], size: usize) -> Vec<f64> {
    let mut weights = vec![0.0; size];
    for _ in 0..STEPS {
        let margins: Vec<f64> = differences.iter().map(|row| product(row, &weights)).collect();
        let gradient = gradient(differences, &margins, &weights);
        if norm(&gradient) <= TOLERANCE * (1.0 + differences.len() as f64).sqrt() {
            break;
        }
        let curvature: Vec<f64> = margins.iter().map(|margin| sigmoid(*margin) * sigmoid(-margin)).collect();
        let direction = newton_direction(differences, &curvature, &gradient);
        weights = descend(differences, &weights, &direction);
    }
    weights
}

fn gradient(differences: &[Sparse], margins: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut gradient = weights.to_vec();
    for (row, margin) in differences.iter().zip(margins) {
        let share = sigmoid(-margin);
        row.iter().for_each(|(place, value)| gradient[*place] -= share * value);
    }
    gradient
}

/// Minus the gradient times the inverse of the second derivative, by conjugate gradients.
fn newton_direction(differences: &[Sparse], curvature: &[f64], gradient: &[f64]) -> Vec<f64> {
    let mut direction = vec![0.0; gradient.len()];
    let mut residual: Vec<f64> = gradient.iter().map(|part| -part).collect();
    let mut search = residual.clone();
    let enough = (TOLERANCE * norm(gradient)).powi(2);
    let mut size = dot(&residual, &residual);
    for _ in 0..CONJUGATE_STEPS {
        if size <= enough {
            break;
        }
        let bent = second_derivative(differences, curvature, &search);
        let step = size / dot(&search, &bent);
        direction.iter_mut().zip(&search).for_each(|(part, along)| *part += step * along);
        residual.iter_mut().zip(&bent).for_each(|(part, along)| *part -= step * along);
        let next = dot(&residual, &residual);
        search.iter_mut().zip(&residual).for_each(|(part, left)| *part = left + next / size * *part);
        size = next;
    }
    direction
}

fn second_derivative(differences: &[Sparse], curvature: &[f64], vector: &[f64]) -> Vec<f64> {
    let mut bent = vector.to_vec();
    for (row, curvature) in differences.iter().zip(curvature) {
        let share = curvature * product(row, vector);
        row.iter().for_each(|(place, value)| bent[*place] += share * value);
    }
    bent
}

/// A step along the direction, halved until the objective is no greater.
fn descend(differences: &[Sparse], weights: &[f64], direction: &[f64]) -> Vec<f64> {
    let moved = |step: f64| -> Vec<f64> { weights.iter().zip(direction).map(|(w, along)| w + step * along).collect() };
    let before = objective(differences, weights);
    let halved = std::iter::successors(Some(1.0), |step: &f64| Some(step / 2.0)).take(40).map(moved);
    let mut lower = halved.filter(|moved| objective(differences, moved) <= before);
    lower.next().unwrap_or_else(|| weights.to_vec())
}

fn objective(differences: &[Sparse], weights: &[f64]) -> f64 {
    // log(1 + exp(-m)), which neither overflows nor cancels.
    let loss = |margin: f64| (-margin).max(0.0) + (-margin.abs()).exp().ln_1p();
    differences.iter().map(|row| loss(product(row, weights))).sum::<f64>() + dot(weights, weights) / 2.0
}

fn sigmoid(margin: f64) -> f64 {
    1.0 / (1.0 + (-margin).exp())
}

fn product(row: &Sparse, vector: &[f64]) -> f64 {
    row.iter().map(|(place, value)| value * vector[*place]).sum()
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn norm(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}
