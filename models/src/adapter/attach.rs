//! An adapter onto a model. Owns what is trained from then on, and what an adapter begins as.

use burn::module::{ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};

use super::names::{is_named, owner, stored};
use super::{Adaptable, AdapterError, Settings, is_attached};
use crate::decoder::{Linear, Lora};
use crate::weights::{Distribution, Dtype, Found, Random, Source, WeightsError};

/// Freezes a model and puts an adapter beside its projections, which changes no result yet: the first matrix is drawn from the
/// seed and its own name, the second is zero. From here on gradients are those of the adapter, and of the modules that are
/// trained whole.
pub fn attach<M: Adaptable>(model: M, settings: &Settings, seed: u64) -> Result<M, AdapterError> {
    if is_attached(&model) {
        return Err(AdapterError::Attached);
    }
    if settings.rank == 0 {
        return Err(AdapterError::Rank);
    }
    let mut model = model.map(&mut Freeze { whole: &settings.whole, path: Vec::new() });
    let mut projections = model.projections();
    check(&projections, settings)?;
    let chosen = projections.iter_mut().filter(|(name, _)| settings.is_target(name));
    for (name, projection) in chosen {
        projection.lora = Some(begin(name, projection, settings, seed));
    }
    drop(projections);
    Ok(model)
}

/// Every target is a projection.
fn check(projections: &[(String, &mut Linear)], settings: &Settings) -> Result<(), AdapterError> {
    let absent = |name: &&String| {
        let name = std::slice::from_ref(*name);
        !projections.iter().any(|(projection, _)| is_named(projection, name))
    };
    let Some(name) = settings.targets.iter().find(absent) else { return Ok(()) };
    let mut there: Vec<String> =
        projections.iter().filter_map(|(name, _)| Some(name.rsplit_once('.')?.1.to_owned())).collect();
    there.sort();
    there.dedup();
    Err(AdapterError::Unknown { name: name.clone(), there })
}

/// What PEFT begins with: Kaiming's uniform distribution with a slope of √5, and zeros.
fn begin(name: &str, projection: &Linear, settings: &Settings, seed: u64) -> Lora {
    let weight = projection.weight.val();
    let ([output, input], device) = (weight.dims(), weight.device());
    let bound = (input as f64).powf(-0.5);
    let random = Random { seed, distribution: move |_: &str| Distribution::Uniform { bound } };
    let numbers = drawn(random.find(&stored(&format!("{name}.lora.down")), &[settings.rank, input], Dtype::F32));
    let up = Tensor::zeros([output, settings.rank], &device);
    Lora::new(Tensor::from_data(numbers, &device), up, settings.alpha / settings.rank as f64)
}

fn drawn(found: Result<Found, WeightsError>) -> TensorData {
    match found {
        Ok(Found::Fitting(numbers)) => numbers,
        _ => unreachable!("random numbers fit any place"),
    }
}

/// Freezes everything but the modules that are trained whole.
struct Freeze<'a> {
    whole: &'a [String],
    path: Vec<String>,
}

impl ModuleMapper for Freeze<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let trained = is_named(owner(&self.path.join(".")), self.whole);
        parameter.map(|value| value.set_require_grad(trained))
    }
}
