//! One interpreter, ready to be instantiated, and the pristine image that every instance is held against.

use wasmtime::{Engine, InstancePre, Memory, Module, Store};

use super::instance::Instance;
use super::metering::Metering;
use super::watchdog::Watchdog;
use crate::error::HostError;
use crate::wasi::{self, State};

/// One interpreter, ready to be instantiated.
///
/// Its image is the memory of an instance that never runs: pages of the compiled file, shared with every live instance
/// until one of them writes.
pub(crate) struct Prototype {
    pub(crate) metering: Metering,
    pub(crate) watchdog: Watchdog,
    engine: Engine,
    linked: InstancePre<State>,
    image: Store<State>,
    image_memory: Memory,
}

impl Prototype {
    pub(crate) fn new(metering: Metering, engine: Engine, module: &Module) -> Result<Self, HostError> {
        let linked = wasi::linker(&engine, module)
            .and_then(|linker| linker.instantiate_pre(module))
            .map_err(|error| HostError::Instantiate(error.root_cause().to_string()))?;
        let mut image = Store::new(&engine, State::default());
        let instance = Self::instantiate_in(&linked, &mut image)?;
        let image_memory = instance.get_memory(&mut image, "memory").ok_or(HostError::Export("memory"))?;
        Ok(Self { metering, watchdog: Watchdog::start()?, engine, linked, image, image_memory })
    }

    pub(crate) fn instantiate(&self) -> Result<Instance, HostError> {
        let mut store = Store::new(&self.engine, State::default());
        store.limiter(|state| &mut state.ceiling);
        let instance = Self::instantiate_in(&self.linked, &mut store)?;
        Instance::new(store, &instance, &self.watchdog)
    }

    /// The memory of an instance that never ran.
    pub(crate) fn image(&self) -> &[u8] {
        self.image_memory.data(&self.image)
    }

    fn instantiate_in(linked: &InstancePre<State>, store: &mut Store<State>) -> Result<wasmtime::Instance, HostError> {
        // A memory without contents makes wasmtime run code of its own here. It fails only where fuel is not metered.
        drop(store.set_fuel(u64::MAX));
        linked.instantiate(store).map_err(|error| HostError::Instantiate(error.root_cause().to_string()))
    }
}
