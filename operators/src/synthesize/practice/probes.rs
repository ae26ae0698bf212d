//! Probes: inputs that are the same for all problems, and what a function's outputs on them tell of it.
//!
//! Owns when a composition is worth asking for, and when two are the same function. Knows no statement.

use std::collections::HashMap;
use std::sync::LazyLock;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::composition::{Composition, Input};
use super::draw::Draw;
use super::inputs;
use super::kind::Kind;
use super::solution::starter;
use super::value::Value;

/// How many probes there are for each kind of input.
pub(super) const PROBES: usize = 64;

/// On how many probes a function may give the same.
const MOST_ALIKE: usize = 48;
/// The same for one that answers true or false.
const MOST_ALIKE_TRUTHS: usize = 56;

/// What a function does, as far as the probes tell: equal digests, equal signatures and outputs on every probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Behaviour(pub(super) u128);

/// Why a composition is no problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Refusal {
    /// A value on the way is larger than problems deal in.
    Unwieldy,
    /// It gives nearly always the same.
    NearlyConstant,
    /// Some of its steps can be left out and nothing changes; all of them, where it gives back what it takes.
    Redundant,
}

/// One fixed sequence a kind, the same under every seed: so that problems of different nodes can be compared too.
static ALL: LazyLock<HashMap<Kind, Vec<Input>>> = LazyLock::new(|| {
    let of = |kind: Kind| {
        let key = *blake3::hash(format!("practice probes {}", kind.variable()).as_bytes()).as_bytes();
        let mut draw = Draw::new(ChaCha8Rng::from_seed(key));
        let mut probes = vec![inputs::empty(kind, &mut draw)];
        while probes.len() < PROBES {
            let probe = inputs::random(kind, &mut draw);
            if !probes.iter().any(|earlier| earlier.value == probe.value) {
                probes.push(probe);
            }
        }
        (kind, probes)
    };
    Kind::INPUTS.into_iter().map(of).collect()
});

/// The probes for functions that take this kind.
pub(super) fn probes(kind: Kind) -> &'static [Input] {
    ALL.get(&kind).expect("problems begin with a kind of `Kind::INPUTS`")
}

/// What the composition does, or why it is no problem.
pub(super) fn behaviour(composition: &Composition) -> Result<Behaviour, Refusal> {
    let probes = probes(composition.takes);
    let outputs: Option<Vec<Value>> = probes.iter().map(|probe| composition.result(probe)).collect();
    let outputs = outputs.ok_or(Refusal::Unwieldy)?;
    if is_nearly_constant(&outputs) {
        return Err(Refusal::NearlyConstant);
    }
    if is_redundant(composition, probes, &outputs) {
        return Err(Refusal::Redundant);
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(starter(composition).as_bytes());
    for output in &outputs {
        hasher.update(output.json().as_bytes());
        hasher.update(b"\n");
    }
    let digest = hasher.finalize();
    Ok(Behaviour(u128::from_le_bytes(digest.as_bytes()[..16].try_into().expect("a digest has 32 bytes"))))
}

fn is_nearly_constant(outputs: &[Value]) -> bool {
    let most = if matches!(outputs[0], Value::Truth(_)) { MOST_ALIKE_TRUTHS } else { MOST_ALIKE };
    let count = |output: &Value| outputs.iter().filter(|other| *other == output).count();
    // Were none of the first ones alike the many, there would not be so many.
    outputs[..=PROBES - most].iter().any(|output| count(output) > most)
}

/// Whether the composition without some steps in a row gives the same on every probe.
fn is_redundant(composition: &Composition, probes: &[Input], outputs: &[Value]) -> bool {
    let steps = composition.steps.len();
    let mut runs = (0..steps).flat_map(|start| (start + 1..=steps).map(move |end| start..end));
    runs.any(|run| {
        let Some(rest) = composition.without(run) else { return false };
        let mut pairs = probes.iter().zip(outputs);
        match rest.steps.is_empty() {
            true => pairs.all(|(probe, output)| probe.value == *output),
            false => pairs.all(|(probe, output)| rest.result(probe).as_ref() == Some(output)),
        }
    })
}
