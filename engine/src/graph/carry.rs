//! Whether what a loop carries comes from outside first and from its own nodes afterwards.

use super::resolve::{Lost, Target, listed, meant};
use super::unroll::{Binding, Scope, Unrolled};
use crate::diagnostic::Diagnostic;
use crate::manifest::Carry;

/// Every fault of every `carry`, whether or not somebody reads the name.
pub(super) fn check(unrolled: &Unrolled<'_>) -> Vec<Diagnostic> {
    let first_rounds = unrolled.scopes.iter().enumerate().filter(|(_, scope)| scope.previous.is_none());
    let carries = first_rounds.flat_map(|(id, scope)| scope.carry.iter().map(move |carry| (id, scope, carry)));
    carries.flat_map(|(id, scope, carry)| check_one(unrolled, id, scope, carry)).collect()
}

fn check_one<'m>(unrolled: &Unrolled<'m>, id: usize, scope: &Scope<'m>, carry: &'m Carry) -> Vec<Diagnostic> {
    let outer = scope.outer.map(|outer| unrolled.resolve(outer, &carry.first));
    let first = outer.and_then(|found| first_fault(unrolled, scope, carry, found));
    let then = unrolled.resolve_own(id, &carry.then).err().and_then(|lost| then_fault(scope, carry, lost));
    [first, then].into_iter().flatten().collect()
}

fn first_fault(
    unrolled: &Unrolled<'_>,
    scope: &Scope<'_>,
    carry: &Carry,
    found: Result<Target<'_>, Lost>,
) -> Option<Diagnostic> {
    let own = carry.first.value.steps.first().is_some_and(|step| scope.names.contains_key(step.name.as_str()));
    let inside = match &found {
        Ok(target) => unrolled.is_inside(target.draft, scope),
        Err(_) => own,
    };
    let name = &carry.name.value;
    if inside {
        let message = format!("`first` of `{name}` is a node of the block itself");
        let fault = Diagnostic::error("graph::carry", message).label(carry.first.span, "a node of the block");
        return Some(fault.help("`first` is what the first round reads: a node outside the block"));
    }
    match found {
        Err(Lost::Here(fault)) => Some(reworded(*fault, &format!("`first` of `{name}`"))),
        _ => None,
    }
}

fn then_fault(scope: &Scope<'_>, carry: &Carry, lost: Lost) -> Option<Diagnostic> {
    let Lost::Here(fault) = lost else { return None };
    if fault.code != "graph::unknown_node" {
        return Some(reworded(*fault, &format!("`then` of `{}`", carry.name.value)));
    }
    let names: Vec<&str> = scope.names.keys().copied().collect();
    let wanted = carry.then.value.steps.first().map_or("", |step| &step.name);
    let help = match meant("nodes", wanted, &names) {
        meant if meant.starts_with("did") => meant,
        _ => listed("the block's nodes", &names),
    };
    let message =
        format!("`then` of `{}` names `{}`, which the block does not have", carry.name.value, carry.then.value.text);
    Some(Diagnostic::error("graph::carry", message).label(carry.then.span, "no node of the block").help(help))
}

fn reworded(fault: Diagnostic, whose: &str) -> Diagnostic {
    Diagnostic { code: "graph::carry", message: format!("{whose}: {}", fault.message), ..fault }
}

/// The nodes that a loop hands to its next round, which counts as reading them.
pub(super) fn handed_on(unrolled: &Unrolled<'_>) -> Vec<usize> {
    let scopes = unrolled.scopes.iter().enumerate();
    let carries = scopes.flat_map(|(id, scope)| scope.carry.iter().map(move |carry| (id, carry)));
    carries.filter_map(|(id, carry)| unrolled.resolve_own(id, &carry.then).ok()).map(|target| target.draft).collect()
}

/// All nodes of a binding, every round of a block.
pub(super) fn members(unrolled: &Unrolled<'_>, binding: &Binding) -> Vec<usize> {
    match binding {
        Binding::Node(draft) => vec![*draft],
        Binding::Broken => Vec::new(),
        Binding::Block(rounds) => {
            let inner = rounds.iter().flat_map(|round| unrolled.scopes[*round].names.values());
            inner.flat_map(|binding| members(unrolled, binding)).collect()
        }
    }
}
