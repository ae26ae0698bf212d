//! Models that a manifest names as `hub:ORG/NAME`: where they are looked for, as the environment says, and whether one that is
//! not there is fetched.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use engine::operator::Depot;
use models::hub::{Hub, ModelName};

/// What manifests begin a model's name with.
pub const SCHEME: &str = "hub";

/// What becomes of a model that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// That is told.
    Told,
    /// It is fetched.
    Fetched,
}

/// The hub's models on this machine.
#[derive(Debug)]
pub struct Models {
    /// None where no folder is theirs.
    hub: Option<Hub>,
    absent: Absent,
    /// What was tried to be fetched: a manifest is looked at several times.
    fetched: Mutex<BTreeMap<String, Result<PathBuf, String>>>,
}

impl Models {
    /// As the environment says, in the variables that all tools of the hub read: `HF_HUB_CACHE`, `HF_HOME`, `HF_ENDPOINT`,
    /// `HF_TOKEN`, `HF_HUB_OFFLINE`.
    pub fn of_environment(absent: Absent) -> Self {
        let absent = if variable("HF_HUB_OFFLINE").is_some_and(|value| value != "0") { Absent::Told } else { absent };
        Self { hub: hub(), absent, fetched: Mutex::default() }
    }
}

impl Depot for Models {
    fn folder(&self, name: &str) -> Result<PathBuf, String> {
        let model: ModelName = name.parse().map_err(|error: models::hub::HubError| error.to_string())?;
        let hub = self.hub.as_ref().ok_or("neither `HF_HOME` nor `HOME` is set, so models of the hub have no place")?;
        if let Some(folder) = hub.find(&model) {
            return Ok(folder);
        }
        if self.absent == Absent::Told {
            return Err(format!("{model} is not in {}, where `run` puts it", hub.cache.display()));
        }
        let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        fetched.entry(name.to_owned()).or_insert_with(|| fetch(hub, &model)).clone()
    }
}

fn fetch(hub: &Hub, model: &ModelName) -> Result<PathBuf, String> {
    // Standard error may be closed; the model is fetched all the same.
    let _ = writeln!(io::stderr(), "fetching {model} from {} into {}", hub.endpoint, hub.cache.display());
    hub.fetch(model).map_err(|error| error.to_string())
}

fn hub() -> Option<Hub> {
    let home = variable("HF_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(variable("HOME")?).join(".cache/huggingface")));
    let cache = variable("HF_HUB_CACHE").map(PathBuf::from).or_else(|| Some(home.as_ref()?.join("hub")))?;
    let kept = || fs::read_to_string(home.as_ref()?.join("token")).ok().map(|token| token.trim().to_owned());
    let endpoint = variable("HF_ENDPOINT").unwrap_or_else(|| "https://huggingface.co".to_owned());
    Some(Hub { cache, endpoint, token: variable("HF_TOKEN").or_else(kept) })
}

#[expect(clippy::disallowed_methods, reason = "where the hub's models lie is the machine's matter")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
