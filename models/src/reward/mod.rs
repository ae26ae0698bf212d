//! Models that say what a text is worth. Owns what such a model is given to read, which is the same when it is trained and
//! when it is asked; how it is computed is the generator's own machinery, over a head with one number.

mod reader;
mod scorer;

pub use reader::Reader;
pub use scorer::{Judged, Scorer};
