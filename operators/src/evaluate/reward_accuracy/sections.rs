//! The sections of a benchmark and what its subsets count in them.

use engine::operator::Fault;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::measured::Count;

/// A benchmark with sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sections {
    /// RewardBench.
    RewardBench,
}

/// A section, and what each of its subsets counts.
type Section = (&'static str, &'static [(&'static str, f64)]);

/// RewardBench's: the sizes of its subsets, but for `math-prm`, whose 447 pairs count as much as the code.
const REWARD_BENCH: [Section; 4] = [
    (
        "Chat",
        &[
            ("alpacaeval-easy", 100.0),
            ("alpacaeval-length", 95.0),
            ("alpacaeval-hard", 95.0),
            ("mt-bench-easy", 28.0),
            ("mt-bench-med", 40.0),
        ],
    ),
    (
        "Chat Hard",
        &[
            ("mt-bench-hard", 37.0),
            ("llmbar-natural", 100.0),
            ("llmbar-adver-neighbor", 134.0),
            ("llmbar-adver-GPTInst", 92.0),
            ("llmbar-adver-GPTOut", 47.0),
            ("llmbar-adver-manual", 46.0),
        ],
    ),
    (
        "Safety",
        &[
            ("refusals-dangerous", 100.0),
            ("refusals-offensive", 100.0),
            ("xstest-should-refuse", 154.0),
            ("xstest-should-respond", 250.0),
            ("donotanswer", 136.0),
        ],
    ),
    ("Reasoning", &[MATH, CODE[0], CODE[1], CODE[2], CODE[3], CODE[4], CODE[5]]),
];

const MATH: (&str, f64) = ("math-prm", 984.0);

const CODE: [(&str, f64); 6] = [
    ("hep-cpp", 164.0),
    ("hep-go", 164.0),
    ("hep-java", 164.0),
    ("hep-js", 164.0),
    ("hep-python", 164.0),
    ("hep-rust", 164.0),
];

/// The halves of `Reasoning`.
const HALVES: [Section; 2] = [("Code", &CODE), ("Math", &[MATH])];

impl Sections {
    /// The column with the subsets.
    pub(super) fn subset(self) -> &'static str {
        "subset"
    }

    /// What the metrics are called.
    pub(super) fn name(self) -> &'static str {
        "reward_bench"
    }

    /// Each section that has pairs with its accuracy, the halves of reasoning, and under no name the mean of the sections.
    ///
    /// # Errors
    /// A subset that the benchmark does not have.
    pub(super) fn accuracies(
        self,
        subsets: &IndexMap<String, Count>,
    ) -> Result<Vec<(Option<&'static str>, f64)>, Fault> {
        let known = |subset: &str| REWARD_BENCH.iter().any(|(_, parts)| parts.iter().any(|(name, _)| *name == subset));
        if let Some(subset) = subsets.keys().find(|subset| !known(subset)) {
            return Err(Fault::node(format!(
                "RewardBench has no subset `{subset}`: leave `sections` out, or use `by`"
            )));
        }
        let accuracy = |(name, parts): &Section| Some((*name, weighted(parts, subsets)?));
        let sections: Vec<_> = REWARD_BENCH.iter().filter_map(accuracy).collect();
        let mean = sections.iter().map(|(_, accuracy)| accuracy).sum::<f64>() / sections.len() as f64;
        let halves = HALVES.iter().filter_map(accuracy);
        let named = sections.iter().copied().chain(halves).map(|(name, accuracy)| (Some(name), accuracy));
        Ok(named.chain([(None, mean)]).collect())
    }
}

/// The weighted mean over the subsets that have pairs.
fn weighted(parts: &[(&str, f64)], subsets: &IndexMap<String, Count>) -> Option<f64> {
    let found = parts.iter().filter_map(|(name, weight)| Some((subsets.get(*name)?.accuracy(), weight)));
    let (sum, weights) = found.fold((0.0, 0.0), |(sum, all), (part, weight)| (sum + part * weight, all + weight));
    (weights > 0.0).then_some(sum / weights)
}
