//! `millrace cache adopt`: existing files as a node's output, with where they come from.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use engine::cache::{Adopt as Adoption, AdoptSource, Provenance};
use engine::plan::Task;
use engine::port::PortType;

use crate::cli::Adopt;
use crate::exit::{Exit, Failure};
use crate::open;
use crate::render::plan::grouped;

/// Registers copies of the files under the node's fingerprint.
pub fn execute(arguments: &Adopt, out: &mut dyn Write) -> Result<Exit, Failure> {
    let opened = open::open(&arguments.pipeline)?;
    let node = opened.node(&arguments.node)?.name.clone();
    let planned = opened.plan_of_everything()?;
    let task = planned.tasks.iter().find(|task| task.names.iter().any(|(_, name)| *name == node));
    let task = task.expect("the plan has every node");
    let ingredients = task.ingredients.clone().ok_or_else(|| {
        Failure::Usage(format!(
            "`{node}` has no fingerprint before its input files are there; `millrace plan` names them"
        ))
    })?;
    let ports = promised(task)?;
    let mut sources = sources(&arguments.files, &ports)?;
    let unasked = (task.node.registration.outputs)().into_iter().filter(|port| port.may_be_empty);
    for port in unasked {
        // What was made elsewhere seldom has the rows that are told on the way.
        sources.entry(port.name.to_owned()).or_insert(AdoptSource::Rows(Vec::new()));
    }
    let provenance = Provenance {
        pipeline: planned.pipeline.clone(),
        node: node.clone(),
        made: engine::cache::milliseconds(),
        ..Provenance::default()
    };
    let adopted = opened.cache.adopt(Adoption { ingredients, ports, sources, provenance }).map_err(Failure::engine)?;
    writeln!(out, "{node}  {}  {} rows adopted", adopted.fingerprint().short(), grouped(adopted.total_rows()))?;
    Ok(Exit::Done)
}

fn promised(task: &Task) -> Result<BTreeMap<String, PortType>, Failure> {
    let known = task.node.outputs.iter().map(|(port, given)| {
        let given =
            given.clone().ok_or_else(|| Failure::Usage(format!("the columns of `{port}` are not known yet")))?;
        Ok((port.clone(), given))
    });
    known.collect()
}

/// `OUTPUT=PATH` for a node with several outputs, `PATH` for one with one.
fn sources(files: &[PathBuf], ports: &BTreeMap<String, PortType>) -> Result<BTreeMap<String, AdoptSource>, Failure> {
    let mut sources: BTreeMap<String, AdoptSource> = BTreeMap::new();
    for file in files {
        let text = file.to_string_lossy();
        let (port, path) = match text.split_once('=').filter(|(port, _)| ports.contains_key(*port)) {
            Some((port, path)) => (port.to_owned(), PathBuf::from(path)),
            None => (only(ports)?, file.clone()),
        };
        match (sources.get_mut(&port), &ports[&port]) {
            (Some(AdoptSource::Rows(paths)), _) => paths.push(path),
            (_, PortType::Artifact { .. }) => drop(sources.insert(port, AdoptSource::Artifact(path))),
            (_, _) => drop(sources.insert(port, AdoptSource::Rows(vec![path]))),
        }
    }
    Ok(sources)
}

fn only(ports: &BTreeMap<String, PortType>) -> Result<String, Failure> {
    let mut names = ports.keys();
    match (names.next(), names.next()) {
        (Some(only), None) => Ok(only.clone()),
        _ => {
            let names: Vec<&str> = ports.keys().map(String::as_str).collect();
            Err(Failure::Usage(format!("say which output each path is for, OUTPUT=PATH: {}", names.join(", "))))
        }
    }
}
