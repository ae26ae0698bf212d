//! An optimizer's state in a file, from which it goes on as if it had not been interrupted.

use std::path::Path;

use burn::tensor::{Device, Tensor};

use super::optimizer::{Matrices, Moments, Optimizer, is_of_a_layer};
use super::packed::Packed;
use crate::weights::{Dtype, Stored, WeightsError, write_tensors};

/// The names of what is remembered of a parameter, before its own.
const FIRST: &str = "first.";
const SECOND: &str = "second.";
const EXACT: &str = "exact.";

impl Optimizer {
    /// Writes what it remembers into a file, all but the number of its steps.
    pub fn save(&self, path: &Path) -> Result<(), WeightsError> {
        let mut tensors = Vec::new();
        let apart = self.moments.iter().map(|(name, own)| (name.clone(), own.clone()));
        for (name, Moments { first, second, exact }) in apart.chain(self.packed.iter().flat_map(Packed::apart)) {
            tensors.push((format!("{FIRST}{name}"), first));
            tensors.extend(second.map(|second| (format!("{SECOND}{name}"), second)));
            tensors.extend(exact.map(|exact| (format!("{EXACT}{name}"), exact)));
        }
        write_tensors(tensors, path)
    }

    /// Takes back what [`Optimizer::save`] wrote after so many steps.
    pub fn restore(&mut self, path: &Path, steps: u64, device: &Device) -> Result<(), WeightsError> {
        // Moments are outside of any graph, wherever their parameters are.
        let (stored, device) = (Stored::of_file(path)?, device.clone().inner());
        let read = |prefix: &str, name: &str| {
            let tensor = stored.tensors().get(&format!("{prefix}{name}"));
            let read = tensor.map(|tensor| tensor.read(Dtype::F32)).transpose()?;
            Ok::<_, WeightsError>(read.map(|data| Tensor::<1>::from_data(data, &device)))
        };
        let names = stored.tensors().keys().filter_map(|name| name.strip_prefix(FIRST));
        let mut moments = std::collections::BTreeMap::new();
        for name in names {
            let lacking = |moment| WeightsError::format(path, format!("`{name}` has no {moment} moment"));
            let first = read(FIRST, name)?.ok_or_else(|| lacking("first"))?;
            let second = read(SECOND, name)?;
            if second.is_none() && (self.settings.matrices == Matrices::AdamW || !is_of_a_layer(name)) {
                return Err(lacking("second"));
            }
            moments.insert(name.to_owned(), Moments { first, second, exact: read(EXACT, name)? });
        }
        (self.steps, self.moments, self.packed) = (steps, moments, Vec::new());
        Ok(())
    }
}
