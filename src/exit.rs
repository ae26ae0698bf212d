//! Exit codes, and the failures that lead to them.

use std::process::ExitCode;

use engine::plan::PlanError;
use engine::run::RunError;

/// The codes as `--help` explains them.
pub const HELP: &str = "\
Exit codes:
  0    done; for `check`: no fault (warnings do not count)
  1    a node failed, the cache is damaged, or the file system refused
  2    the arguments or the manifest are wrong; nothing was run
  3    a person has to do something first, and the output says what; the same command goes on afterwards
  130  interrupted; everything finished is kept and the same command goes on";

/// How a command ended, short of an unexpected failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Code 0.
    Done,
    /// Code 1.
    Failed,
    /// Code 2.
    Invalid,
    /// Code 3.
    Waiting,
    /// Code 130.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Invalid => 2,
            Exit::Waiting => 3,
            Exit::Interrupted => 130,
        })
    }
}

/// A command that could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The user's words are wrong: code 2.
    #[error("{0}")]
    Usage(String),
    /// A person has to provide something first: code 3.
    #[error("{0}")]
    Wanting(String),
    /// Everything was told already; only the code is left.
    #[error("")]
    Told(Exit),
    /// Standard output, or a file, cannot be written: code 1.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The engine could not do it: code 1.
    #[error("{0}")]
    Engine(Box<dyn std::error::Error + Send + Sync>),
}

impl Failure {
    /// Any error of the engine.
    pub fn engine(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Engine(Box::new(error))
    }

    /// A plan that cannot be made: an unknown node is the user's word, the rest is the engine's.
    pub fn plan(error: PlanError) -> Self {
        match error {
            PlanError::UnknownTarget { .. } => Self::Usage(error.to_string()),
            PlanError::File(_) => Self::engine(error),
        }
    }

    /// A run that cannot begin: what is not there a person can provide.
    pub fn run(error: RunError) -> Self {
        match error {
            RunError::Lacking { .. } => Self::Wanting(error.to_string()),
            RunError::Cache(_) | RunError::Threads(_) => Self::engine(error),
        }
    }

    /// The code that it ends with. A reader that closed the pipe early (`millrace show ... | head`) is no failure.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Invalid,
            Self::Wanting(_) => Exit::Waiting,
            Self::Told(exit) => *exit,
            Self::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Done,
            Self::Io(_) | Self::Engine(_) => Exit::Failed,
        }
    }
}
