//! An adapter's files, as PEFT reads and writes them. Owns that every stored parameter is taken exactly once.

use std::fs;
use std::path::Path;

use super::names::{is_adapter, is_named, owner, path, stored};
use super::{Adaptable, AdapterError, Settings, attach};
use crate::config::Head;
use crate::weights::{Account, Dtype, Found, Placement, Source, Stored, WeightsError, fill, write_some};

const FILE: &str = "adapter_model.safetensors";

/// Puts the adapter in a folder beside a model's projections.
pub fn load<M: Adaptable>(model: M, folder: &Path) -> Result<M, AdapterError> {
    let settings = Settings::read(folder)?;
    let file = folder.join(FILE);
    let model = attach(model, &settings, 0)?;
    take(model, &settings, &file).map_err(AdapterError::weights(&file))
}

/// Writes a model's adapter, and what is trained whole, into a folder. `base` says where the model is, for whoever loads it.
pub fn save<M: Adaptable>(
    model: &M,
    settings: &Settings,
    head: Head,
    base: &str,
    folder: &Path,
) -> Result<(), AdapterError> {
    fs::create_dir_all(folder).map_err(AdapterError::file("create", folder))?;
    let file = folder.join(FILE);
    let written = write_some(model, &file, |name, dtype| {
        let dtype = Dtype::of_burn(dtype).unwrap_or(Dtype::F32);
        (is_adapter(name) || is_whole(name, settings)).then(|| (stored(name), dtype))
    });
    written.map_err(AdapterError::weights(&file))?;
    settings.write(head, base, folder)
}

/// What of an adapter is filled at a time: its own matrices are in single precision, and modules that are trained whole in that
/// of their model.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Matrices,
    Whole,
}

/// Stored parameters under their names in a module.
struct Renamed<'a> {
    stored: &'a Stored,
    settings: &'a Settings,
    part: Part,
}

impl Renamed<'_> {
    fn has_place(&self, path: &str) -> bool {
        if self.part == Part::Matrices { is_adapter(path) } else { is_whole(path, self.settings) }
    }
}

impl Source for Renamed<'_> {
    fn names(&self) -> Vec<String> {
        let paths = self.stored.tensors().keys().map(|name| path(name).unwrap_or_else(|| name.clone()));
        paths.filter(|path| is_adapter(path) == (self.part == Part::Matrices)).collect()
    }

    fn find(&self, name: &str, place: &[usize], dtype: Dtype) -> Result<Found, WeightsError> {
        if self.has_place(name) { self.stored.find(&stored(name), place, dtype) } else { Ok(Found::Nothing) }
    }
}

fn take<M: Adaptable>(mut model: M, settings: &Settings, file: &Path) -> Result<M, WeightsError> {
    let stored = &Stored::of_file(file)?;
    let like = model.projections().first().map(|(_, projection)| projection.weight.val());
    let Some(like) = like else { return Ok(model) };
    let own = Dtype::of_burn(like.dtype()).unwrap_or(Dtype::F32);
    let mut all = Account::default();
    for (part, dtype) in [(Part::Matrices, Dtype::F32), (Part::Whole, own)] {
        let source = Renamed { stored, settings, part };
        let (filled, account) = fill(model, &source, &Placement { device: like.device(), dtype })?;
        model = filled;
        all.missing.extend(account.missing.into_iter().filter(|path| source.has_place(path)));
        all.unexpected.extend(account.unexpected);
        all.misshapen.extend(account.misshapen);
    }
    if all.is_settled() { Ok(model) } else { Err(WeightsError::Mismatch(all)) }
}

fn is_whole(path: &str, settings: &Settings) -> bool {
    is_named(owner(path), &settings.whole)
}
