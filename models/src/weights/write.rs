//! The parameters of a module into files. Owns the shards and their index; files are replaced, never rewritten.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};
use safetensors::View;
use serde_json::json;

use super::{Dtype, WeightsError};

/// Writes a module's parameters as `dtype` into `folder`: in one file, or in shards of at most `shard` bytes with an
/// index, named as the reference names them. A parameter larger than that has a shard of its own.
pub fn write<M: Module>(module: &M, folder: &Path, dtype: Dtype, shard: u64) -> Result<(), WeightsError> {
    let mut collector = Collector { dtype, path: Vec::new(), entries: Vec::new() };
    module.visit(&mut collector);
    let total: u64 = collector.entries.iter().map(Entry::bytes).sum();
    let shards = divide(collector.entries, shard);
    let count = shards.len();
    let mut places = BTreeMap::new();
    let mut parameters = 0;
    for (index, shard) in shards.into_iter().enumerate() {
        let file = name(index + 1, count);
        for entry in &shard {
            parameters += entry.shape.iter().product::<usize>();
            places.insert(entry.name.clone(), file.clone());
        }
        write_file(shard, &folder.join(file))?;
    }
    if count > 1 {
        let metadata = json!({"total_parameters": parameters, "total_size": total});
        write_index(&json!({"metadata": metadata, "weight_map": places}), folder)?;
    }
    Ok(())
}

/// A parameter that is read only when its turn comes to be written.
struct Entry {
    name: String,
    shape: Vec<usize>,
    dtype: Dtype,
    read: Box<dyn Fn() -> TensorData>,
}

impl Entry {
    fn bytes(&self) -> u64 {
        (self.shape.iter().product::<usize>() * self.dtype.size()) as u64
    }
}

impl View for Entry {
    fn dtype(&self) -> safetensors::Dtype {
        self.dtype.to_file()
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Owned((self.read)().bytes.to_vec())
    }

    fn data_len(&self) -> usize {
        self.shape.iter().product::<usize>() * self.dtype.size()
    }
}

struct Collector {
    dtype: Dtype,
    path: Vec<String>,
    entries: Vec<Entry>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let tensor = parameter.val();
        let (shape, dtype) = (tensor.dims().to_vec(), self.dtype);
        let read = Box::new(move || tensor.clone().cast(dtype.to_burn()).into_data());
        self.entries.push(Entry { name: self.path.join("."), shape, dtype, read });
    }
}

/// Parameters in their order, cut where the next one would be too much.
fn divide(entries: Vec<Entry>, shard: u64) -> Vec<Vec<Entry>> {
    let mut shards = vec![Vec::new()];
    let mut size = 0;
    for entry in entries {
        let bytes = entry.bytes();
        if size > 0 && size + bytes > shard {
            shards.push(Vec::new());
            size = 0;
        }
        size += bytes;
        shards.last_mut().expect("there is always a shard").push(entry);
    }
    shards
}

fn name(shard: usize, count: usize) -> String {
    if count == 1 { "model.safetensors".to_owned() } else { format!("model-{shard:05}-of-{count:05}.safetensors") }
}

fn write_file(entries: Vec<Entry>, path: &Path) -> Result<(), WeightsError> {
    let named: Vec<_> = entries.into_iter().map(|entry| (entry.name.clone(), entry)).collect();
    // transformers refuses a file that does not say which library's layout it has.
    let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    safetensors::serialize_to_file(named, Some(metadata), path)
        .map_err(|reason| WeightsError::Write { path: path.to_owned(), reason: reason.to_string() })
}

fn write_index(index: &serde_json::Value, folder: &Path) -> Result<(), WeightsError> {
    let path = folder.join("model.safetensors.index.json");
    fs::write(&path, format!("{index:#}\n")).map_err(WeightsError::file("write", &path))
}
