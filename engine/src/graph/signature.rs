//! What is known of an operator before it is configured, worked out once per process.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use super::parameters::Form;
use super::settings::SettingsForm;
use crate::operator::{Registration, registrations};
use crate::port::{Arity, InputPort, OutputPort};

/// A registered operator with its ports, and its parameters once somebody asks.
pub(super) struct Signature {
    pub(super) registration: &'static Registration,
    pub(super) inputs: Vec<InputPort>,
    pub(super) outputs: Vec<OutputPort>,
    parameters: OnceLock<Form>,
    settings: OnceLock<SettingsForm>,
}

static SIGNATURES: LazyLock<BTreeMap<&'static str, Signature>> =
    LazyLock::new(|| registrations().into_iter().map(|found| (found.name, Signature::of(found))).collect());

/// The operator of this name.
pub(super) fn signature(name: &str) -> Option<&'static Signature> {
    SIGNATURES.get(name)
}

/// The names of all operators.
pub(super) fn operator_names() -> impl Iterator<Item = &'static str> {
    SIGNATURES.keys().copied()
}

impl Signature {
    fn of(registration: &'static Registration) -> Self {
        let (inputs, outputs) = ((registration.inputs)(), (registration.outputs)());
        Self { registration, inputs, outputs, parameters: OnceLock::new(), settings: OnceLock::new() }
    }

    pub(super) fn name(&self) -> &'static str {
        self.registration.name
    }

    /// What `with` must look like.
    pub(super) fn parameters(&self) -> &Form {
        self.parameters.get_or_init(|| Form::new((self.registration.schema)().to_value()))
    }

    /// What `run` must look like.
    pub(super) fn settings(&self) -> &SettingsForm {
        self.settings.get_or_init(|| SettingsForm::of(self.registration))
    }

    /// The port that takes an edge of this name.
    pub(super) fn input(&self, name: &str) -> Option<&InputPort> {
        let own = self.inputs.iter().find(|port| port.arity != Arity::Named && port.name == name);
        own.or_else(|| self.group())
    }

    /// The group of ports whose names the manifest chooses.
    pub(super) fn group(&self) -> Option<&InputPort> {
        self.inputs.iter().find(|port| port.arity == Arity::Named)
    }

    /// The ports that need an edge of their own name.
    pub(super) fn required(&self) -> impl Iterator<Item = &InputPort> {
        self.inputs.iter().filter(|port| port.arity == Arity::One)
    }

    /// The output that a bare node name means: the first one declared.
    pub(super) fn default_output(&self) -> Option<&'static str> {
        self.outputs.first().map(|port| port.name)
    }

    /// The port that a node name without a port feeds: the one that must be fed, or else the only one.
    pub(super) fn bare_port(&self) -> Option<&InputPort> {
        let mut required = self.required();
        match (required.next(), required.next(), self.inputs.as_slice()) {
            (Some(only), None, _) => Some(only),
            (None, None, [only]) if only.arity != Arity::Named => Some(only),
            _ => None,
        }
    }
}
