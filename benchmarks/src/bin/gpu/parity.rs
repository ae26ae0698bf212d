//! Whether a card computes what the processor computes. Owns what is compared: a pass over whole texts, the same through pages
//! and in half precision, what is told of logits, rewards, and the gradients of a loss.

use std::error::Error;

use burn::tensor::{Device, Gradients, Tensor};
use models::decoder::{Kept, NoPast, Positions};
use models::device::DeviceName;
use models::generate::pages::Copied;
use models::generate::{Page, Piece, Runner, Wanted};
use models::weights::{Dtype, Placement};

use crate::prefill::tokens;
use crate::shape::Shape;

const ROWS: usize = 3;
const COLUMNS: usize = 40;

/// What is computed on a device, all in a row.
type Numbers = Result<Vec<f32>, Box<dyn Error>>;

/// What is compared by its name: what the card computes, and what the processor.
type Check = (&'static str, fn(&Device) -> Numbers, fn(&Device) -> Numbers);

const CHECKS: [Check; 6] = [
    ("logits", single, single),
    ("logits through pages", paged, paged),
    ("likelihoods", likelihoods, likelihoods),
    ("rewards", rewards, rewards),
    ("gradients", gradients, gradients),
    ("logits in bf16", |card| whole(card, Dtype::Bf16), single),
];

/// How far card and processor are apart, one by one: the furthest of all numbers, as a part of the largest. A small model of
/// random weights, in single precision but for one; a card may take products of that with ten bits of its twenty-three.
pub fn distances(device: &Device) -> impl Iterator<Item = Result<(&'static str, f64), Box<dyn Error>>> {
    CHECKS.into_iter().map(|(name, card, processor)| {
        let processor = processor(&DeviceName::Cpu.open()?)?;
        Ok((name, apart(&card(device)?, &processor)))
    })
}

fn apart(card: &[f32], processor: &[f32]) -> f64 {
    let largest = processor.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
    let distances = card.iter().zip(processor).map(|(card, processor)| (card - processor).abs());
    // A maximum forgets what is no number.
    let furthest = distances.fold(0.0, |furthest: f32, own| if own.is_nan() { f32::NAN } else { furthest.max(own) });
    f64::from(furthest / largest)
}

fn single(device: &Device) -> Numbers {
    whole(device, Dtype::F32)
}

/// The logits of texts of several lengths.
fn whole(device: &Device, dtype: Dtype) -> Numbers {
    let model = Shape::named("tiny")?.model(&Placement { device: device.clone(), dtype })?;
    let positions = Positions::beginning([COLUMNS, COLUMNS / 2, 1]);
    let logits = model.forward(tokens(ROWS, COLUMNS, device), &positions, &mut NoPast);
    let [rows, columns, words] = logits.dims();
    let all = logits.reshape([rows * columns * words]).into_data().iter::<f32>().collect::<Vec<_>>();
    // What stands behind a row's own tokens is nobody's.
    let own = positions.runs().iter().enumerate();
    Ok(own.flat_map(|(row, run)| all[row * columns * words..][..run.length * words].iter().copied()).collect())
}

/// The logits of a text, and of one that goes on from the middle of a page of it, which is copied.
fn paged(device: &Device) -> Numbers {
    let shape = Shape::named("tiny")?;
    let mut runner = shape.runner(shape.model(&Placement { device: device.clone(), dtype: Dtype::F32 })?);
    let pages = [[Page(3), Page(1), Page(2)], [Page(3), Page(7), Page(5)]];
    let (page, length) = (runner.page_tokens(), pages[0].len() * runner.page_tokens());
    let shared = page + page / 2;
    let text = |step: usize| (0..length).map(|place| (place * step * 31 % 2000) as u32).collect::<Vec<_>>();
    let mut texts = [text(1), text(3)];
    texts[1] = [&texts[0][..shared], &texts[1][shared..]].concat();
    let (mut all, mut logits) = (Vec::new(), Vec::new());
    let beginning = Piece { tokens: &texts[0][..shared], start: 0, pages: &pages[0], wanted: Wanted::Every };
    runner.forward(&[beginning], &mut logits);
    all.append(&mut logits);
    runner.copy(&[Copied { from: pages[0][1], to: pages[1][1] }]);
    for start in shared..length {
        let piece =
            |row: usize| Piece { tokens: &texts[row][start..=start], start, pages: &pages[row], wanted: Wanted::Last };
        runner.forward(&[piece(0), piece(1)], &mut logits);
        all.append(&mut logits);
    }
    Ok(all)
}

/// How likely tokens are as the device tells it, and how much less than another its likeliest word is in its own logits.
fn likelihoods(device: &Device) -> Numbers {
    let shape = Shape::named("tiny")?;
    let mut runner = shape.runner(shape.model(&Placement { device: device.clone(), dtype: Dtype::F32 })?);
    let tokens: Vec<u32> = (0..runner.page_tokens()).map(|place| (place * 31 % 2000) as u32).collect();
    let mut told = |wanted| {
        let mut numbers = Vec::new();
        runner.forward(&[Piece { tokens: &tokens, start: 0, pages: &[Page(0)], wanted }], &mut numbers);
        numbers
    };
    let (logits, likeliest) = (told(Wanted::Last), told(Wanted::Likeliest));
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let less = logits.get(likeliest[0] as usize).map_or(f32::NAN, |logit| highest - logit);
    Ok([told(Wanted::Likelihoods { next: 5 }), vec![less]].concat())
}

/// The rewards of texts of several lengths. Their head has one output, which is a shape of its own to a card.
fn rewards(device: &Device) -> Numbers {
    let model = Shape::named("tiny")?.reward_model(&Placement { device: device.clone(), dtype: Dtype::F32 })?;
    let positions = Positions::beginning([COLUMNS, COLUMNS / 2, 1]);
    Ok(model.forward(tokens(ROWS, COLUMNS, device), &positions).into_data().iter::<f32>().collect())
}

/// The gradients of some matrices, each as a part of its largest: found as a training finds them that keeps little.
fn gradients(device: &Device) -> Numbers {
    let device = device.clone().autodiff();
    let model = Shape::named("tiny")?.model(&Placement { device: device.clone(), dtype: Dtype::F32 })?;
    let (first, last) = (&model.model.layers[0], &model.model.layers[model.model.layers.len() - 1]);
    let weights = [&model.model.embed_tokens.weight, &first.self_attn.k_proj.weight, &last.mlp.down_proj.weight];
    let mut sums: [Option<Tensor<2>>; 3] = [const { None }; 3];
    let mut take = |found: Gradients| {
        for (sum, weight) in sums.iter_mut().zip(weights) {
            let Some(own) = weight.val().grad(&found) else { continue };
            *sum = Some(sum.take().map_or(own.clone(), |sum| sum + own));
        }
    };
    let words: Vec<u32> = (0..ROWS * COLUMNS).map(|place| (place * 11 % 2000) as u32).collect();
    let factors = vec![-1.0 / words.len() as f32; words.len()];
    let loss = |hidden: Tensor<3>| model.log_likelihood(hidden.flatten(0, 1), &words, &factors);
    let positions = Positions::beginning([COLUMNS; ROWS]);
    model.model.backward(tokens(ROWS, COLUMNS, &device), &positions, Kept::BetweenLayers, loss, &mut take);
    let part = |sum: Tensor<2>| {
        let numbers = sum.into_data().iter::<f32>().collect::<Vec<_>>();
        let largest = numbers.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
        numbers.into_iter().map(move |number| number / largest)
    };
    Ok(sums.into_iter().flatten().flat_map(part).collect())
}
