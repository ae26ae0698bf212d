//! One operator, configured, checked and run.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::arrow::ArrowWriter;
use serde_json::Value;

use super::memory_sink::MemorySink;
use super::steps::run_steps;
use super::{drive, json_rows};
use crate::operator::{
    Absence, AnyRow, Complaint, Configured, Context, ContextParts, ExternalFiles, Fault, InputData, Inputs, Origin,
    OutputSink, Outputs, Registration, Settings, Shape, find,
};
use crate::port::{Arity, Input, InputTypes, Mismatch, OutputTypes, PortType, check};
use crate::row::{Emission, Emit, Row, assemble};
use crate::table::Table;

/// Rows in a part of an input: few, so that a handful of rows crosses the boundaries that millions would.
const PART_ROWS: usize = 2;

/// Where an operator finds files and leaves its own.
#[derive(Clone, Debug)]
pub struct Harness {
    /// The folder that stands for the manifest's.
    pub root: PathBuf,
    /// An empty folder for inputs and artifacts.
    pub scratch: PathBuf,
    /// What is made once a machine is kept here.
    pub machine_folder: Option<PathBuf>,
    /// The manifest's seed.
    pub seed: u64,
}

/// One input.
#[derive(Clone, Debug)]
pub enum Given {
    /// Rows as JSON objects, with the row type that they are said to be.
    Rows(Option<String>, Vec<Value>),
    /// An artifact's name and its folder, and where it comes from.
    Artifact(String, PathBuf, Origin),
}

/// What an operator made.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The types that it promised.
    pub types: OutputTypes,
    /// Rows by port.
    pub rows: BTreeMap<String, Vec<Value>>,
    /// Folders of artifacts by port.
    pub artifacts: BTreeMap<String, PathBuf>,
    /// Rows without a result for a reason of their own: id and reason.
    pub failed: Vec<(String, String)>,
    /// What it warned of before it ran and while it did.
    pub warnings: Vec<String>,
}

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The operator is unknown, or a row of the case is not what it says.
    #[error("{0}")]
    Case(String),
    /// `with` does not fit the configuration.
    #[error("{0}")]
    Configuration(String),
    /// An input port does not take what it is given.
    #[error("input `{0}` does not fit: {1:?}")]
    Input(String, Mismatch),
    /// The operator complained at check time.
    #[error("{0:?}")]
    Complaints(Vec<Complaint>),
    /// The operator failed when it ran.
    #[error("{0}")]
    Fault(#[from] Fault),
}

impl Harness {
    /// Configures an operator, asks for its types, runs it.
    ///
    /// # Errors
    /// The first stage that refuses, with all its reasons.
    pub fn run(
        &self,
        operator: &str,
        with: serde_yaml::Value,
        given: &BTreeMap<String, Given>,
    ) -> Result<Outcome, Refusal> {
        let registration = find(operator).ok_or_else(|| Refusal::Case(format!("no operator `{operator}`")))?;
        let configured = (registration.configure)(with).map_err(|error| Refusal::Configuration(error.to_string()))?;
        let types = input_types(given)?;
        check_ports(registration, &types)?;
        let files = ExternalFiles::new(&self.root);
        let outputs = configured.operator().types(&types, &files).map_err(Refusal::Complaints)?;
        let inputs = self.inputs(given, &types)?;
        let foreseen = configured.operator().warnings(&types).into_iter().map(|warning| warning.message);
        let warnings = Arc::new(Mutex::new(foreseen.collect()));
        let context = self.context(registration, &configured, &files, warnings.clone())?;
        let mut sink = MemorySink::new(outputs.clone(), self.scratch.join("outputs"));
        let failed = match &configured.shape {
            Shape::Table(table) => {
                table.run(&inputs, &context, &mut Outputs::new(&mut sink))?;
                Vec::new()
            }
            Shape::Row(row) => run_rows(row.as_ref(), registration, &inputs, &context, &mut sink)?,
            Shape::Step(step) => {
                run_steps(step.as_ref(), registration, &inputs, &context, &self.scratch.join("saves"), &mut sink)?;
                Vec::new()
            }
        };
        let (rows, artifacts) = sink.into_parts();
        let mut warnings: Vec<String> = warnings.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // A step operator is started for every step, and warns whenever it is.
        warnings.dedup();
        Ok(Outcome { types: outputs, rows, artifacts, failed, warnings })
    }

    /// The first output of an operator that makes an artifact, for another operator's input.
    ///
    /// # Errors
    /// As [`Harness::run`].
    pub fn artifact(
        &self,
        operator: &str,
        with: serde_yaml::Value,
        given: &BTreeMap<String, Given>,
    ) -> Result<Given, Refusal> {
        let apart = Self { scratch: self.scratch.join(operator), ..self.clone() };
        let outcome = apart.run(operator, with.clone(), given)?;
        let registration = find(operator).ok_or_else(|| Refusal::Case(format!("no operator `{operator}`")))?;
        let configured = (registration.configure)(with).map_err(|error| Refusal::Configuration(error.to_string()))?;
        let files = files(&configured, &ExternalFiles::new(&self.root))?;
        let made = outcome.artifacts.into_iter().next();
        let (port, folder) = made.ok_or_else(|| Refusal::Case(format!("`{operator}` makes no artifact")))?;
        match outcome.types.get(&port) {
            Some(Some(PortType::Artifact { name })) => {
                Ok(Given::Artifact(name.clone(), folder, Origin { settings: Settings::default(), files }))
            }
            _ => Err(Refusal::Case(format!("`{operator}` does not say what it makes"))),
        }
    }

    fn context(
        &self,
        registration: &Registration,
        configured: &Configured,
        files: &ExternalFiles,
        warnings: Arc<Mutex<Vec<String>>>,
    ) -> Result<Context, Refusal> {
        let warn = move |message| warnings.lock().unwrap_or_else(PoisonError::into_inner).push(message);
        Ok(Context::new(ContextParts {
            operator: registration.name,
            seed: self.seed,
            files: self::files(configured, files)?,
            machine_folder: self.machine_folder.clone(),
            warn: Arc::new(warn),
            ..ContextParts::default()
        }))
    }

    fn inputs(&self, given: &BTreeMap<String, Given>, types: &InputTypes) -> Result<Inputs, Refusal> {
        let (mut ports, mut origins) = (BTreeMap::new(), BTreeMap::new());
        for (port, given) in given {
            let data = match given {
                Given::Artifact(_, folder, origin) => {
                    origins.insert(port.clone(), origin.clone());
                    InputData::Artifact(folder.clone())
                }
                Given::Rows(_, rows) => {
                    let schema = types[port].port_type.as_ref().and_then(PortType::schema);
                    let schema = schema.expect("rows have columns").clone();
                    let batch = json_rows::batch(&schema, rows).map_err(Refusal::Case)?;
                    let parts = store(&batch, &self.scratch.join("inputs").join(port));
                    let parts = parts.map_err(|error| Refusal::Case(format!("input `{port}`: {error}")))?;
                    InputData::Table(Table { schema, parts, rows: rows.len() as u64 })
                }
            };
            ports.insert(port.clone(), data);
        }
        Ok(Inputs::new(ports).with_origins(origins))
    }
}

/// The external files that an operator names, by parameter.
fn files(configured: &Configured, files: &ExternalFiles) -> Result<BTreeMap<String, Vec<PathBuf>>, Refusal> {
    let named = configured.operator().files().into_iter().map(|file| {
        let paths = match (files.resolve(&file.pattern), file.absence) {
            (Err(_), Absence::Awaited) => Vec::new(),
            (found, _) => found.map_err(|error| Fault::node(error.to_string()))?,
        };
        Ok((file.parameter.to_owned(), paths))
    });
    named.collect()
}

fn input_types(given: &BTreeMap<String, Given>) -> Result<InputTypes, Refusal> {
    let port_type = |given: &Given| match given {
        Given::Rows(declared, rows) => json_rows::port_type(declared.as_deref(), rows),
        Given::Artifact(name, ..) => Ok(PortType::artifact(name)),
    };
    let types = given.iter().map(|(port, given)| {
        let port_type = port_type(given).map_err(|error| Refusal::Case(format!("input `{port}`: {error}")))?;
        Ok((port.clone(), Input { port_type: Some(port_type) }))
    });
    types.collect()
}

/// What the graph would refuse before it asked the operator.
fn check_ports(registration: &Registration, types: &InputTypes) -> Result<(), Refusal> {
    let ports = (registration.inputs)();
    for (name, input) in types {
        let own = ports.iter().find(|port| port.name == name && port.arity != Arity::Named);
        let port = own.or_else(|| ports.iter().find(|port| port.arity == Arity::Named));
        let port = port.ok_or_else(|| Refusal::Case(format!("`{}` has no input `{name}`", registration.name)))?;
        let given = input.port_type.as_ref().expect("the harness knows every input");
        check(&port.accepts, given).map_err(|mismatch| Refusal::Input(name.clone(), mismatch))?;
    }
    let open = ports.iter().find(|port| port.arity == Arity::One && !types.contains_key(port.name));
    open.map_or(Ok(()), |port| Err(Refusal::Case(format!("input `{}` is open", port.name))))
}

fn store(batch: &arrow::array::RecordBatch, folder: &Path) -> Result<Vec<PathBuf>, Box<dyn std::error::Error>> {
    fs::create_dir_all(folder)?;
    let mut parts = Vec::new();
    for start in (0..batch.num_rows()).step_by(PART_ROWS) {
        let path = folder.join(format!("part-{:05}.parquet", parts.len()));
        let mut writer = ArrowWriter::try_new(File::create(&path)?, batch.schema(), None)?;
        writer.write(&batch.slice(start, PART_ROWS.min(batch.num_rows() - start)))?;
        writer.close()?;
        parts.push(path);
    }
    Ok(parts)
}

/// Every row in order, one at a time; a row's fault is recorded and the next one follows.
fn run_rows(
    operator: &dyn AnyRow,
    registration: &Registration,
    inputs: &Inputs,
    context: &Context,
    sink: &mut MemorySink,
) -> Result<Vec<(String, String)>, Fault> {
    let ports: Vec<&'static str> = (registration.outputs)().iter().map(|port| port.name).collect();
    let worker = operator.open(inputs, context)?;
    let mut failed = Vec::new();
    for batch in inputs.table(operator.rows_port())?.batches() {
        let batch = Arc::new(batch?);
        let mut made: Vec<(usize, Emission)> = Vec::new();
        for index in 0..batch.num_rows() {
            let row = Row::new(batch.clone(), index);
            let mut emit = Emit::new(&ports);
            match drive::to_end(worker.run(&row, context, &mut emit)) {
                Ok(()) => made.extend(emit.into_emissions().into_iter().map(|emission| (index, emission))),
                Err(Fault::Row(reason)) => failed.push((row.id().to_owned(), reason)),
                Err(fault) => return Err(fault),
            }
        }
        for (place, port) in ports.iter().enumerate() {
            let of_port = made.iter().filter(|(_, emission)| usize::from(emission.port) == place);
            let of_port: Vec<_> = of_port.map(|(index, emission)| (*index, emission)).collect();
            sink.write(port, &assemble(&sink.schema(port)?, &batch, &of_port)?)?;
        }
    }
    Ok(failed)
}
