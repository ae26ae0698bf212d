//! What an optimizer remembers of parameters whose gradients come together. Owns that it stays together from step to step.

use std::collections::{BTreeMap, BTreeSet};

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{DType, Tensor};

use super::adam;
use super::optimizer::{Moments, Optimizer, Pace};
use super::pack::{Pack, Part, apart};
use crate::fused::optimize::Followed;

/// What is remembered of several parameters.
#[derive(Debug)]
pub(super) struct Packed {
    parts: Vec<Part>,
    /// The parameters in single precision.
    exact: Tensor<1>,
    moments: [Tensor<1>; 2],
}

impl Packed {
    /// What is remembered of each.
    pub(super) fn apart(&self) -> impl Iterator<Item = (String, Moments)> {
        let [exact, first, second] =
            [&self.exact, &self.moments[0], &self.moments[1]].map(|own| apart(&self.parts, own));
        let each = self.parts.iter().zip(exact).zip(first.into_iter().zip(second));
        each.map(|((part, exact), (first, second))| {
            let exact = (part.dtype != DType::F32).then_some(exact);
            (part.name.clone(), Moments { first, second: Some(second), exact })
        })
    }

    /// Puts together what is known of each; what is not begins at zero, from the parameters' own values.
    fn begun(
        parts: Vec<Part>,
        known: &mut BTreeMap<String, Moments>,
        values: &mut BTreeMap<String, Tensor<1>>,
    ) -> Self {
        let [mut exact, mut first, mut second] = [const { Vec::new() }; 3];
        for part in &parts {
            let value = values.remove(&part.name).expect("what has a gradient is the model's");
            let own = known.remove(&part.name).unwrap_or_else(|| Moments::begun(&value));
            second.push(own.second.unwrap_or_else(|| value.zeros_like()));
            first.push(own.first);
            exact.push(own.exact.unwrap_or(value));
        }
        let [exact, first, second] = [exact, first, second].map(|each| Tensor::cat(each, 0));
        Self { parts, exact, moments: [first, second] }
    }

    /// Follows gradients by a step of AdamW; gives what the parameters are then.
    fn follow(self, gradients: &Tensor<1>, pace: &Pace, factor: f64) -> (Self, Vec<Tensor<1>>) {
        let Self { parts, exact, moments } = self;
        let Part { name, dtype, .. } = &parts[0];
        let before = Followed { value: exact, exact: None, moments };
        let Followed { value: exact, moments, .. } = adam::composed(before, gradients, pace.rates(name, factor));
        let values = apart(&parts, &exact.clone().cast(*dtype));
        (Self { parts, exact, moments }, values)
    }
}

impl Optimizer {
    /// Follows what comes together; gives what the parameters are then, without their shapes.
    pub(super) fn follow<M: Module>(
        &mut self,
        model: &M,
        packs: Vec<Pack>,
        pace: &Pace,
        factor: f64,
    ) -> BTreeMap<String, Tensor<1>> {
        let mut before = std::mem::take(&mut self.packed);
        let taken: Vec<(Pack, Option<Packed>)> = packs
            .into_iter()
            .map(|pack| {
                let known = before.iter().position(|own| own.parts == pack.parts);
                (pack, known.map(|place| before.swap_remove(place)))
            })
            .collect();
        // What came together otherwise is put together anew.
        self.moments.extend(before.iter().flat_map(Packed::apart));
        let new = taken.iter().filter(|(_, known)| known.is_none()).flat_map(|(pack, _)| &pack.parts);
        let new: BTreeSet<&str> = new.map(|part| part.name.as_str()).collect();
        let mut values = if new.is_empty() { BTreeMap::new() } else { values(model, |name| new.contains(name)) };
        let mut after = BTreeMap::new();
        for (Pack { parts, numbers }, known) in taken {
            let own = known.unwrap_or_else(|| Packed::begun(parts, &mut self.moments, &mut values));
            let (own, values) = own.follow(&numbers, pace, factor);
            after.extend(own.parts.iter().map(|part| part.name.clone()).zip(values));
            self.packed.push(own);
        }
        after
    }
}

/// Some parameters of a model in single precision, without their shapes.
fn values<M: Module>(model: &M, chosen: impl Fn(&str) -> bool) -> BTreeMap<String, Tensor<1>> {
    let mut values = Values { chosen, path: Vec::new(), found: BTreeMap::new() };
    model.visit(&mut values);
    values.found
}

struct Values<F> {
    chosen: F,
    path: Vec<String>,
    found: BTreeMap<String, Tensor<1>>,
}

impl<F: Fn(&str) -> bool> ModuleVisitor for Values<F> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let name = self.path.join(".");
        if (self.chosen)(&name) {
            self.found.insert(name, parameter.val().no_grad().reshape([-1]).cast(DType::F32));
        }
    }
}

#[cfg(test)]
mod tests;
