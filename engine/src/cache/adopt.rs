//! Taking existing files as the output of a node that would otherwise be computed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Entry;
use super::record::{Adoption, Provenance, Summary};
use super::sealed::in_new_folder;
use super::unfinished::{Claim, Unfinished};
use super::{Cache, CacheError, artifact, digest, time};
use crate::plan::Ingredients;
use crate::port::PortType;
use crate::table::{Digest, Table, TableError};

/// Files to be taken for one port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdoptSource {
    /// Parquet files, in order.
    Rows(Vec<PathBuf>),
    /// A folder.
    Artifact(PathBuf),
}

/// What is to be adopted, and as what.
#[derive(Clone, Debug)]
pub struct Adopt {
    /// What the output would be made of.
    pub ingredients: Ingredients,
    /// The promised types of all ports.
    pub ports: BTreeMap<String, PortType>,
    /// The files of all ports.
    pub sources: BTreeMap<String, AdoptSource>,
    /// For which pipeline and node.
    pub provenance: Provenance,
}

impl Cache {
    /// Registers copies of files as an output, with their origin. Rows are fitted to the promised columns.
    ///
    /// # Errors
    /// An output that is there already or being made, files that do not fit, or a disk that takes no more.
    pub fn adopt(&self, adopt: Adopt) -> Result<Entry, CacheError> {
        let fingerprint = adopt.ingredients.fingerprint();
        let refuse = |message: &str| Err(CacheError::Incomplete { fingerprint, message: message.to_owned() });
        let unfinished = match self.claim(&fingerprint)? {
            Claim::Done(_) => return refuse("it is there already"),
            Claim::Theirs => return refuse("another process makes it; wait until that has ended"),
            Claim::Ours(unfinished) => unfinished,
        };
        unfinished.restart()?;
        check_ports(&adopt)?;
        let mut digests = Vec::new();
        for (port, source) in &adopt.sources {
            let taken = match (source, &adopt.ports[port]) {
                (AdoptSource::Artifact(folder), PortType::Artifact { .. }) => take_files(&unfinished, port, folder),
                (AdoptSource::Rows(files), PortType::Rows { schema, .. } | PortType::Columns(schema)) => {
                    take_rows(&unfinished, port, files, schema)
                }
                (AdoptSource::Rows(_), _) => Err(refused(port, "it takes a folder, not Parquet files")),
                (AdoptSource::Artifact(_), _) => Err(refused(port, "it takes Parquet files, not a folder")),
            };
            digests.extend(taken?);
        }
        let adopted = Some(adoption(&adopt.sources, &digests));
        let provenance = Provenance { adopted, made: time::milliseconds(), ..adopt.provenance };
        unfinished.publish(Summary { ingredients: adopt.ingredients, ports: adopt.ports, provenance })
    }
}

fn check_ports(adopt: &Adopt) -> Result<(), CacheError> {
    if let Some(port) = adopt.ports.keys().find(|port| !adopt.sources.contains_key(*port)) {
        return Err(refused(port, "no files are given for it"));
    }
    match adopt.sources.keys().find(|port| !adopt.ports.contains_key(*port)) {
        Some(port) => Err(refused(port, "the node has no such output")),
        None => Ok(()),
    }
}

fn take_rows(
    unfinished: &Unfinished,
    port: &str,
    files: &[PathBuf],
    schema: &arrow::datatypes::SchemaRef,
) -> Result<Vec<Digest>, CacheError> {
    let misfit = |error: TableError| match error {
        TableError::Io { .. } => CacheError::Table(error),
        TableError::Format { .. } | TableError::Schema(_) => refused(port, &error.to_string()),
    };
    let mut writer = unfinished.table_writer(port, schema)?;
    for file in files {
        let table = Table::open(vec![file.clone()], 0).map_err(misfit)?;
        for batch in table.batches() {
            writer.write(&batch.map_err(misfit)?).map_err(misfit)?;
        }
    }
    unfinished.add_table(port, writer.finish().map_err(misfit)?);
    files.iter().map(|file| digest_of(file)).collect()
}

fn take_files(unfinished: &Unfinished, port: &str, folder: &Path) -> Result<Vec<Digest>, CacheError> {
    let files = artifact::files(folder)?;
    if files.is_empty() {
        return Err(refused(port, &format!("{} holds no file", folder.display())));
    }
    let place = unfinished.artifact_folder(port)?;
    for (name, path) in &files {
        let copy = place.join(name);
        in_new_folder(&copy, || fs::copy(path, &copy)).map_err(|error| CacheError::write(&copy, error))?;
    }
    files.values().map(|file| digest_of(file)).collect()
}

fn adoption(sources: &BTreeMap<String, AdoptSource>, digests: &[Digest]) -> Adoption {
    let given = |source: &AdoptSource| match source {
        AdoptSource::Rows(files) => files.iter().map(|file| file.display().to_string()).collect(),
        AdoptSource::Artifact(folder) => vec![folder.display().to_string()],
    };
    let bytes: Vec<u8> = digests.iter().flat_map(|digest| *digest.as_bytes()).collect();
    Adoption {
        from: sources.iter().map(|(port, source)| (port.clone(), given(source))).collect(),
        digest: Digest::of(&bytes),
        when: time::milliseconds(),
    }
}

fn digest_of(file: &Path) -> Result<Digest, CacheError> {
    digest::of_file(file).map(|(_, digest)| digest).map_err(|error| CacheError::io(file, error))
}

fn refused(port: &str, message: &str) -> CacheError {
    CacheError::Adopt { port: port.to_owned(), message: message.to_owned() }
}
