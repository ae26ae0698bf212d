//! The registry of operators, filled at link time by the last line of each operator's file.

use std::sync::Arc;

use schemars::Schema;
use schemars::generate::SchemaSettings;

use super::{AnyOperator, Operator, RowOperator, SettingsKind, Shape, StepOperator, TableOperator};
use crate::port::{InputPort, OutputPort};

/// Which of the three shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ShapeKind {
    /// Whole tables.
    Table,
    /// Single rows.
    Row,
    /// Steps over a state.
    Step,
}

/// An operator as the registry knows it, before it is configured.
#[derive(Clone, Copy)]
pub struct Registration {
    /// See [`Operator::NAME`].
    pub name: &'static str,
    /// See [`Operator::VERSION`].
    pub version: u32,
    /// Its shape.
    pub kind: ShapeKind,
    /// See [`Operator::RANDOM`].
    pub random: bool,
    /// See [`Operator::SINK`].
    pub sink: bool,
    /// See [`Operator::inputs`].
    pub inputs: fn() -> Vec<InputPort>,
    /// See [`Operator::outputs`].
    pub outputs: fn() -> Vec<OutputPort>,
    /// The JSON Schema of `with`; its description is the manual page.
    pub schema: fn() -> Schema,
    /// See [`Operator::settings`].
    pub settings: fn() -> Option<SettingsKind>,
    /// Reads `with`.
    pub configure: fn(serde_yaml::Value) -> Result<Configured, serde_path_to_error::Error<serde_yaml::Error>>,
}

inventory::collect!(Registration);

/// An operator with its configuration.
#[derive(Clone)]
pub struct Configured {
    /// The configuration after defaults, as it enters the fingerprint.
    pub config: serde_json::Value,
    /// The operator.
    pub shape: Shape,
}

impl Configured {
    /// The operator, its shape forgotten.
    #[must_use]
    pub fn operator(&self) -> &dyn AnyOperator {
        self.shape.operator()
    }
}

impl std::fmt::Debug for Configured {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Configured").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Registration {
    /// A table operator.
    #[must_use]
    pub const fn table<O: TableOperator>() -> Self {
        Self::new::<O>(ShapeKind::Table, |with| configure::<O>(with, |operator| Shape::Table(operator)))
    }

    /// A row operator.
    #[must_use]
    pub const fn row<O: RowOperator>() -> Self {
        Self::new::<O>(ShapeKind::Row, |with| configure::<O>(with, |operator| Shape::Row(operator)))
    }

    /// A step operator.
    #[must_use]
    pub const fn step<O: StepOperator>() -> Self {
        Self::new::<O>(ShapeKind::Step, |with| configure::<O>(with, |operator| Shape::Step(operator)))
    }

    const fn new<O: Operator>(
        kind: ShapeKind,
        configure: fn(serde_yaml::Value) -> Result<Configured, serde_path_to_error::Error<serde_yaml::Error>>,
    ) -> Self {
        Self {
            name: O::NAME,
            version: O::VERSION,
            kind,
            random: O::RANDOM,
            sink: O::SINK,
            inputs: O::inputs,
            outputs: O::outputs,
            schema: || SchemaSettings::draft07().into_generator().into_root_schema_for::<O>(),
            settings: O::settings,
            configure,
        }
    }
}

fn configure<O: Operator>(
    with: serde_yaml::Value,
    shape: fn(Arc<O>) -> Shape,
) -> Result<Configured, serde_path_to_error::Error<serde_yaml::Error>> {
    let operator: O = serde_path_to_error::deserialize(with)?;
    let config = serde_json::to_value(&operator).expect("a configuration is plain data with text keys");
    Ok(Configured { config, shape: shape(Arc::new(operator)) })
}

/// Every registered operator, by name.
#[must_use]
pub fn registrations() -> Vec<&'static Registration> {
    let mut all: Vec<_> = inventory::iter::<Registration>.into_iter().collect();
    all.sort_by_key(|registration| registration.name);
    all
}

/// The operator of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Registration> {
    inventory::iter::<Registration>.into_iter().find(|registration| registration.name == name)
}

/// Registers an operator by shape: `engine::operator!(row Where);` is the last line of its file.
#[macro_export]
macro_rules! operator {
    ($shape:ident $operator:ty) => {
        $crate::inventory::submit! { $crate::operator::Registration::$shape::<$operator>() }
    };
}
