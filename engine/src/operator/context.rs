//! What a running operator may ask of the engine: random numbers, a memo, files, secrets, whether to stop.

use std::any::Any;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use serde::de::DeserializeOwned;

use super::{Ancestor, Cancellation, Fault, NotShared, Settings, Share, Thing};
use crate::scratch::Scratch;

/// An amount of something that the machine has a limited amount of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// `cuda:0`, `memory`, an endpoint's name.
    pub name: String,
    /// Bytes, or slots.
    pub amount: u64,
}

/// A content-addressed store for what must not be paid for twice: an endpoint's answer under its request.
pub trait Memo: Send + Sync {
    /// What was stored under a key.
    ///
    /// # Errors
    /// A store that cannot be read.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault>;

    /// Stores a value under a key; the first value wins.
    ///
    /// # Errors
    /// A store that cannot be written.
    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), Fault>;
}

/// A memo that forgets.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoMemo;

impl Memo for NoMemo {
    fn get(&self, _key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        Ok(None)
    }

    fn put(&self, _key: &[u8], _value: &[u8]) -> Result<(), Fault> {
        Ok(())
    }
}

/// Turns the name of a secret (`key_env`) into its value; only the root package reads the environment.
pub trait SecretResolver: Send + Sync {
    /// The secret, if there is one of that name.
    fn secret(&self, name: &str) -> Option<String>;
}

/// Knows no secret.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSecrets;

impl SecretResolver for NoSecrets {
    fn secret(&self, _name: &str) -> Option<String> {
        None
    }
}

/// A step of making something ready that outlasts the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preparation {
    /// What is made ready, in words that go on after "preparing".
    pub what: String,
    /// The step that begins.
    pub step: String,
    /// Steps done.
    pub done: usize,
    /// Of how many.
    pub of: usize,
}

/// Told the step and what was measured of it.
pub type Measure = dyn Fn(u64, &[(&str, f64)]) + Send + Sync;

/// Told what is counted, and how much of it.
pub type Count = dyn Fn(&str, f64) + Send + Sync;

/// What a context is made of.
pub struct ContextParts {
    /// The operator's name, for random numbers and row ids.
    pub operator: &'static str,
    /// The manifest's seed, or the one that `report` put in its place.
    pub seed: u64,
    /// What stands under the node's `run` for its operator alone.
    pub settings: Settings,
    /// External files, resolved when the run was planned, by parameter.
    pub files: BTreeMap<String, Vec<PathBuf>>,
    /// Where there is room for what does not fit in memory.
    pub scratch: Scratch,
    /// Where the user's tools keep what is made once a machine, if there is such a folder.
    pub machine_folder: Option<PathBuf>,
    /// The memo.
    pub memo: Arc<dyn Memo>,
    /// What is open.
    pub open: Arc<dyn Share>,
    /// Secrets by name.
    pub secrets: Arc<dyn SecretResolver>,
    /// Whether to stop.
    pub cancellation: Cancellation,
    /// Told how far the work is: done, and of how many if that is known.
    pub progress: Arc<dyn Fn(u64, Option<u64>) + Send + Sync>,
    /// Told what is counted, and how much of it.
    pub count: Arc<Count>,
    /// Told what was measured of a step.
    pub measure: Arc<Measure>,
    /// Told of each step of making something ready that outlasts the run.
    pub prepare: Arc<dyn Fn(Preparation) + Send + Sync>,
    /// Told what a person should know although the work goes on.
    pub warn: Arc<dyn Fn(String) + Send + Sync>,
    /// Every node that the inputs come from, parents before children.
    pub lineage: Vec<Ancestor>,
}

/// Nothing to ask for and nobody to tell: each part is set where it matters.
impl Default for ContextParts {
    fn default() -> Self {
        Self {
            operator: "",
            seed: 0,
            settings: Settings::default(),
            files: BTreeMap::new(),
            scratch: Scratch::default(),
            machine_folder: None,
            memo: Arc::new(NoMemo),
            open: Arc::new(NotShared),
            secrets: Arc::new(NoSecrets),
            cancellation: Cancellation::default(),
            progress: Arc::new(|_, _| {}),
            count: Arc::new(|_, _| {}),
            measure: Arc::new(|_, _| {}),
            prepare: Arc::new(|_| {}),
            warn: Arc::new(|_| {}),
            lineage: Vec::new(),
        }
    }
}

/// What a running operator may ask of the engine; clones share.
#[derive(Clone)]
pub struct Context(Arc<ContextParts>);

impl Context {
    /// From its parts.
    #[must_use]
    pub fn new(parts: ContextParts) -> Self {
        Self(Arc::new(parts))
    }

    /// Random numbers for one purpose: the same (seed, operator, `purpose`, `index`) give the same numbers. Key by
    /// row id and sample index, never by a row's number or the time.
    #[must_use]
    pub fn random(&self, purpose: &str, index: u64) -> ChaCha8Rng {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0.seed.to_le_bytes());
        hasher.update(&(self.0.operator.len() as u64).to_le_bytes());
        hasher.update(self.0.operator.as_bytes());
        hasher.update(purpose.as_bytes());
        hasher.update(&index.to_le_bytes());
        ChaCha8Rng::from_seed(*hasher.finalize().as_bytes())
    }

    /// The id of the row that the operator makes as number `sample` of these parents.
    #[must_use]
    pub fn child_id<'a>(&self, parents: impl IntoIterator<Item = &'a str>, sample: u64) -> String {
        crate::row::child_id(parents, self.0.operator, sample)
    }

    /// The operator's own settings under `run`.
    ///
    /// # Errors
    /// [`Fault::Node`] where they are not what `T` takes.
    pub fn settings<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        self.0.settings.read()
    }

    /// The files of a parameter.
    ///
    /// # Errors
    /// [`Fault::Node`] where the operator did not declare the parameter in `files()`.
    pub fn files(&self, parameter: &str) -> Result<&[PathBuf], Fault> {
        let found = self.0.files.get(parameter).map(Vec::as_slice);
        found.ok_or_else(|| Fault::node(format!("`{parameter}` names no file")))
    }

    /// Where there is room for what does not fit in memory.
    #[must_use]
    pub fn scratch(&self) -> &Scratch {
        &self.0.scratch
    }

    /// Where the user's tools keep what is made once a machine and shared by all pipelines.
    ///
    /// # Errors
    /// [`Fault::Node`] where there is no such folder.
    pub fn machine_folder(&self) -> Result<&Path, Fault> {
        let missing = || Fault::node("there is no folder for what is made once a machine: set HOME or XDG_CACHE_HOME");
        self.0.machine_folder.as_deref().ok_or_else(missing)
    }

    /// The content-addressed store of the cache.
    #[must_use]
    pub fn memo(&self) -> &dyn Memo {
        self.0.memo.as_ref()
    }

    /// The thing under `key`, opened if no node of the run has it open. While it is open it takes `room` of what the
    /// machine has; it is closed when nobody uses it and others need the room. The key stands for the type too.
    ///
    /// # Errors
    /// What `open` failed with; [`Fault::NoRoom`], to be given on, so that nothing is held meanwhile, while others use it;
    /// [`Fault::Node`] where the machine never has it, or the key is open as another type.
    pub fn shared<T: Any + Send + Sync>(
        &self,
        key: &str,
        room: &[Resource],
        open: impl FnOnce() -> Result<T, Fault>,
    ) -> Result<Arc<T>, Fault> {
        let mut open = Some(open);
        let mut once = || {
            let open = open.take().ok_or_else(|| Fault::node(format!("`{key}` is opened twice")))?;
            open().map(|thing| Arc::new(thing) as Thing)
        };
        let thing = self.0.open.share(key, room, &mut once)?;
        thing.downcast().map_err(|_| Fault::node(format!("`{key}` is open as another type")))
    }

    /// Room for what the node alone uses, in whose words `what` says so: until what is given is dropped. Idle things that
    /// others have opened are closed for it.
    ///
    /// # Errors
    /// As [`shared`](Self::shared).
    pub fn hold(&self, what: &str, room: &[Resource]) -> Result<Thing, Fault> {
        self.0.open.hold(what, room)
    }

    /// A secret by name.
    ///
    /// # Errors
    /// [`Fault::Node`] naming the secret, never its value.
    pub fn secret(&self, name: &str) -> Result<String, Fault> {
        self.0.secrets.secret(name).ok_or_else(|| Fault::node(format!("secret `{name}` is not set")))
    }

    /// Tells how far the work is.
    pub fn progress(&self, done: u64, total: Option<u64>) {
        (self.0.progress)(done, total);
    }

    /// Adds to what the node counts in this run: tokens, requests, money. A person is told the sums.
    pub fn count(&self, what: &str, amount: f64) {
        (self.0.count)(what, amount);
    }

    /// Tells what was measured of a step, counted from one, the most telling first. What is to be kept is a row.
    pub fn measure(&self, step: u64, values: &[(&str, f64)]) {
        (self.0.measure)(step, values);
    }

    /// Tells of a step of making something ready that outlasts the run, which takes long enough to be asked about.
    pub fn preparing(&self, preparation: Preparation) {
        (self.0.prepare)(preparation);
    }

    /// Tells what a person should know although the work goes on.
    pub fn warn(&self, message: impl Into<String>) {
        (self.0.warn)(message.into());
    }

    /// Every node that the inputs come from, parents before children.
    #[must_use]
    pub fn lineage(&self) -> &[Ancestor] {
        &self.0.lineage
    }

    /// Stops a long loop when the run is to end.
    ///
    /// # Errors
    /// [`Fault::Cancelled`].
    pub fn check_cancelled(&self) -> Result<(), Fault> {
        if self.0.cancellation.is_cancelled() { Err(Fault::Cancelled) } else { Ok(()) }
    }

    /// The wish to end, for an operator with threads of its own.
    #[must_use]
    pub fn cancellation(&self) -> &Cancellation {
        &self.0.cancellation
    }
}
