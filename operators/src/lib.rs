//! The catalogue: one folder a stage, one file an operator.
