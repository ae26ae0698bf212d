//! How fast texts are written, through the runner that pipelines use.

use std::time::Instant;

use models::generate::{Page, Piece, Runner, Wanted};

/// Tokens of each prompt.
pub const PROMPT: usize = 32;
/// Tokens that are written.
pub const STEPS: usize = 64;
/// Tokens before the time counts: the prompt is read with the first.
const WARM: usize = 16;

/// Tokens a second over all sequences, the likeliest each. The texts are written twice, since a product of another size is
/// another kernel to be chosen, and texts grow over several: the first time all are compiled and tried.
pub fn rate(runner: &mut impl Runner, batch: usize) -> f64 {
    write(runner, batch);
    (batch * (STEPS - WARM)) as f64 / write(runner, batch)
}

/// The seconds that all tokens but the first take.
fn write(runner: &mut impl Runner, batch: usize) -> f64 {
    let each = (PROMPT + STEPS).div_ceil(runner.page_tokens());
    let pages: Vec<Vec<Page>> =
        (0..batch).map(|row| (row * each..(row + 1) * each).map(|page| Page(page as u32)).collect()).collect();
    let mut texts: Vec<Vec<u32>> =
        (0..batch).map(|row| (0..PROMPT).map(|place| ((row * 31 + place * 17) % 2000) as u32).collect()).collect();
    let (mut best, mut read, mut start) = (Vec::new(), 0, Instant::now());
    for step in 0..STEPS {
        if step == WARM {
            start = Instant::now();
        }
        let pieces: Vec<Piece<'_>> = texts
            .iter()
            .zip(&pages)
            .map(|(text, pages)| Piece { tokens: &text[read..], start: read, pages, wanted: Wanted::Likeliest })
            .collect();
        runner.forward(&pieces, &mut best);
        read = texts[0].len();
        texts.iter_mut().zip(&best).for_each(|(text, best)| text.push(*best as u32));
    }
    start.elapsed().as_secs_f64()
}
