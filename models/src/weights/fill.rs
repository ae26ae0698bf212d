//! Parameters into a module. Owns that every parameter is taken exactly once, and that nothing is left over unseen.

use std::collections::BTreeSet;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Tensor, TensorData};

use super::{Account, Dtype, Misshapen, WeightsError};

/// Where parameters come from.
pub trait Source {
    /// All parameters that the source has of itself.
    fn names(&self) -> Vec<String>;

    /// The parameter of this name as `dtype`, for a place of this shape.
    fn find(&self, name: &str, place: &[usize], dtype: Dtype) -> Result<Found, WeightsError>;
}

/// What a source has for a place.
#[derive(Debug)]
pub enum Found {
    /// A parameter that fits.
    Fitting(TensorData),
    /// One of another shape.
    Misshapen(Vec<usize>),
    /// None.
    Nothing,
}

/// Where a model's parameters live, and how precisely.
#[derive(Debug, Clone)]
pub struct Placement {
    /// The device; one with gradients for a model that is to be trained.
    pub device: Device,
    /// The precision.
    pub dtype: Dtype,
}

/// The module with its parameters taken from `source`, and what found no place. A parameter without one keeps what it
/// had.
pub fn fill<M: Module>(module: M, source: &dyn Source, placement: &Placement) -> Result<(M, Account), WeightsError> {
    filled(module, source, Some(placement))
}

/// The same, each parameter where it is and as precise as it is.
pub fn refill<M: Module>(module: M, source: &dyn Source) -> Result<(M, Account), WeightsError> {
    filled(module, source, None)
}

fn filled<M: Module>(
    module: M,
    source: &dyn Source,
    placement: Option<&Placement>,
) -> Result<(M, Account), WeightsError> {
    let account = Account::default();
    let mut filler = Filler { source, placement, path: Vec::new(), taken: BTreeSet::new(), account, fault: None };
    let module = module.map(&mut filler);
    let Filler { mut account, taken, fault, .. } = filler;
    if let Some(fault) = fault {
        return Err(fault);
    }
    account.unexpected = source.names().into_iter().filter(|name| !taken.contains(name)).collect();
    Ok((module, account))
}

struct Filler<'a> {
    source: &'a dyn Source,
    /// Nothing where every parameter stays where it is.
    placement: Option<&'a Placement>,
    path: Vec<String>,
    taken: BTreeSet<String>,
    account: Account,
    fault: Option<WeightsError>,
}

impl Filler<'_> {
    /// The parameter at the current path, if it is there and fits.
    fn take(&mut self, place: &[usize], dtype: Dtype) -> Option<TensorData> {
        let name = self.path.join(".");
        let data = match self.source.find(&name, place, dtype) {
            Ok(Found::Fitting(data)) => Some(data),
            Ok(Found::Misshapen(found)) => {
                let expected = place.to_vec();
                self.account.misshapen.push(Misshapen { name: name.clone(), expected, found });
                None
            }
            Ok(Found::Nothing) => {
                self.account.missing.push(name.clone());
                None
            }
            Err(fault) => {
                self.fault.get_or_insert(fault);
                None
            }
        };
        self.taken.insert(name);
        data
    }
}

impl ModuleMapper for Filler<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let shape = parameter.lazy_shape();
        let (device, dtype) = match self.placement {
            Some(placement) => (placement.device.clone(), placement.dtype),
            None => {
                let value = parameter.val();
                (value.device(), Dtype::of_burn(value.dtype()).unwrap_or(Dtype::F32))
            }
        };
        let Some(data) = self.take(shape.as_slice(), dtype) else { return parameter };
        let tensor = Tensor::from_data(data, (&device, dtype.to_burn()));
        let id = parameter.id;
        parameter.transform_for_load(tensor, id)
    }
}
