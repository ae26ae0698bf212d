//! From a reference to the node and output that it means.
//!
//! A name is looked for among the scope's own nodes, then among the names that its loop carries, then further out.
//! A block without a round is its last one. A node without an output is its first declared one.

use super::unroll::{Binding, Scope, Unrolled};
use crate::diagnostic::{Diagnostic, Span, closest};
use crate::manifest::{Carry, Reference, ReferenceStep, Spanned};

/// What a reference means.
#[derive(Clone, Copy)]
pub(super) struct Target<'m> {
    /// The node's place in [`Unrolled::drafts`].
    pub(super) draft: usize,
    /// The output that the reference names.
    pub(super) output: Option<&'m str>,
    /// The carried name that it came through.
    pub(super) through: Option<&'m Carry>,
}

/// Why a reference means nothing.
pub(super) enum Lost {
    /// It is wrong itself.
    Here(Box<Diagnostic>),
    /// It reads something that is wrong where it is declared.
    Elsewhere,
}

impl From<Diagnostic> for Lost {
    fn from(fault: Diagnostic) -> Self {
        Self::Here(Box::new(fault))
    }
}

impl<'m> Unrolled<'m> {
    /// What a reference means in a scope.
    pub(super) fn resolve(&self, scope: usize, reference: &'m Spanned<Reference>) -> Result<Target<'m>, Lost> {
        let Some((first, rest)) = reference.value.steps.split_first() else { return Err(Lost::Elsewhere) };
        let mut here = Some(scope);
        while let Some(id) = here {
            let inside = &self.scopes[id];
            if let Some(binding) = inside.names.get(first.name.as_str()) {
                return self.descend(binding, first, rest, reference.span);
            }
            if let Some(carry) = inside.carry.iter().find(|carry| carry.name.value == first.name) {
                return self.carried(inside, carry, first, rest, reference.span);
            }
            here = inside.outer;
        }
        Err(self.unknown_node(scope, &first.name, reference.span).into())
    }

    /// What a reference means among a scope's own nodes.
    pub(super) fn resolve_own(&self, scope: usize, reference: &'m Spanned<Reference>) -> Result<Target<'m>, Lost> {
        let Some((first, rest)) = reference.value.steps.split_first() else { return Err(Lost::Elsewhere) };
        match self.scopes[scope].names.get(first.name.as_str()) {
            Some(binding) => self.descend(binding, first, rest, reference.span),
            None => {
                let names = self.scopes[scope].names.keys().copied();
                Err(unknown(&first.name, names, reference.span).into())
            }
        }
    }

    fn descend(
        &self,
        binding: &Binding,
        step: &'m ReferenceStep,
        rest: &'m [ReferenceStep],
        span: Span,
    ) -> Result<Target<'m>, Lost> {
        match binding {
            Binding::Node(draft) => {
                no_round(step, span)?;
                Ok(Target { draft: *draft, output: output(step, rest, span)?, through: None })
            }
            Binding::Block(rounds) => {
                let inside = &self.scopes[chosen(rounds, step, span)?];
                let Some((next, rest)) = rest.split_first() else { return Err(whole_block(step, inside, span).into()) };
                match inside.names.get(next.name.as_str()) {
                    Some(binding) => self.descend(binding, next, rest, span),
                    None => Err(unknown(&next.name, inside.names.keys().copied(), span).into()),
                }
            }
            Binding::Broken => Err(Lost::Elsewhere),
        }
    }

    fn carried(
        &self,
        inside: &Scope<'m>,
        carry: &'m Carry,
        step: &'m ReferenceStep,
        rest: &'m [ReferenceStep],
        span: Span,
    ) -> Result<Target<'m>, Lost> {
        no_round(step, span)?;
        let found = match (inside.previous, inside.outer) {
            (Some(previous), _) => self.resolve_own(previous, &carry.then),
            (None, Some(outer)) => self.resolve(outer, &carry.first),
            (None, None) => return Err(Lost::Elsewhere),
        };
        let found = found.map_err(|_| Lost::Elsewhere)?;
        if inside.previous.is_none() && self.is_inside(found.draft, inside) {
            return Err(Lost::Elsewhere);
        }
        let chosen = output(step, rest, span)?;
        if let (Some(output), Some(already)) = (chosen, found.output) {
            let message = format!("`{}` carries the output `{already}` and has no further output", step.name);
            let fault =
                Diagnostic::error("graph::unknown_output", message).label(span, format!("no output `{output}`"));
            return Err(fault.help(format!("write `{}`", step.name)).into());
        }
        Ok(Target { draft: found.draft, output: chosen.or(found.output), through: Some(carry) })
    }

    /// Whether a node stands in a block, in any of its rounds.
    pub(super) fn is_inside(&self, draft: usize, block: &Scope<'_>) -> bool {
        let mut here = Some(self.drafts[draft].scope);
        while let Some(scope) = here.map(|id| &self.scopes[id]) {
            if scope.outer == block.outer && scope.path == block.path {
                return true;
            }
            here = scope.outer;
        }
        false
    }

    /// The names that can be read from a scope, the nearest first.
    pub(super) fn visible(&self, scope: usize) -> Vec<&'m str> {
        let mut names = Vec::new();
        let mut here = Some(scope);
        while let Some(id) = here {
            let inside = &self.scopes[id];
            names.extend(inside.names.keys().copied());
            names.extend(inside.carry.iter().map(|carry| carry.name.value.as_str()));
            here = inside.outer;
        }
        names
    }

    fn unknown_node(&self, scope: usize, name: &str, span: Span) -> Diagnostic {
        let suffix = format!(".{name}");
        let inside = self.aliases.keys().find(|alias| alias.ends_with(&suffix) && !alias.contains('['));
        match inside {
            Some(alias) => Diagnostic::error("graph::unknown_node", format!("there is no node `{name}` here"))
                .label(span, "no such node outside its block")
                .help(format!("`{alias}` is the one of the last round")),
            None => unknown(name, self.visible(scope), span),
        }
    }
}

/// A name that nothing has.
fn unknown<'a>(name: &str, names: impl IntoIterator<Item = &'a str>, span: Span) -> Diagnostic {
    let names: Vec<&str> = names.into_iter().collect();
    let fault = Diagnostic::error("graph::unknown_node", format!("there is no node `{name}`"));
    fault.label(span, "no such node").help(meant("nodes", name, &names))
}

/// "Did you mean", and otherwise what there is.
pub(super) fn meant(kind: &str, name: &str, names: &[&str]) -> String {
    match closest(name, names.iter().copied()) {
        Some(close) => format!("did you mean `{close}`?"),
        None => listed(kind, names),
    }
}

/// What there is, as many as one line holds.
pub(super) fn listed(kind: &str, names: &[&str]) -> String {
    const MOST: usize = 12;
    if names.is_empty() {
        return format!("there are no {kind}");
    }
    let shown: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > MOST { format!(", and {} more", names.len() - MOST) } else { String::new() };
    format!("{kind}: {}{more}", shown.join(", "))
}

fn no_round(step: &ReferenceStep, span: Span) -> Result<(), Diagnostic> {
    let Some(round) = step.round else { return Ok(()) };
    let message = format!("`{}` is not a block, so it has no round {round}", step.name);
    let fault = Diagnostic::error("graph::unknown_round", message).label(span, "not a block");
    Err(fault.help(format!("write `{}`", step.name)))
}

fn output<'m>(step: &ReferenceStep, rest: &'m [ReferenceStep], span: Span) -> Result<Option<&'m str>, Diagnostic> {
    match rest {
        [] => Ok(None),
        [output] if output.round.is_none() => Ok(Some(&output.name)),
        [output, ..] => {
            let message = format!("`{}` is a node, and `{}` of it can only be an output", step.name, output.name);
            let fault = Diagnostic::error("graph::unknown_output", message).label(span, "goes deeper than an output");
            Err(fault.help(format!("write `{}.{}`", step.name, output.name)))
        }
    }
}

fn chosen(rounds: &[usize], step: &ReferenceStep, span: Span) -> Result<usize, Diagnostic> {
    let round = step.round.map_or(rounds.len(), |round| round as usize);
    let found = round.checked_sub(1).and_then(|index| rounds.get(index)).copied();
    found.ok_or_else(|| {
        let message = format!("`{}` has no round {round}", step.name);
        let fault = Diagnostic::error("graph::unknown_round", message).label(span, "no such round");
        fault.help(format!("its rounds are 1 to {}", rounds.len()))
    })
}

fn whole_block(step: &ReferenceStep, inside: &Scope<'_>, span: Span) -> Diagnostic {
    let fault = Diagnostic::error("graph::block_reference", format!("`{}` is a block, not a node", step.name));
    let names: Vec<String> = inside.names.keys().map(|name| format!("`{}.{name}`", step.name)).collect();
    fault.label(span, "a whole block").help(format!("name one of its nodes: {}", names.join(", ")))
}
