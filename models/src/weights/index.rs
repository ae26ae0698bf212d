//! Where the parameters of a checkpoint are stored: in one file, or in shards with an index. Owns that every name is
//! stored once and that the index tells the truth.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::tensor::TensorData;
use safetensors::SafeTensors;
use serde::Deserialize;

use super::mapped::MappedFile;
use super::{Dtype, Found, Source, WeightsError, convert};

const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// The stored parameters of a checkpoint, by name.
#[derive(Debug)]
pub struct Stored {
    tensors: BTreeMap<String, StoredTensor>,
}

/// A stored parameter.
#[derive(Debug, Clone)]
pub struct StoredTensor {
    /// Its precision.
    pub dtype: Dtype,
    /// Its shape.
    pub shape: Vec<usize>,
    file: Arc<MappedFile>,
    range: Range<usize>,
}

/// The file that says which shard has which parameter.
#[derive(Debug, Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

impl Stored {
    /// Opens the weights in a checkpoint's folder.
    pub fn open(folder: &Path) -> Result<Self, WeightsError> {
        let (single, index) = (folder.join(SINGLE), folder.join(INDEX));
        let tensors = if single.exists() {
            open_file(&single)?
        } else if index.exists() {
            open_shards(folder, &index)?
        } else {
            return Err(WeightsError::Absent(folder.to_owned()));
        };
        Ok(Self { tensors })
    }

    /// Opens one file.
    pub(crate) fn of_file(path: &Path) -> Result<Self, WeightsError> {
        Ok(Self { tensors: open_file(path)? })
    }

    /// The stored parameters.
    pub fn tensors(&self) -> &BTreeMap<String, StoredTensor> {
        &self.tensors
    }
}

impl Source for Stored {
    fn names(&self) -> Vec<String> {
        self.tensors.keys().cloned().collect()
    }

    fn find(&self, name: &str, place: &[usize], dtype: Dtype) -> Result<Found, WeightsError> {
        match self.tensors.get(name) {
            None => Ok(Found::Nothing),
            Some(tensor) if tensor.shape == place => tensor.read(dtype).map(Found::Fitting),
            Some(tensor) => Ok(Found::Misshapen(tensor.shape.clone())),
        }
    }
}

impl StoredTensor {
    /// The parameter as `dtype`: the mapped bytes themselves where they are that already.
    pub fn read(&self, dtype: Dtype) -> Result<TensorData, WeightsError> {
        let bytes = self.file.bytes.slice(self.range.clone());
        let aligned = bytes.as_ptr().addr().is_multiple_of(self.dtype.size());
        let data = if dtype == self.dtype && aligned {
            convert::share(bytes)
        } else {
            let start = self.range.start as u64;
            convert::read(&self.file, start, self.range.len() / self.dtype.size(), [self.dtype, dtype])?
        };
        Ok(TensorData::from_bytes(data, self.shape.clone(), dtype.to_burn()))
    }

    /// The stored bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.file.bytes[self.range.clone()]
    }
}

fn open_file(path: &Path) -> Result<BTreeMap<String, StoredTensor>, WeightsError> {
    let file = Arc::new(MappedFile::open(path)?);
    let (header, metadata) =
        SafeTensors::read_metadata(&file.bytes).map_err(|reason| WeightsError::format(path, reason))?;
    let begin = header + size_of::<u64>();
    let mut tensors = BTreeMap::new();
    for (name, info) in metadata.tensors() {
        let dtype = Dtype::of_file(info.dtype).ok_or_else(|| WeightsError::Dtype {
            path: path.to_owned(),
            name: name.clone(),
            dtype: info.dtype.to_string(),
        })?;
        let range = begin + info.data_offsets.0..begin + info.data_offsets.1;
        tensors.insert(name, StoredTensor { dtype, shape: info.shape.clone(), file: file.clone(), range });
    }
    Ok(tensors)
}

fn open_shards(folder: &Path, path: &Path) -> Result<BTreeMap<String, StoredTensor>, WeightsError> {
    let text = fs::read(path).map_err(WeightsError::file("read", path))?;
    let index: Index = serde_json::from_slice(&text).map_err(|reason| WeightsError::format(path, reason))?;
    let mut shards: BTreeMap<&str, BTreeMap<String, StoredTensor>> = BTreeMap::new();
    for shard in index.weight_map.values() {
        if !shards.contains_key(shard.as_str()) {
            shards.insert(shard, open_file(&shard_path(folder, path, shard)?)?);
        }
    }
    let fault =
        |name: &str, reason: String| WeightsError::Index { path: path.to_owned(), name: name.to_owned(), reason };
    let mut tensors = BTreeMap::new();
    for (name, shard) in &index.weight_map {
        let own = shards.get_mut(shard.as_str()).and_then(|shard| shard.remove(name));
        let own = own.ok_or_else(|| fault(name, format!("`{shard}` does not have it")))?;
        tensors.insert(name.clone(), own);
    }
    // What a shard has beside what the index says would be read by nobody, or be a second copy.
    match shards.iter().find_map(|(shard, rest)| Some((shard, rest.keys().next()?))) {
        Some((shard, name)) => Err(fault(name, format!("`{shard}` has it too"))),
        None => Ok(tensors),
    }
}

/// The path of a shard, which must lie in the folder itself.
fn shard_path(folder: &Path, index: &Path, shard: &str) -> Result<PathBuf, WeightsError> {
    let plain = Path::new(shard).file_name().is_some_and(|name| name == shard);
    let outside = || WeightsError::format(index, format!("`{shard}` is no file beside it"));
    if plain { Ok(folder.join(shard)) } else { Err(outside()) }
}
