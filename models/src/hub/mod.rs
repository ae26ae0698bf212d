//! Models of the Hugging Face hub. Owns where they lie on this machine, laid out as all tools of the hub lay them out, and how
//! one is fetched; knows no environment, and what is wanted of it only by name.

mod cache;
mod error;
mod fetch;
mod name;

pub use cache::Hub;
pub use error::HubError;
pub use name::ModelName;
