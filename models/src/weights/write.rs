//! The parameters of a module into files. Owns the shards and their index.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{DType, Tensor, TensorData};
use serde_json::json;

use super::{Dtype, WeightsError, file};

/// Writes a module's parameters as `dtype` into `folder`: in one file, or in shards of at most `shard` bytes with an
/// index, named as the reference names them. A parameter larger than that has a shard of its own.
pub fn write<M: Module>(module: &M, folder: &Path, dtype: Dtype, shard: u64) -> Result<(), WeightsError> {
    let parameters = collect(module, |name, _| Some((name.to_owned(), dtype)));
    let shards = divide(parameters, shard);
    let count = shards.len();
    let (mut places, mut numbers) = (BTreeMap::new(), 0);
    for (index, shard) in shards.into_iter().enumerate() {
        let file = name(index + 1, count);
        numbers += shard.iter().map(Parameter::count).sum::<usize>();
        places.extend(shard.iter().map(|parameter| (parameter.name.clone(), file.clone())));
        file::write(shard, &folder.join(file))?;
    }
    if count > 1 {
        let metadata = json!({"total_parameters": numbers, "total_size": numbers * dtype.size()});
        write_index(&json!({"metadata": metadata, "weight_map": places}), folder)?;
    }
    Ok(())
}

/// Writes some of a module's parameters into one file: those that `choose` has a name and a precision for, by their own name
/// and precision.
pub(crate) fn write_some<M: Module>(
    module: &M,
    path: &Path,
    choose: impl Fn(&str, DType) -> Option<(String, Dtype)>,
) -> Result<(), WeightsError> {
    file::write(collect(module, choose), path)
}

/// Writes tensors into one file, in single precision.
pub(crate) fn write_tensors(tensors: Vec<(String, Tensor<1>)>, path: &Path) -> Result<(), WeightsError> {
    let parameter = |(name, tensor): (String, Tensor<1>)| Parameter {
        name,
        shape: tensor.dims().to_vec(),
        dtype: Dtype::F32,
        read: Box::new(move |range| tensor.clone().slice([range]).into_data()),
    };
    file::write(tensors.into_iter().map(parameter).collect(), path)
}

/// A parameter that is read piece by piece, when its turn comes to be written.
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) dtype: Dtype,
    /// The numbers in a range, in the precision that is written.
    pub(super) read: Box<dyn Fn(Range<usize>) -> TensorData>,
}

impl Parameter {
    /// How many numbers it has.
    pub(super) fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// How many bytes it takes in a file.
    pub(super) fn bytes(&self) -> usize {
        self.count() * self.dtype.size()
    }
}

fn collect<M: Module, F: Fn(&str, DType) -> Option<(String, Dtype)>>(module: &M, choose: F) -> Vec<Parameter> {
    let mut collector = Collector { choose, path: Vec::new(), parameters: Vec::new() };
    module.visit(&mut collector);
    collector.parameters
}

struct Collector<F> {
    choose: F,
    path: Vec<String>,
    parameters: Vec<Parameter>,
}

impl<F: Fn(&str, DType) -> Option<(String, Dtype)>> ModuleVisitor for Collector<F> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let tensor = parameter.val();
        let Some((name, dtype)) = (self.choose)(&self.path.join("."), tensor.dtype()) else { return };
        let shape = tensor.dims().to_vec();
        let numbers = tensor.reshape([shape.iter().product::<usize>()]);
        let read =
            Box::new(move |range: Range<usize>| numbers.clone().slice([range]).cast(dtype.to_burn()).into_data());
        self.parameters.push(Parameter { name, shape, dtype, read });
    }
}

/// Parameters in their order, cut where the next one would be too much.
fn divide(parameters: Vec<Parameter>, shard: u64) -> Vec<Vec<Parameter>> {
    let mut shards = vec![Vec::new()];
    let mut size = 0;
    for parameter in parameters {
        let bytes = parameter.bytes() as u64;
        if size > 0 && size + bytes > shard {
            shards.push(Vec::new());
            size = 0;
        }
        size += bytes;
        shards.last_mut().expect("there is always a shard").push(parameter);
    }
    shards
}

fn name(shard: usize, count: usize) -> String {
    if count == 1 { "model.safetensors".to_owned() } else { format!("model-{shard:05}-of-{count:05}.safetensors") }
}

fn write_index(index: &serde_json::Value, folder: &Path) -> Result<(), WeightsError> {
    let path = folder.join("model.safetensors.index.json");
    fs::write(&path, format!("{index:#}\n")).map_err(WeightsError::file("write", &path))
}
