//! The interpreter as others use it: opened once, shared by every thread.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use wasmtime::Module;

use crate::error::HostError;
use crate::job::Job;
use crate::limits::Limits;
use crate::machine::{self, Metering, Prototype, STACK};
use crate::outcome::Outcome;
use crate::session::Worker;
use crate::snapshot::Held;

/// Stack of a thread that runs an interpreter, for the host's own functions under it.
const HOST_STACK: usize = 2 << 20;

/// One job of [`Sandbox::audit`].
#[derive(Debug)]
pub struct Audit {
    /// What the job gave.
    pub result: Result<Outcome, HostError>,
    /// Whether nothing of it is left.
    pub pristine: bool,
}

/// An interpreter that is ready to be instantiated. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox {
    prototype: Arc<Prototype>,
    /// Its code's file, where that is in a store.
    _held: Option<Held>,
}

impl Sandbox {
    /// Opens compiled code.
    ///
    /// The file is executed without further checks: it must hold what [`Sandbox::compile`] gave for the same
    /// `metering`, under the same [`Sandbox::compile_key`], and no other user may be able to write it. The store of
    /// prepared interpreters sees to that.
    pub fn open(metering: Metering, code: &Path) -> Result<Self, HostError> {
        let engine = metering.engine()?;
        let module = machine::load(&engine, code)?;
        Self::of_module(metering, engine, &module)
    }

    /// Compiles a module and opens it: about eight seconds of CPU time, every time.
    pub fn new(metering: Metering, module: &[u8]) -> Result<Self, HostError> {
        let engine = metering.engine()?;
        let module =
            Module::new(&engine, module).map_err(|error| HostError::Compile(error.root_cause().to_string()))?;
        Self::of_module(metering, engine, &module)
    }

    /// Compiles a module for this machine, for [`Sandbox::open`].
    pub fn compile(metering: Metering, module: &[u8]) -> Result<Vec<u8>, HostError> {
        machine::compile(metering, module)
    }

    /// What compiled code depends on beside the module, as a file name: the version of wasmtime, its configuration, the
    /// processor's features.
    pub fn compile_key(metering: Metering) -> Result<String, HostError> {
        machine::compile_key(metering)
    }

    /// Runs one job in an interpreter of its own, on a thread of its own. A [`Pool`](crate::Pool) keeps both.
    pub fn run(&self, job: &Job, limits: &Limits) -> Result<Outcome, HostError> {
        std::thread::scope(|scope| {
            let run = || self.worker()?.run(job, limits, Arc::new(AtomicBool::new(false)));
            let thread = thread("sandbox run").spawn_scoped(scope, run).map_err(|error| no_thread(&error))?;
            thread.join().unwrap_or(Err(HostError::Panicked))
        })
    }

    /// Runs jobs one after another in one interpreter, as a worker of a pool does, and says after each whether the
    /// interpreter is again as it was before its first: by comparing the whole memory, which takes milliseconds.
    pub fn audit<'a>(
        &self,
        jobs: impl IntoIterator<Item = (&'a Job, &'a Limits)> + Send,
    ) -> Result<Vec<Audit>, HostError> {
        let audit = || {
            let mut worker = self.worker()?;
            let run = |(job, limits)| {
                let result = worker.run(job, limits, Arc::new(AtomicBool::new(false)));
                Audit { result, pristine: worker.is_pristine() }
            };
            Ok(jobs.into_iter().map(run).collect())
        };
        std::thread::scope(|scope| {
            let thread = thread("sandbox audit").spawn_scoped(scope, audit).map_err(|error| no_thread(&error))?;
            thread.join().unwrap_or(Err(HostError::Panicked))
        })
    }

    /// Keeps the code's file in its store for as long as it is used.
    pub(crate) fn holding(self, code: Held) -> Self {
        Self { _held: Some(code), ..self }
    }

    /// A live interpreter, for a thread made by [`thread`].
    pub(crate) fn worker(&self) -> Result<Worker, HostError> {
        Worker::new(Arc::clone(&self.prototype))
    }

    fn of_module(metering: Metering, engine: wasmtime::Engine, module: &Module) -> Result<Self, HostError> {
        Ok(Self { prototype: Arc::new(Prototype::new(metering, engine, module)?), _held: None })
    }
}

/// A thread that an interpreter can run on: its stack holds the interpreter's, so that a program that nests too deeply
/// meets the interpreter's limit and never the thread's.
pub(crate) fn thread(name: &str) -> std::thread::Builder {
    std::thread::Builder::new().name(name.to_owned()).stack_size(STACK + HOST_STACK)
}

pub(crate) fn no_thread(error: &std::io::Error) -> HostError {
    HostError::Kernel { what: "a thread", reason: error.to_string() }
}
