//! What stands under `run`: what every operator takes, and what one operator takes beside it.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::parameters::{Form, Misfit, Subject};
use crate::manifest::Tree;
use crate::operator::{Complaint, Registration, Settings};

/// What does not change a node's result: it never enters a fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RunSettings {
    /// How many rows are under way at once; the operator's own default where absent.
    #[schemars(range(min = 1, max = 100_000))]
    pub concurrency: Option<usize>,
    /// How often work is tried again after the world, not the row, failed. Default 5.
    #[schemars(range(max = 1000))]
    pub retries: Option<u32>,
    /// Whether the node may give no rows; otherwise none fails it.
    pub allow_empty: bool,
    /// What the operator takes for itself.
    #[serde(skip)]
    pub own: Settings,
}

/// The schema of `run`, with an operator's own settings.
#[must_use]
pub fn settings_schema(own: Option<Schema>) -> Value {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<RunSettings>().to_value();
    if let Some(Value::Object(all)) = schema.get_mut("properties") {
        all.extend(properties(own));
    }
    schema
}

/// What `run` must look like, of one operator.
pub(super) struct SettingsForm {
    form: Form,
    own: Vec<String>,
    complaints: Option<fn(&Settings) -> Vec<Complaint>>,
}

impl SettingsForm {
    pub(super) fn of(registration: &Registration) -> Self {
        let schema = || (registration.settings)().map(|own| own.schema);
        let own = properties(schema()).into_iter().map(|(name, _)| name).collect();
        let complaints = (registration.settings)().map(|own| own.complaints);
        Self { form: Form::new(settings_schema(schema())), own, complaints }
    }

    /// The names of all settings.
    pub(super) fn keys(&self) -> Vec<&str> {
        self.form.keys()
    }

    /// The settings.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(super) fn read(&self, run: &Tree) -> Result<RunSettings, Refused> {
        let misfits = self.form.check(run, Subject::Settings);
        if !misfits.is_empty() {
            return Err(Refused::Misfits(misfits));
        }
        let unreadable = |error: serde_yaml::Error| Refused::Unreadable(error.to_string());
        let mut all: Map<String, Value> = serde_yaml::from_value(run.to_value()).map_err(unreadable)?;
        let own = self.own.iter().filter_map(|name| all.shift_remove_entry(name)).collect();
        let settings: RunSettings =
            serde_json::from_value(Value::Object(all)).map_err(|error| Refused::Unreadable(error.to_string()))?;
        let own = Settings::new(own);
        let complaints = self.complaints.map_or_else(Vec::new, |complaints| complaints(&own));
        if complaints.is_empty() { Ok(RunSettings { own, ..settings }) } else { Err(Refused::Complaints(complaints)) }
    }
}

/// Settings that are none.
pub(super) enum Refused {
    /// They do not fit the schema.
    Misfits(Vec<Misfit>),
    /// They fit, and the operator refuses them.
    Complaints(Vec<Complaint>),
    /// They fit, and still cannot be read.
    Unreadable(String),
}

fn properties(schema: Option<Schema>) -> Map<String, Value> {
    match schema.map(Schema::to_value).and_then(|mut schema| schema.get_mut("properties").map(Value::take)) {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    }
}
