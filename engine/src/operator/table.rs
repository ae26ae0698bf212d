//! Operators over whole tables.

use super::{Context, Fault, Inputs, Operator, Outputs};

/// A pure function of whole tables: run again from the start when interrupted. May use rayon inside.
pub trait TableOperator: Operator {
    /// Reads the inputs, writes the outputs.
    ///
    /// # Errors
    /// [`Fault::Infrastructure`] is retried, anything else fails the node.
    fn run(&self, inputs: &Inputs, context: &Context, outputs: &mut Outputs<'_>) -> Result<(), Fault>;
}
