//! What can have an adapter. Owns the way to its projections, and from an adapter into the weights beside it.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

use super::names::is_adapter;
use crate::decoder::{LanguageModel, Linear, RewardModel};

/// A model whose projections can be adapted.
pub trait Adaptable: Module {
    /// Every linear projection of the layers, by its name.
    fn projections(&mut self) -> Vec<(String, &mut Linear)>;
}

impl Adaptable for LanguageModel {
    fn projections(&mut self) -> Vec<(String, &mut Linear)> {
        self.model.projections().collect()
    }
}

impl Adaptable for RewardModel {
    fn projections(&mut self) -> Vec<(String, &mut Linear)> {
        self.model.projections().collect()
    }
}

/// The model that computes the same without an adapter, to be saved or to generate. Nothing in it is trained on.
#[must_use]
pub fn merge<M: Adaptable>(mut model: M) -> M {
    model.projections().into_iter().for_each(|(_, projection)| projection.merge());
    model
}

/// Whether a model has an adapter.
pub fn is_attached<M: Module>(model: &M) -> bool {
    let mut search = Search { path: Vec::new(), found: false };
    model.visit(&mut search);
    search.found
}

struct Search {
    path: Vec<String>,
    found: bool,
}

impl ModuleVisitor for Search {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, _parameter: &Param<Tensor<D>>) {
        self.found |= is_adapter(&self.path.join("."));
    }
}
