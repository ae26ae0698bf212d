//! The files outside the pipeline that nodes depend on: found, named portably, and known by their digests.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::Task;
use crate::cache::{CacheError, Digests};
use crate::graph::Node;
use crate::operator::{Absence, ExternalFiles, FileParameter};
use crate::table::Digest;

/// The files of one node by parameter, and the patterns that match nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct NodeFiles {
    pub(super) found: BTreeMap<String, Vec<PathBuf>>,
    pub(super) missing: Vec<String>,
    names: BTreeMap<String, Vec<String>>,
}

impl NodeFiles {
    pub(super) fn of(node: &Node, files: &ExternalFiles) -> Self {
        let mut all = Self::default();
        for parameter in node.configured.operator().files() {
            all.add(&parameter, files);
        }
        all
    }

    fn add(&mut self, parameter: &FileParameter, files: &ExternalFiles) {
        match files.resolve(&parameter.pattern) {
            Err(_) if parameter.absence == Absence::Awaited => {
                self.names.insert(parameter.parameter.to_owned(), Vec::new());
                self.found.insert(parameter.parameter.to_owned(), Vec::new());
            }
            Err(missing) => self.missing.push(missing.pattern),
            Ok(paths) => {
                let names = paths.iter().map(|path| portable_name(path, files.root(), &parameter.pattern));
                self.names.entry(parameter.parameter.to_owned()).or_default().extend(names);
                self.found.entry(parameter.parameter.to_owned()).or_default().extend(paths);
            }
        }
    }

    /// Digests by parameter, by portable name.
    pub(super) fn ingredients(&self, digests: &HashMap<PathBuf, Digest>) -> BTreeMap<String, BTreeMap<String, String>> {
        let of_parameter = |(parameter, paths): (&String, &Vec<PathBuf>)| {
            let named = self.names[parameter].iter().zip(paths);
            (parameter.clone(), named.map(|(name, path)| (name.clone(), digests[path].to_string())).collect())
        };
        self.found.iter().map(of_parameter).collect()
    }
}

/// The digests of every file of these nodes, each file read at most once.
pub(super) fn digest_all<'a>(
    nodes: impl IntoIterator<Item = &'a NodeFiles>,
    digests: &Digests,
) -> Result<HashMap<PathBuf, Digest>, CacheError> {
    let mut paths: Vec<PathBuf> = nodes.into_iter().flat_map(|node| node.found.values().flatten().cloned()).collect();
    paths.sort();
    paths.dedup();
    let found = digests.of_all(&paths)?;
    Ok(paths.into_iter().zip(found).collect())
}

/// The external files of a task that are no longer what they were when it was planned: a run that read them
/// meanwhile must not store its result.
///
/// # Errors
/// A file that is there but cannot be read.
pub fn changed_files(task: &Task, digests: &Digests) -> Result<Vec<PathBuf>, CacheError> {
    let planned = task.ingredients.as_ref().map(|ingredients| &ingredients.files);
    let mut changed = Vec::new();
    for (parameter, paths) in &task.files {
        let known: Vec<&String> =
            planned.and_then(|files| files.get(parameter)).map_or_else(Vec::new, |files| files.values().collect());
        for path in paths {
            if !path.exists() || !known.contains(&&digests.of(path)?.to_string()) {
                changed.push(path.clone());
            }
        }
    }
    Ok(changed)
}

/// The path below the manifest's folder; for files elsewhere, below the folder that their pattern starts in, so that
/// the same files mounted elsewhere are the same.
fn portable_name(path: &Path, root: &Path, pattern: &str) -> String {
    if let Ok(below) = path.strip_prefix(root) {
        return below.to_string_lossy().into_owned();
    }
    let start: PathBuf = Path::new(pattern)
        .components()
        .take_while(|component| !component.as_os_str().to_string_lossy().contains(['*', '?', '[']))
        .collect();
    let below = path.strip_prefix(&start).ok().filter(|below| !below.as_os_str().is_empty());
    let name = below.map(Path::to_path_buf).or_else(|| path.file_name().map(PathBuf::from));
    name.unwrap_or_else(|| path.to_owned()).to_string_lossy().into_owned()
}
