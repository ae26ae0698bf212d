//! Putting a patch's value where its path leads.

use super::super::tree::{Entry, Kind, Mapping, Spanned, Tree};
use super::path::{Target, locate};
use super::set::Patch;
use crate::diagnostic::{Diagnostic, Span};

/// Changes the document: the value replaces what stands there, `null` removes it.
pub(in crate::manifest) fn apply(root: &mut Tree, patch: &Patch, diagnostics: &mut Vec<Diagnostic>) {
    let target = match locate(root, patch) {
        Ok(target) => target,
        Err(fault) => return diagnostics.push(fault),
    };
    if patch.value.is_null() {
        if !target.exists {
            diagnostics.push(nothing_to_remove(patch, target.replaces));
        }
        remove(root, &target.steps);
    } else {
        diagnostics.extend(target.meant.as_ref().map(|meant| one_more(patch, meant)));
        let mut value = patch.value.clone();
        // What is one more replaces nothing.
        if !target.adds {
            mark(&mut value, target.replaces);
        }
        put(root, &target, patch.path.span, value);
    }
}

/// An ablation that removes what is not there measures nothing, most likely because of a misspelt key.
fn nothing_to_remove(patch: &Patch, near: Span) -> Diagnostic {
    let message = format!("`{}` is not set, so there is nothing to remove", patch.path.value);
    Diagnostic::warning("patch::nothing_to_remove", message)
        .label(patch.path.span, "removes nothing")
        .label(near, "not among these")
        .help("check the spelling; what the file does not set has its default already")
}

/// A node that is added under a name so near to another's may have been meant to replace it.
fn one_more(patch: &Patch, meant: &str) -> Diagnostic {
    Diagnostic::warning("patch::one_more_node", format!("`{}` adds a node", patch.path.value))
        .label(patch.path.span, "no node is called so")
        .help(format!("to replace `{meant}` write its name; to add a node, call it something else"))
}

/// Notes at every value of a patch what it replaces.
fn mark(tree: &mut Tree, replaces: Span) {
    tree.replaces = Some(replaces);
    match &mut tree.kind {
        Kind::Scalar(_) => {}
        Kind::Sequence(items) => items.iter_mut().for_each(|item| mark(item, replaces)),
        Kind::Mapping(mapping) => mapping.entries.iter_mut().for_each(|entry| mark(&mut entry.value, replaces)),
    }
}

fn remove(root: &mut Tree, steps: &[String]) {
    let Some((last, before)) = steps.split_last() else { return };
    let holder = before.iter().try_fold(root, |tree, step| child(tree, step));
    match holder.map(|tree| &mut tree.kind) {
        Some(Kind::Mapping(mapping)) => drop(mapping.remove(last)),
        Some(Kind::Sequence(items)) => {
            if let Some(position) = last.parse().ok().filter(|position: &usize| *position < items.len()) {
                items.remove(position);
            }
        }
        Some(Kind::Scalar(_)) | None => {}
    }
}

/// Mappings that are missing on the way are made.
fn put(root: &mut Tree, target: &Target, key: Span, value: Tree) {
    let mut tree = root;
    for step in &target.steps {
        if tree.is_null() {
            tree.kind = Kind::Mapping(Mapping::default());
        }
        if let Kind::Mapping(mapping) = &mut tree.kind
            && mapping.get(step).is_none()
        {
            let made = Tree { replaces: Some(target.replaces), ..Tree::empty_mapping(key) };
            mapping.entries.push(Entry { key: Spanned { value: step.clone(), span: key }, value: made });
        }
        let Some(next) = child(tree, step) else { return };
        tree = next;
    }
    *tree = value;
}

fn child<'a>(tree: &'a mut Tree, step: &str) -> Option<&'a mut Tree> {
    match &mut tree.kind {
        Kind::Mapping(mapping) => mapping.get_mut(step),
        Kind::Sequence(items) => step.parse::<usize>().ok().and_then(|position| items.get_mut(position)),
        Kind::Scalar(_) => None,
    }
}
