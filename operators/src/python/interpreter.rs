//! The sandbox's interpreters, opened once a run and shared by every node that runs programs.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use engine::operator::{Context, Fault, Preparation};
use sandbox::snapshot::{Identity, Interpreter, Progress, Store};
use sandbox::{HostError, Metering, OpenError, Pool, Sandbox};

/// Under which name an interpreter stands among a node's identities.
pub(super) const INTERPRETER: &str = "interpreter";

/// As many interpreters as there are threads. The first time on a machine it is made, which takes a minute.
pub(crate) fn pool(context: &Context, metering: Metering) -> Result<Arc<Pool>, Fault> {
    context.shared(&format!("sandbox measured by {metering:?}"), &[], || open(context, metering))
}

/// What a result depends on beside program, input and limits.
pub(crate) fn identities() -> BTreeMap<String, String> {
    [(INTERPRETER.to_owned(), Identity::current().to_string())].into()
}

/// Makes the interpreter where this machine has none yet: once, and told by one node, however many ask.
pub(super) fn prepare(context: &Context) -> Result<(), Fault> {
    context.shared("the sandbox's interpreter", &[], || prepared(context)).map(drop)
}

fn prepared(context: &Context) -> Result<Interpreter, Fault> {
    let store = Store::of_machine(context.machine_folder()?).map_err(|error| Fault::node(error.to_string()))?;
    let mut tell = |Progress { step, done, total, .. }: Progress| {
        let what = "Python, once on this machine".to_owned();
        context.preparing(Preparation { what, step: step.to_string(), done, of: total });
    };
    Interpreter::prepare(&store, None, &mut tell).map_err(|error| Fault::node(error.to_string()))
}

fn open(context: &Context, metering: Metering) -> Result<Pool, Fault> {
    let sandbox = Sandbox::prepared(metering, &prepared(context)?).map_err(|error| match error {
        OpenError::Host(error) => fault(&error),
        OpenError::Store(error) => Fault::node(error.to_string()),
    })?;
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    Pool::new(&sandbox, threads).map_err(|error| fault(&error))
}

/// A fault of the host: never a verdict, and mostly worth another attempt.
pub(crate) fn fault(error: &HostError) -> Fault {
    match error {
        HostError::Cancelled => Fault::Cancelled,
        HostError::Overdue { .. }
        | HostError::Killed
        | HostError::Instantiate(_)
        | HostError::Kernel { .. }
        | HostError::Closed => Fault::infrastructure(error.to_string()),
        _ => Fault::node(error.to_string()),
    }
}
