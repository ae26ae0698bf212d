//! Edges whose two ends do not fit, told with both ends and with what would fit.

use std::collections::BTreeSet;

use super::infer::{Inference, Inferred, given};
use super::resolve::listed;
use super::unroll::Binding;
use super::wiring::{Source, Wire, accepted, noted};
use crate::diagnostic::{Diagnostic, closest};
use crate::port::{InputPort, Mismatch, PortType, check};

/// How many nodes that would fit are named.
const MOST_OFFERS: usize = 3;

impl<'m> Inference<'_, 'm> {
    /// Every edge that does not fit.
    pub(super) fn mismatches(&self, inferred: &Inferred) -> Vec<Diagnostic> {
        let misfits = inferred.misfits.iter();
        misfits
            .filter_map(|(draft, place, why)| self.mismatch(inferred, *draft, &self.wires[*draft][*place], why))
            .collect()
    }

    fn mismatch(&self, inferred: &Inferred, draft: usize, wire: &Wire<'m>, why: &Mismatch) -> Option<Diagnostic> {
        let template = &self.unrolled.templates[self.unrolled.drafts[draft].template];
        let signature = self.prepared[self.unrolled.drafts[draft].template].signature?;
        let (source, port_name) = (wire.source?, wire.port?);
        let port = signature.input(port_name)?;
        let gives = given(&inferred.outputs, source)?;
        let (node, from) = (&template.name.value, &wire.edge.from.value.text);
        let (code, message, needs, has) = words(node, from, port, &gives, why);
        let fault = Diagnostic::error(code, message);
        let fault = fault.label(wire.edge.from.span, format!("input `{port_name}` of `{}` {needs}", signature.name()));
        let fault = noted(self.producer(fault, source, &has), template, wire.edge, self.document);
        let offers = self.offers(inferred, draft, port);
        let help = if offers.is_empty() { columns_help(&gives, why) } else { Some(offers.join(", ")) };
        Some(Diagnostic { help, ..fault })
    }

    /// Adds the operator that the edge comes from, and the loop that carries it.
    fn producer(&self, fault: Diagnostic, source: Source<'_>, has: &str) -> Diagnostic {
        let index = self.unrolled.drafts[source.draft].template;
        let template = &self.unrolled.templates[index];
        let op = &template.node.op;
        let several = self.prepared[index].signature.is_some_and(|signature| signature.outputs.len() > 1);
        let whose = match source.output.filter(|_| several) {
            Some(output) => format!("output `{output}` of `{}`", op.value),
            None => format!("`{}`", op.value),
        };
        let fault = template.noted(fault.label(op.span, format!("{whose} {has}")), self.document, &["op"]);
        match source.through {
            Some(carry) => fault.label(carry.name.span, format!("carried in as `{}`", carry.name.value)),
            None => fault,
        }
    }

    /// "`pairs` gives Preference", for nodes that can be read here without a cycle.
    fn offers(&self, inferred: &Inferred, draft: usize, port: &InputPort) -> Vec<String> {
        let after = self.readers(draft);
        let fitting =
            self.readable(self.unrolled.drafts[draft].scope).into_iter().filter(|(_, node)| !after.contains(node));
        let offers = fitting.filter_map(|(name, node)| {
            let signature = self.prepared[self.unrolled.drafts[node].template].signature?;
            let outputs = signature.outputs.iter().enumerate();
            outputs
                .filter_map(|(place, output)| {
                    let gives = inferred.outputs[node].get(output.name)?.as_ref()?;
                    check(&port.accepts, gives).ok()?;
                    let spelled = if place == 0 { name.clone() } else { format!("{name}.{}", output.name) };
                    Some(format!("`{spelled}` gives {gives}"))
                })
                .next()
        });
        offers.take(MOST_OFFERS).collect()
    }

    /// The node and everything that reads it, directly or not.
    fn readers(&self, draft: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::from([draft]);
        let mut fresh = vec![draft];
        while let Some(node) = fresh.pop() {
            let reads =
                |wires: &&Vec<Wire<'_>>| wires.iter().any(|wire| wire.source.is_some_and(|from| from.draft == node));
            let readers = self.wires.iter().enumerate().filter(|(_, wires)| reads(wires)).map(|(reader, _)| reader);
            let added: Vec<usize> = readers.filter(|reader| !found.contains(reader)).collect();
            found.extend(&added);
            fresh.extend(added);
        }
        found
    }

    /// The nodes that a scope can name, but for the last rounds of the blocks that it stands in.
    fn readable(&self, scope: usize) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        let mut here = Some(scope);
        let mut below = None;
        while let Some(id) = here {
            let inside = &self.unrolled.scopes[id];
            for (name, binding) in &inside.names {
                match binding {
                    Binding::Node(draft) => found.push(((*name).to_owned(), *draft)),
                    Binding::Block(rounds) if below.is_some_and(|below| rounds.contains(&below)) => {}
                    Binding::Block(rounds) => found.extend(self.last_round(name, rounds)),
                    Binding::Broken => {}
                }
            }
            below = here;
            here = inside.outer;
        }
        found
    }

    fn last_round(&self, name: &str, rounds: &[usize]) -> Vec<(String, usize)> {
        let names = rounds.last().map(|round| &self.unrolled.scopes[*round].names);
        let nodes = names.into_iter().flatten().filter_map(|(node, binding)| match binding {
            Binding::Node(draft) => Some((format!("{name}.{node}"), *draft)),
            Binding::Block(_) | Binding::Broken => None,
        });
        nodes.collect()
    }
}

/// Code, message, what the input needs, what the output has.
fn words(
    node: &str,
    from: &str,
    port: &InputPort,
    gives: &PortType,
    why: &Mismatch,
) -> (&'static str, String, String, String) {
    let wants = accepted(&port.accepts);
    match why {
        Mismatch::Nominal => (
            "graph::port_type",
            format!("`{node}` wants {wants} but `{from}` gives {gives}"),
            format!("takes {wants}"),
            format!("gives {gives}"),
        ),
        Mismatch::MissingColumn { column } => (
            "graph::missing_column",
            format!("`{node}` needs the column `{column}`, which `{from}` does not give"),
            format!("needs `{column}`"),
            format!("gives no `{column}`"),
        ),
        Mismatch::RetypedColumn { column, wanted, given } => (
            "graph::retyped_column",
            format!("`{node}` needs the column `{column}` as {wanted}, and `{from}` gives it as {given}"),
            format!("needs `{column}` as {wanted}"),
            format!("gives `{column}` as {given}"),
        ),
    }
}

fn columns_help(gives: &PortType, why: &Mismatch) -> Option<String> {
    let Mismatch::MissingColumn { column } = why else { return None };
    let schema = gives.schema()?;
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let close = closest(column, names.iter().copied()).map(|close| format!("is `{close}` the one?\n"));
    Some(format!("{}{}", close.unwrap_or_default(), listed("columns", &names)))
}
