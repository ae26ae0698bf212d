//! From the words of the command line to a checked pipeline and its cache; faults are told on the way.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::ablation::BASE;
use engine::cache::{Cache, Trust};
use engine::diagnostic::{Diagnostic, Palette, Sources, arrange, closest, render};
use engine::graph::{Graph, Node};
use engine::manifest::{Manifest, Selection};
use engine::operator::ExternalFiles;
use engine::pipeline::Pipeline;
use engine::plan::{Plan, plan};

use crate::cli;
use crate::exit::{Exit, Failure};
use crate::hub::{self, Absent};

/// A checked pipeline.
pub struct Opened {
    /// The manifest as it was resolved.
    pub manifest: Manifest,
    /// Its graph.
    pub graph: Graph,
    /// The cache.
    pub cache: Cache,
}

/// Reads the file, without checking it. `absent` says what becomes of models of the hub that are not here.
pub fn read(file: &Path, absent: Absent) -> Result<Pipeline, Failure> {
    let bytes = fs::read(file).map_err(|error| Failure::Usage(format!("cannot read {}: {error}", file.display())))?;
    let models = Arc::new(hub::Models::of_environment(absent));
    let files = ExternalFiles::new(folder(file)).with_depot(hub::SCHEME, models);
    Ok(Pipeline::read(&file.display().to_string(), &bytes, files))
}

/// What the arguments choose of a manifest.
pub fn selection(arguments: &cli::Pipeline) -> Selection {
    Selection { presets: arguments.preset.clone(), sets: arguments.sets.clone(), ..Selection::default() }
}

/// Reads and checks the pipeline as chosen. Faults and warnings go to standard error; with a fault, nothing comes back.
pub fn open(arguments: &cli::Pipeline) -> Result<Opened, Failure> {
    checked(arguments, Absent::Told)
}

/// The same, and fetches what is not here.
pub fn open_to_run(arguments: &cli::Pipeline) -> Result<Opened, Failure> {
    checked(arguments, Absent::Fetched)
}

fn checked(arguments: &cli::Pipeline, absent: Absent) -> Result<Opened, Failure> {
    let mut pipeline = read(&arguments.file, absent)?;
    let (checked, diagnostics) = pipeline.graph(&selection(arguments));
    tell(&arrange(diagnostics), pipeline.sources())?;
    let (manifest, graph) = checked.ok_or(Failure::Told(Exit::Invalid))?;
    let cache = cache(arguments)?;
    Ok(Opened { manifest, graph, cache })
}

impl Opened {
    /// The plan for some nodes, or for all.
    pub fn plan(&self, nodes: &[String]) -> Result<Plan, Failure> {
        let names: Vec<&str> = nodes.iter().map(String::as_str).collect();
        let targets = (!names.is_empty()).then_some(names.as_slice());
        plan(&[(BASE, &self.graph)], &self.cache, targets).map_err(Failure::plan)
    }

    /// The plan in which every node is asked for, so that it has all tasks and all edges.
    pub fn plan_of_everything(&self) -> Result<Plan, Failure> {
        let names: Vec<String> = self.graph.nodes.iter().map(|node| node.name.clone()).collect();
        self.plan(&names)
    }

    /// The node of this name.
    pub fn node(&self, name: &str) -> Result<&Node, Failure> {
        let place = self.graph.find(name).ok_or_else(|| self.unknown(name))?;
        Ok(&self.graph.nodes[place])
    }

    /// A node and one of its outputs: `node.output`, or `node` for its first.
    pub fn output(&self, name: &str) -> Result<(String, String), Failure> {
        if let Some(place) = self.graph.find(name) {
            let node = &self.graph.nodes[place];
            let first = (node.registration.outputs)().first().map(|port| port.name.to_owned());
            let first = first.ok_or_else(|| Failure::Usage(format!("`{name}` has no output")))?;
            return Ok((node.name.clone(), first));
        }
        let split = name.rsplit_once('.').and_then(|(node, port)| Some((self.graph.find(node)?, port)));
        let (place, port) = split.ok_or_else(|| self.unknown(name))?;
        Ok((self.graph.nodes[place].name.clone(), port.to_owned()))
    }

    fn unknown(&self, name: &str) -> Failure {
        let near = closest(name, self.graph.nodes.iter().map(|node| node.name.as_str()));
        let hint =
            near.map_or_else(|| "`millrace graph` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        Failure::Usage(format!("there is no node `{name}`: {hint}"))
    }
}

/// The cache of a pipeline.
pub fn cache(arguments: &cli::Pipeline) -> Result<Cache, Failure> {
    let root = arguments.cache.clone().unwrap_or_else(|| beside(&arguments.file));
    let cache = Cache::open(&root).map_err(Failure::engine)?;
    Ok(if arguments.rehash { cache.trusting(Trust::Nothing) } else { cache })
}

/// `.millrace` beside a manifest.
pub fn beside(file: &Path) -> PathBuf {
    folder(file).join(".millrace")
}

/// Draws diagnostics on standard error.
pub fn tell(diagnostics: &[Diagnostic], sources: &Sources) -> io::Result<()> {
    let mut err = io::stderr().lock();
    let palette = if io::stderr().is_terminal() { Palette::Colour } else { Palette::Plain };
    write!(err, "{}", render(diagnostics, sources, 100, palette))
}

fn folder(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
