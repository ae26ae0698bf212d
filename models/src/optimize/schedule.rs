//! Learning rates over time. Owns their shapes, which are those of transformers' schedules.

/// How a learning rate changes over the steps of a training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// The greatest rate.
    pub rate: f64,
    /// Over how many steps it is reached, beginning at zero.
    pub warmup: u64,
    /// What follows.
    pub shape: Shape,
}

/// How a learning rate changes after its warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Not at all.
    Constant,
    /// It falls to zero at the last of so many steps, evenly.
    Linear {
        /// The steps, with those of the warm-up.
        steps: u64,
    },
    /// It falls to zero at the last of so many steps, along half a cosine.
    Cosine {
        /// The steps, with those of the warm-up.
        steps: u64,
    },
}

impl Schedule {
    /// The rate of a step, counted from zero.
    pub fn at(&self, step: u64) -> f64 {
        if step < self.warmup {
            return self.rate * step as f64 / self.warmup as f64;
        }
        let left = |steps: u64| {
            let falling = steps.saturating_sub(self.warmup).max(1);
            steps.saturating_sub(step) as f64 / falling as f64
        };
        self.rate
            * match self.shape {
                Shape::Constant => 1.0,
                Shape::Linear { steps } => left(steps),
                Shape::Cosine { steps } => 0.5 * (1.0 + (std::f64::consts::PI * (1.0 - left(steps))).cos()),
            }
    }
}
