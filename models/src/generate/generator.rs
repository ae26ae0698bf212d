//! The one thing that generates, wherever it runs.

use async_trait::async_trait;

use super::{Completion, GenerateError, Request};

/// Something that answers requests, any number at once: it batches them itself.
///
/// A request that is dropped before it is answered is given up.
#[async_trait]
pub trait Generator: Send + Sync {
    /// The samples that were asked for, in their order.
    ///
    /// # Errors
    /// See [`GenerateError`]. None of the samples is kept where one fails.
    async fn generate(&self, request: Request) -> Result<Vec<Completion>, GenerateError>;
}
