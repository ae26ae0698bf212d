//! What a test arranges and counts inside operators, found by the name in their configuration.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use crate::operator::Fault;

static PROBES: LazyLock<Mutex<HashMap<String, Arc<Probe>>>> = LazyLock::new(Mutex::default);

type Script = Box<dyn Fn(&Call<'_>) -> Result<(), Fault> + Send + Sync>;

/// One call of an operator.
pub(super) struct Call<'a> {
    /// How many came before, in all runs.
    pub(super) number: usize,
    /// The row's id, or the step.
    pub(super) id: &'a str,
}

/// Counts calls and decides how they end.
#[derive(Default)]
pub(super) struct Probe {
    calls: AtomicUsize,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
    script: Mutex<Option<Arc<Script>>>,
}

impl Probe {
    /// The probe of this name, made when first asked for.
    pub(super) fn named(name: &str) -> Arc<Self> {
        PROBES.lock().unwrap().entry(name.to_owned()).or_default().clone()
    }

    /// What happens in every call from now on.
    pub(super) fn script(&self, script: impl Fn(&Call<'_>) -> Result<(), Fault> + Send + Sync + 'static) {
        *self.script.lock().unwrap() = Some(Arc::new(Box::new(script)));
    }

    /// Every call succeeds from now on.
    pub(super) fn calm(&self) {
        *self.script.lock().unwrap() = None;
    }

    /// The operator of this probe dies in its call number `number`, as the process would.
    pub(super) fn die_at(&self, number: usize) {
        self.script(move |call| match call.number == number {
            // Unwinds as a panic does, without the hook that prints a trace.
            true => std::panic::resume_unwind(Box::new("killed")),
            false => Ok(()),
        });
    }

    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    pub(super) fn most_under_way(&self) -> usize {
        self.most_under_way.load(Ordering::SeqCst)
    }

    /// Told by operators at every call.
    pub(super) fn call(&self, id: &str) -> Result<Presence<'_>, Fault> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        let under_way = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_under_way.fetch_max(under_way, Ordering::SeqCst);
        let presence = Presence(self);
        let script = self.script.lock().unwrap().clone();
        script.map_or(Ok(()), |script| script(&Call { number, id }))?;
        Ok(presence)
    }
}

/// A call that is under way.
pub(super) struct Presence<'a>(&'a Probe);

impl Drop for Presence<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}
