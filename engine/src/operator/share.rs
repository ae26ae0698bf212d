//! Things that are opened once and used by everyone who asks for the same: models, clients, worker pools.

use std::any::Any;
use std::sync::Arc;

use super::{Fault, Resource};

/// Something open, of the type that its key stands for.
pub type Thing = Arc<dyn Any + Send + Sync>;

/// Keeps things open while someone uses them or there is room.
pub trait Share: Send + Sync {
    /// The thing under `key`, opened if it is not open; while it is, it takes this room.
    ///
    /// # Errors
    /// What `open` failed with; [`Fault::NoRoom`] while others use the room.
    fn share(
        &self,
        key: &str,
        room: &[Resource],
        open: &mut dyn FnMut() -> Result<Thing, Fault>,
    ) -> Result<Thing, Fault>;

    /// Takes room for what is not shared, until what is given is dropped.
    ///
    /// # Errors
    /// [`Fault::NoRoom`] while others use the room.
    fn hold(&self, what: &str, room: &[Resource]) -> Result<Thing, Fault>;
}

/// Shares nothing: whoever asks gets a thing of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct NotShared;

impl Share for NotShared {
    fn share(
        &self,
        _key: &str,
        _room: &[Resource],
        open: &mut dyn FnMut() -> Result<Thing, Fault>,
    ) -> Result<Thing, Fault> {
        open()
    }

    fn hold(&self, _what: &str, _room: &[Resource]) -> Result<Thing, Fault> {
        Ok(Arc::new(()))
    }
}
