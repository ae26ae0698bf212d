//! What an operator lets a manifest say under `run` beside what every operator does: an address, a device, the name of
//! a key. It changes no result and stands in no fingerprint.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Complaint, Fault, Site};

/// The settings of one node, as the manifest gives them; checked against the operator's own schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings(Map<String, Value>);

impl Settings {
    /// Settings by name.
    #[must_use]
    pub fn new(values: Map<String, Value>) -> Self {
        Self(values)
    }

    /// Reads those that `T` has fields for, and leaves the others alone: a reader of somebody else's node asks for what
    /// it understands.
    ///
    /// # Errors
    /// [`Fault::Node`] where a value is not what `T` takes.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        let read = serde_json::from_value(Value::Object(self.0.clone()));
        read.map_err(|error| Fault::node(format!("`run` cannot be read: {error}")))
    }
}

/// Settings as the fields of a struct.
pub trait OwnSettings: DeserializeOwned + JsonSchema {
    /// What is wrong with them that no schema can say.
    fn complaints(&self) -> Vec<Complaint> {
        Vec::new()
    }

    /// What a machine lacks for a node to work there as it is set: a card, an address, a key. A sentence for each, with a
    /// way out. A run is refused before anything is made.
    ///
    /// # Errors
    /// [`Fault::Node`] where settings cannot be read.
    fn lacks(site: &Site<'_>) -> Result<Vec<String>, Fault> {
        let _ = site;
        Ok(Vec::new())
    }
}

/// What an operator takes under `run` for itself.
pub struct SettingsKind {
    /// How it is written.
    pub schema: Schema,
    /// See [`OwnSettings::complaints`]; they fit the schema.
    pub complaints: fn(&Settings) -> Vec<Complaint>,
    /// See [`OwnSettings::lacks`].
    pub lacks: fn(&Site<'_>) -> Result<Vec<String>, Fault>,
}

impl SettingsKind {
    /// Settings that are the fields of `T`, for [`Operator::settings`](super::Operator::settings).
    #[must_use]
    pub fn of<T: OwnSettings>() -> Option<Self> {
        // Without definitions, since it is joined with what every operator takes.
        let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
        Some(Self {
            schema: settings.into_generator().into_root_schema_for::<T>(),
            // What cannot be read is told where it is read.
            complaints: |settings| settings.read::<T>().map(|own| own.complaints()).unwrap_or_default(),
            lacks: T::lacks,
        })
    }
}
