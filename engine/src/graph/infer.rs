//! The types along the edges, from the sources down, and what each operator says to its own.

use super::complaint;
use super::prepare::Prepared;
use super::unroll::Unrolled;
use super::wiring::{Source, Wire};
use crate::diagnostic::Diagnostic;
use crate::manifest::Tree;
use crate::operator::{Complaint, ExternalFiles, declared_types};
use crate::port::{Input, InputTypes, Mismatch, OutputTypes, PortType, check};

/// The types of a whole graph.
pub(super) struct Inferred {
    /// The outputs of every node, by its place in [`Unrolled::drafts`].
    pub(super) outputs: Vec<OutputTypes>,
    /// The edges that do not fit: the node, the edge among its edges, and why.
    pub(super) misfits: Vec<(usize, usize, Mismatch)>,
}

/// What types are inferred from.
pub(super) struct Inference<'a, 'm> {
    pub(super) unrolled: &'a Unrolled<'m>,
    pub(super) prepared: &'a [Prepared],
    pub(super) wires: &'a [Vec<Wire<'m>>],
    pub(super) document: &'a Tree,
    pub(super) files: &'a ExternalFiles,
}

impl Inference<'_, '_> {
    /// Visits the nodes in topological order.
    pub(super) fn run(&self, order: &[usize], faults: &mut Vec<Diagnostic>) -> Inferred {
        let mut inferred = Inferred { outputs: vec![OutputTypes::new(); self.wires.len()], misfits: Vec::new() };
        for draft in order {
            let inputs = self.inputs(*draft, &mut inferred);
            inferred.outputs[*draft] = self.outputs(*draft, &inputs, faults);
        }
        inferred
    }

    /// What reaches a node; an input that is faulty anywhere is there with an unknown type, so that the operator can
    /// still be asked about the rest.
    fn inputs(&self, draft: usize, inferred: &mut Inferred) -> InputTypes {
        let Some(signature) = self.prepared[self.unrolled.drafts[draft].template].signature else {
            return InputTypes::new();
        };
        let unknown = || Input { port_type: None };
        let mut inputs: InputTypes = signature.required().map(|port| (port.name.to_owned(), unknown())).collect();
        for (place, wire) in self.wires[draft].iter().enumerate() {
            let Some((name, port)) = wire.port.and_then(|name| Some((name, signature.input(name)?))) else { continue };
            let mut given = wire.source.and_then(|source| given(&inferred.outputs, source));
            if let Some(mismatch) = given.as_ref().and_then(|given| check(&port.accepts, given).err()) {
                inferred.misfits.push((draft, place, mismatch));
                given = None;
            }
            inputs.insert(name.to_owned(), Input { port_type: given });
        }
        inputs
    }

    fn outputs(&self, draft: usize, inputs: &InputTypes, faults: &mut Vec<Diagnostic>) -> OutputTypes {
        let template = self.unrolled.drafts[draft].template;
        let prepared = &self.prepared[template];
        let Some(signature) = prepared.signature else { return OutputTypes::new() };
        let declared = || declared_types(&signature.outputs, inputs);
        let Some(configured) = prepared.configured.as_ref().filter(|_| !prepared.lacks_files) else {
            return declared();
        };
        let template = &self.unrolled.templates[template];
        let placed = |complaint: Complaint| {
            let complaint = Complaint { message: self.files.as_named(&complaint.message), ..complaint };
            complaint::placed(complaint, template, signature, self.document)
        };
        let operator = configured.operator();
        faults.extend(operator.warnings(inputs).into_iter().map(|warning| placed(warning.warning())));
        operator.types(inputs, self.files).unwrap_or_else(|complaints| {
            faults.extend(complaints.into_iter().map(placed));
            declared()
        })
    }
}

/// The type of an output, where it is known.
pub(super) fn given(outputs: &[OutputTypes], source: Source<'_>) -> Option<PortType> {
    outputs[source.draft].get(source.output?)?.clone()
}
