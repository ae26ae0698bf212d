//! What was counted in a program, and the score that is made of it. Owns the formula; knows no column.

use engine::operator::Fault;
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

/// What the sandbox counts in a program.
#[derive(Debug, Deserialize)]
pub(super) struct Counts {
    /// Nodes of the syntax tree.
    pub(super) nodes: u32,
    /// Lines.
    pub(super) lines: u32,
    blocks: Vec<Block>,
    functions: Vec<Function>,
}

#[derive(Debug, Deserialize)]
struct Block {
    name: String,
    cyclomatic: u32,
}

#[derive(Debug, Deserialize)]
struct Function {
    name: String,
    cognitive: u32,
}

/// A complexity by the name of what has it, in the program's order.
pub(super) type ByName<'a> = IndexMap<&'a str, u32>;

impl Counts {
    pub(super) fn read(report: Value) -> Result<Self, Fault> {
        serde_json::from_value(report).map_err(|error| Fault::node(format!("the sandbox counted otherwise: {error}")))
    }

    /// Of blocks with the same name the last counts.
    pub(super) fn cyclomatic(&self) -> ByName<'_> {
        self.blocks.iter().map(|block| (block.name.as_str(), block.cyclomatic)).collect()
    }

    pub(super) fn cognitive(&self) -> ByName<'_> {
        self.functions.iter().map(|function| (function.name.as_str(), function.cognitive)).collect()
    }

    /// ORPS's static score; none for a program without functions.
    pub(super) fn score(&self) -> Option<f64> {
        let (cyclomatic, cognitive) = (mean(&self.cyclomatic())?, mean(&self.cognitive())?);
        Some(score(f64::from(self.nodes), cyclomatic, cognitive, f64::from(self.lines)))
    }
}

pub(super) fn mean(complexities: &ByName<'_>) -> Option<f64> {
    let sum: u64 = complexities.values().map(|complexity| u64::from(*complexity)).sum();
    (!complexities.is_empty()).then(|| sum as f64 / complexities.len() as f64)
}

/// The terms are added in ORPS's order, so that the sum is rounded alike.
fn score(nodes: f64, cyclomatic: f64, cognitive: f64, lines: f64) -> f64 {
    let share = |amount: f64| 1.0 / (1.0 + amount);
    (share(nodes / 100.0) + share(cyclomatic) + share(cognitive / 10.0) + share(lines / 50.0)) / 4.0
}

#[cfg(test)]
mod tests {
    use super::score;

    /// With the dynamic half of ORPS's score, whose results these are.
    #[test]
    fn the_score_is_the_static_half_of_orps() {
        let share = |amount: f64| 1.0 / (1.0 + amount);
        let whole = |passed: f64, score: f64, [time, instructions, misses, faults]: [f64; 4]| {
            let dynamic =
                (share(time / 1e7) + share(instructions / 1e5) + share(misses / 1e3) + share(faults / 100.0)) / 4.0;
            passed * (1.0 + (0.5 * score + 0.5 * dynamic))
        };
        let even = whole(1.0, score(100.0, 1.0, 10.0, 50.0), [1e7, 1e5, 1e3, 100.0]);
        assert!((even - 1.5).abs() < 1e-15, "{even}");
        let odd = whole(0.75, score(80.0, 3.0, 4.0, 20.0), [2.5e6, 4e5, 3e3, 10.0]);
        assert!((odd - 1.161_864_177_489_177_6).abs() < 1e-15, "{odd}");
    }
}
