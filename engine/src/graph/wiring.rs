//! Edges: which port each feeds, which output each comes from, and what is missing.

use super::prepare::Prepared;
use super::resolve::{Lost, listed, meant};
use super::signature::Signature;
use super::unroll::{Template, Unrolled};
use crate::diagnostic::{Diagnostic, closest};
use crate::manifest::{Carry, Edge, Tree};
use crate::port::{Arity, InputPort, PortType};

/// The code of an input that must be fed and is not.
pub(super) const MISSING_INPUT: &str = "graph::missing_input";

/// An edge of a node.
pub(super) struct Wire<'m> {
    /// The input port; none where the manifest's choice is faulty.
    pub(super) port: Option<&'m str>,
    pub(super) edge: &'m Edge,
    /// Where it comes from; none where the reference is faulty.
    pub(super) source: Option<Source<'m>>,
}

/// The output that feeds an edge.
#[derive(Clone, Copy)]
pub(super) struct Source<'m> {
    pub(super) draft: usize,
    /// The output; none where the node's operator is unknown or gives nothing.
    pub(super) output: Option<&'m str>,
    pub(super) through: Option<&'m Carry>,
}

/// The edges of every node, by its place in [`Unrolled::drafts`].
pub(super) fn wire<'m>(
    unrolled: &Unrolled<'m>,
    prepared: &[Prepared],
    document: &Tree,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Vec<Wire<'m>>> {
    let ports: Vec<Vec<Option<&'m str>>> = (unrolled.templates.iter().zip(prepared))
        .map(|(template, prepared)| match prepared.signature {
            Some(signature) => ports(template, signature, document, faults),
            None => {
                template.node.inputs.iter().map(|edge| edge.port.as_ref().map(|port| port.value.as_str())).collect()
            }
        })
        .collect();
    let drafts = unrolled.drafts.iter();
    drafts
        .map(|draft| {
            let template = &unrolled.templates[draft.template];
            let edges = template.node.inputs.iter().zip(&ports[draft.template]);
            let wire = |(edge, port): (&'m Edge, &Option<&'m str>)| {
                let source = source(unrolled, prepared, draft.scope, edge).map_err(|lost| match lost {
                    Lost::Here(fault) => faults.push(noted(*fault, template, edge, document)),
                    Lost::Elsewhere => {}
                });
                Wire { port: *port, edge, source: source.ok() }
            };
            edges.map(wire).collect()
        })
        .collect()
}

/// The diagnostic with what a patch replaced, if the edge came from one.
pub(super) fn noted(fault: Diagnostic, template: &Template<'_>, edge: &Edge, document: &Tree) -> Diagnostic {
    match (&edge.replaces, &edge.port) {
        (Some(span), _) => super::patch::note_span(fault, *span),
        (None, Some(port)) => template.noted(fault, document, &["inputs", &port.value]),
        (None, None) => template.noted(fault, document, &["inputs"]),
    }
}

fn source<'m>(
    unrolled: &Unrolled<'m>,
    prepared: &[Prepared],
    scope: usize,
    edge: &'m Edge,
) -> Result<Source<'m>, Lost> {
    let target = unrolled.resolve(scope, &edge.from)?;
    let template = unrolled.drafts[target.draft].template;
    let mut source = Source { draft: target.draft, output: target.output, through: target.through };
    let Some(signature) = prepared[template].signature else { return Ok(source) };
    let name = &unrolled.templates[template].name.value;
    match target.output {
        None if signature.outputs.is_empty() => {
            let message = format!("`{name}` gives nothing that could be read");
            let fault = Diagnostic::error("graph::unknown_output", message);
            let fault = fault.label(edge.from.span, format!("`{}` has no outputs", signature.name()));
            Err(fault.help(format!("read the node that feeds `{name}`")).into())
        }
        None => {
            source.output = signature.default_output();
            Ok(source)
        }
        Some(output) if signature.outputs.iter().any(|port| port.name == output) => Ok(source),
        Some(output) => {
            let names: Vec<&str> = signature.outputs.iter().map(|port| port.name).collect();
            let close = closest(output, names.iter().copied()).map(|close| format!("did you mean `{name}.{close}`?\n"));
            let help = format!("{}{}", close.unwrap_or_default(), listed("outputs", &names));
            let fault = Diagnostic::error("graph::unknown_output", format!("`{name}` has no output `{output}`"));
            Err(fault.label(edge.from.span, "no such output").help(help).into())
        }
    }
}

/// The port of every edge of a declaration, and what is wrong with the choice.
fn ports<'m>(
    template: &Template<'m>,
    signature: &'static Signature,
    document: &Tree,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Option<&'m str>> {
    let mut fed: Vec<&str> = Vec::new();
    let mut chosen = Vec::new();
    let mut guessing = false;
    for edge in &template.node.inputs {
        match port(template, signature, edge) {
            Ok(port) => {
                fed.push(port);
                chosen.push(Some(port));
            }
            Err(fault) => {
                let meant = edge.port.as_ref().and_then(|port| closest_port(signature, &port.value));
                fed.extend(meant);
                guessing |= edge.port.is_none();
                faults.push(noted(fault, template, edge, document));
                chosen.push(None);
            }
        }
    }
    if !guessing && !template.has_strays(document) {
        faults.extend(missing(template, signature, &fed).map(|fault| template.noted(fault, document, &["inputs"])));
    }
    chosen
}

fn port<'m>(template: &Template<'m>, signature: &'static Signature, edge: &'m Edge) -> Result<&'m str, Diagnostic> {
    match &edge.port {
        Some(port) if signature.input(&port.value).is_some() => Ok(&port.value),
        Some(port) => {
            let message = format!("`{}` has no input `{}`", signature.name(), port.value);
            let fault = Diagnostic::error("graph::unknown_input", message).label(port.span, "no such input");
            Err(fault.help(meant("inputs", &port.value, &names(signature))))
        }
        None => signature.bare_port().map(|port| port.name).ok_or_else(|| which(template, signature, edge)),
    }
}

fn which(template: &Template<'_>, signature: &Signature, edge: &Edge) -> Diagnostic {
    let from = &edge.from.value.text;
    if signature.inputs.is_empty() {
        let message = format!("`{}` takes no inputs", signature.name());
        let fault = Diagnostic::error("graph::unknown_input", message).label(edge.from.span, "feeds nothing");
        return fault.help(format!("remove `inputs` from `{}`", template.name.value));
    }
    let names = names(signature);
    let (message, help) = match names.first() {
        Some(first) => (
            format!("`{}` has several inputs, and `{from}` does not say which it feeds", signature.name()),
            format!("write `{{{first}: {from}}}`; {}", listed("inputs", &names)),
        ),
        None => (
            format!("`{}` takes its inputs under names that you choose, and `{from}` has none", signature.name()),
            format!("write `{{NAME: {from}}}`"),
        ),
    };
    Diagnostic::error("graph::which_input", message).label(edge.from.span, "which input?").help(help)
}

/// One fault for every input that must be fed and is not.
fn missing<'a>(
    template: &'a Template<'_>,
    signature: &'static Signature,
    fed: &'a [&str],
) -> impl Iterator<Item = Diagnostic> + 'a {
    let required = signature.required().filter(|port| !fed.contains(&port.name));
    let own = |name: &&&str| signature.inputs.iter().any(|port| port.arity != Arity::Named && port.name == **name);
    let chosen = fed.len() - fed.iter().filter(own).count();
    let group = signature.group().filter(|_| chosen == 0);
    required.chain(group).map(|port| lacks(template, signature, port))
}

fn lacks(template: &Template<'_>, signature: &Signature, port: &InputPort) -> Diagnostic {
    let (node, accepts) = (&template.name.value, accepted(&port.accepts));
    let (message, label, help) = match port.arity {
        Arity::Named => (
            format!("`{node}` needs at least one of its {}", port.name),
            format!("no {} of any name", port.name),
            format!("add `NAME: NODE` under `inputs`, the name being yours ({}: {accepts})", trimmed(port.doc)),
        ),
        Arity::One | Arity::Optional => (
            format!("`{node}` needs the input `{}`", port.name),
            format!("`{}` is missing", port.name),
            format!("`{}` of `{}` takes {accepts}: {}", port.name, signature.name(), trimmed(port.doc)),
        ),
    };
    let place = template.node.inputs_place;
    Diagnostic::error(MISSING_INPUT, message).label(place, label).help(help)
}

/// The types that a port takes, in words.
pub(super) fn accepted(accepts: &[PortType]) -> String {
    accepts.iter().map(PortType::to_string).collect::<Vec<_>>().join(" or ")
}

fn closest_port(signature: &'static Signature, name: &str) -> Option<&'static str> {
    closest(name, names(signature))
}

fn names(signature: &Signature) -> Vec<&'static str> {
    signature.inputs.iter().filter(|port| port.arity != Arity::Named).map(|port| port.name).collect()
}

fn trimmed(doc: &str) -> &str {
    doc.trim().trim_end_matches('.')
}
