//! What is told of logits. Owns that where one word of them is asked for, or how likely one is, no others leave the device.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Int, Tensor, TensorData};

use crate::generate::{Piece, Wanted};

/// What is asked of a row of logits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Whole,
    Likeliest,
    /// How likely this word is.
    Likelihood(u32),
}

/// The numbers that pieces ask for, row by row.
///
/// # Shapes
/// - logits: `[wanted tokens, outputs]`
pub(super) fn told(logits: &Tensor<2>, pieces: &[Piece<'_>]) -> Vec<f32> {
    let asked: Vec<Asked> = pieces.iter().flat_map(of_piece).collect();
    let whole = rows(logits, &asked, |asked| asked == Asked::Whole).map_or_else(Vec::new, numbers);
    let width = logits.dims()[1];
    if whole.len() == asked.len() * width {
        return whole;
    }
    let best = rows(logits, &asked, |asked| asked == Asked::Likeliest).map_or_else(Vec::new, likeliest);
    let words: Vec<u32> = asked.iter().filter_map(|asked| asked.word()).collect();
    let likely = rows(logits, &asked, |asked| asked.word().is_some());
    let likely = likely.map_or_else(Vec::new, |logits| likelihoods(logits, &words));
    let (mut whole, mut best, mut likely) = (whole.into_iter(), best.into_iter(), likely.into_iter());
    let mut told = Vec::new();
    for asked in asked {
        match asked {
            Asked::Whole => told.extend(whole.by_ref().take(width)),
            Asked::Likeliest => told.extend(best.by_ref().take(1)),
            Asked::Likelihood(_) => told.extend(likely.by_ref().take(2)),
        }
    }
    told
}

impl Asked {
    fn word(self) -> Option<u32> {
        if let Self::Likelihood(word) = self { Some(word) } else { None }
    }
}

/// What a piece asks of each of its wanted tokens.
fn of_piece(piece: &Piece<'_>) -> Vec<Asked> {
    match piece.wanted {
        Wanted::Nothing => Vec::new(),
        Wanted::Last => vec![Asked::Whole],
        Wanted::Every => vec![Asked::Whole; piece.tokens.len()],
        Wanted::Likeliest => vec![Asked::Likeliest],
        Wanted::Likelihoods { next } => {
            piece.tokens[1..].iter().copied().chain([next]).map(Asked::Likelihood).collect()
        }
    }
}

/// The rows that something is asked of, if there are any.
fn rows(logits: &Tensor<2>, asked: &[Asked], which: impl Fn(Asked) -> bool) -> Option<Tensor<2>> {
    let rows = (0..).zip(asked).filter(|(_, asked)| which(**asked));
    let rows: Vec<i32> = rows.map(|(row, _)| row).collect();
    let count = rows.len();
    match count {
        0 => None,
        _ if count == asked.len() => Some(logits.clone()),
        _ => Some(logits.clone().select(0, Tensor::from_data(TensorData::new(rows, [count]), &logits.device()))),
    }
}

fn numbers(tensor: Tensor<2>) -> Vec<f32> {
    tensor.into_data().try_into_vec().expect("what a head gives is in single precision")
}

/// The number of each row's likeliest word, or no number where one of its logits is none.
fn likeliest(logits: Tensor<2>) -> Vec<f32> {
    let broken = logits.clone().is_nan().any_dim(1);
    let best = logits.argmax(1).mask_fill(broken, -1).into_data();
    best.iter::<i64>().map(|word| if word < 0 { f32::NAN } else { word as f32 }).collect()
}

/// For each row the logarithm of a word's probability, and the entropy.
fn likelihoods(logits: Tensor<2>, words: &[u32]) -> Vec<f32> {
    let words: Vec<i32> = words.iter().map(|word| *word as i32).collect();
    let words = TensorData::new(words, [logits.dims()[0], 1]);
    let words = Tensor::<2, Int>::from_data(words, &logits.device());
    let all = log_softmax(logits, 1);
    let entropies = (all.clone().exp() * all.clone()).sum_dim(1).neg();
    numbers(Tensor::cat(vec![all.gather(1, words), entropies], 1))
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn each_row_tells_what_is_asked_of_it() {
        let rows = [[0.0, 2.0, 2.0], [f32::NAN, 1.0, 0.0], [0.0, 0.0, 0.0], [3.0, 1.0, 2.0], [0.0, 7.0, 0.0]];
        let logits = Tensor::<2>::from_data(rows, &Device::flex());
        let piece = |tokens, wanted| Piece { tokens, start: 0, pages: &[], wanted };
        let likelihoods = Wanted::Likelihoods { next: 1 };
        let pieces = [
            piece(&[4, 4], Wanted::Likeliest),
            piece(&[4], Wanted::Likeliest),
            piece(&[9, 2], likelihoods),
            piece(&[9], Wanted::Nothing),
            piece(&[9], Wanted::Last),
        ];
        let told = told(&logits, &pieces);
        assert_eq!(told.len(), 1 + 1 + 2 * 2 + 3);
        assert_eq!(told[0], 1.0);
        assert!(told[1].is_nan());
        let third = 3.0_f32.ln();
        let total = (3.0_f64.exp() + 1.0_f64.exp() + 2.0_f64.exp()).ln();
        let entropy: f64 = [3.0, 1.0, 2.0].iter().map(|logit| (total - logit) * (logit - total).exp()).sum();
        let expected = [-third, third, (1.0 - total) as f32, entropy as f32];
        assert!(told[2..6].iter().zip(expected).all(|(ours, theirs)| (ours - theirs).abs() < 1e-6), "{told:?}");
        assert_eq!(told[6..], rows[4]);
    }
}
