//! Where a patch's path leads in a document.

use super::super::keys::{self, did_you_mean};
use super::super::tree::{Entry, Kind, Spanned, Tree};
use super::super::variable;
use super::set::Patch;
use crate::diagnostic::{Diagnostic, Span, closest};

/// How many parts a path may have; each may add a level to the document.
const LONGEST: usize = 32;

/// Where a path leads.
pub(in crate::manifest) struct Target {
    /// Keys and indices from the root of the document.
    pub(super) steps: Vec<String>,
    /// What stands there, or else the nearest key that holds it.
    pub(super) replaces: Span,
    /// Whether something stands there.
    pub(super) exists: bool,
    /// Whether it is a node that is one more.
    pub(super) adds: bool,
    /// Of such a node, the one that may have been meant.
    pub(super) meant: Option<String>,
}

/// Follows a patch's path through the document.
///
/// # Errors
/// A fault at the part of the path that leads nowhere, and at the last place that it could be followed to.
pub(in crate::manifest) fn locate(root: &Tree, patch: &Patch) -> Result<Target, Diagnostic> {
    let path = &patch.path;
    let adds = patch.is_node();
    let mut walk =
        Walk { path, adds, meant: None, here: Some(root), level: Level::Top, holder: None, steps: Vec::new() };
    for (index, step) in path.value.split('.').enumerate() {
        if index >= LONGEST {
            let fault = walk.fault(index, &format!("it has more than {LONGEST} parts"));
            return Err(fault.help("put a mapping at a shorter path"));
        }
        walk.enter(step, index)?;
    }
    let replaces = walk.here.map(|tree| tree.replaces.unwrap_or_else(|| short_place(tree, walk.holder)));
    let replaces = replaces.or_else(|| walk.holder.map(|holder| holder.key.span)).unwrap_or(root.span);
    let exists = walk.here.is_some();
    let adds = !exists && matches!(walk.level, Level::Node);
    Ok(Target { steps: walk.steps, replaces, exists, adds, meant: walk.meant })
}

/// What stands at a point of a path, by the file's grammar.
#[derive(Clone, Copy)]
enum Level {
    Top,
    Variables,
    Nodes,
    Node,
    Inputs,
    Carry,
    Carried,
    Report,
    /// Below `with`, `run` or a variable: any key.
    Free,
    /// A value that has nothing below it.
    Leaf,
}

struct Walk<'a> {
    path: &'a Spanned<String>,
    /// Whether the value is a node, which may be one more.
    adds: bool,
    meant: Option<String>,
    here: Option<&'a Tree>,
    level: Level,
    /// The last entry that was passed.
    holder: Option<&'a Entry>,
    steps: Vec<String>,
}

impl<'a> Walk<'a> {
    fn enter(&mut self, step: &str, index: usize) -> Result<(), Diagnostic> {
        if step.is_empty() {
            return Err(self.fault(index, "a part of the path is empty").help("write names between single dots"));
        }
        self.check_enterable(index)?;
        let next = match self.level {
            Level::Top => return self.enter_top(step, index),
            Level::Variables => self.existing(step, index, Level::Free, "variables")?,
            Level::Nodes => self.node(step, index)?,
            Level::Carry => self.existing(step, index, Level::Carried, "carried values")?,
            Level::Node => self.one_of(step, index, &keys::NODE)?,
            Level::Carried => self.one_of(step, index, &keys::CARRY)?,
            Level::Report => self.one_of(step, index, &keys::REPORT)?,
            Level::Inputs => Level::Leaf,
            Level::Free => Level::Free,
            Level::Leaf => return Err(self.leaf(index)),
        };
        self.step_into(step, next);
        Ok(())
    }

    /// The first part: a section that can be patched, or a node.
    fn enter_top(&mut self, step: &str, index: usize) -> Result<(), Diagnostic> {
        let next = match step {
            "vars" => Level::Variables,
            "report" => Level::Report,
            "seed" => Level::Leaf,
            "nodes" => {
                let rest = self.path.value.trim_start_matches("nodes").trim_start_matches('.');
                let example = if rest.is_empty() { "policy.with.steps" } else { rest };
                let fault = self.fault(index, "a path starts with a node's own name");
                return Err(fault.help(format!("leave `nodes.` out, as in `{example}`")));
            }
            "name" | "presets" | "ablations" => {
                let fault = self.fault(index, &format!("`{step}` cannot be changed here"));
                return Err(fault.help(
                    "a path starts with a node, `vars`, `seed` or `report`; in a preset also with `ablations.NAME`",
                ));
            }
            _ => {
                self.step_into("nodes", Level::Nodes);
                let next = self.node(step, index)?;
                self.step_into(step, next);
                return Ok(());
            }
        };
        self.step_into(step, next);
        Ok(())
    }

    /// A node that is there, or where a whole node is put in, any name.
    fn node(&mut self, step: &str, index: usize) -> Result<Level, Diagnostic> {
        let last = self.path.value.split('.').nth(index + 1).is_none();
        if !self.adds || !last {
            return self.existing(step, index, Level::Node, "nodes");
        }
        let mapping = self.here.and_then(Tree::as_mapping);
        let others = mapping.filter(|mapping| mapping.get(step).is_none());
        self.meant = others.and_then(|others| closest(step, others.keys())).map(str::to_owned);
        Ok(Level::Node)
    }

    fn existing(&self, step: &str, index: usize, next: Level, what: &str) -> Result<Level, Diagnostic> {
        let mapping = self.here.and_then(Tree::as_mapping);
        if mapping.is_some_and(|mapping| mapping.get(step).is_some()) {
            return Ok(next);
        }
        let names: Vec<&str> = mapping.map(|mapping| mapping.keys().collect()).unwrap_or_default();
        let fault = self.fault(index, &format!("there is no `{step}` among the {what}"));
        Err(fault.help(did_you_mean(step, names.into_iter(), what)))
    }

    fn one_of(&self, step: &str, index: usize, section: &keys::Section) -> Result<Level, Diagnostic> {
        if section.keys.contains(&step) {
            return Ok(match step {
                "inputs" => Level::Inputs,
                "with" | "run" => Level::Free,
                "carry" => Level::Carry,
                "nodes" => Level::Nodes,
                _ => Level::Leaf,
            });
        }
        let fault = self.fault(index, &format!("{} has no key `{step}`", section.name));
        let mapping = self.here.and_then(Tree::as_mapping);
        let below = ["with", "run", "inputs", "nodes"].into_iter().find(|key| {
            let section = mapping.and_then(|mapping| mapping.get(key)).and_then(Tree::as_mapping);
            section.is_some_and(|section| section.get(step).is_some())
        });
        Err(match below {
            Some(key) => fault.help(format!("did you mean `{}`?", self.spliced(index, key))),
            None => fault.help(did_you_mean(step, section.keys.iter().copied(), "keys there")),
        })
    }

    /// The path with a key put in before one of its parts.
    fn spliced(&self, index: usize, key: &str) -> String {
        let mut parts: Vec<&str> = self.path.value.split('.').collect();
        parts.insert(index, key);
        parts.join(".")
    }

    /// Refuses to go into a value that has nothing below it.
    fn check_enterable(&self, index: usize) -> Result<(), Diagnostic> {
        let Some(tree) = self.here else { return Ok(()) };
        let Kind::Scalar(scalar) = &tree.kind else { return self.check_index(tree, index) };
        if tree.is_null() {
            return Ok(());
        }
        let before: Vec<&str> = self.path.value.split('.').take(index).collect();
        let before = before.join(".");
        if let Some(name) = variable::name_in(scalar) {
            let fault = self.fault(index, &format!("`{before}` is the variable `{name}`"));
            return Err(fault.help(format!("patch `vars.{name}` instead, or `{before}` as a whole")));
        }
        if matches!(self.level, Level::Inputs) {
            let fault = self.fault(index, &format!("`{before}` is a bare name, not a mapping of ports"));
            let help =
                format!("in the file, write `inputs: {{port: {}}}`, or patch `{before}` as a whole", scalar.text);
            return Err(fault.help(help));
        }
        Err(self.leaf(index))
    }

    /// A list is entered by a position that it has.
    fn check_index(&self, tree: &Tree, index: usize) -> Result<(), Diagnostic> {
        let Kind::Sequence(items) = &tree.kind else { return Ok(()) };
        let step = self.path.value.split('.').nth(index).unwrap_or_default();
        if step.parse::<usize>().is_ok_and(|position| position < items.len()) {
            return Ok(());
        }
        let fault = self.fault(index, &format!("a list of {} has no item `{step}`", items.len()));
        Err(fault.help("items are counted from 0; to add one, replace the list as a whole"))
    }

    fn leaf(&self, index: usize) -> Diagnostic {
        let before: Vec<&str> = self.path.value.split('.').take(index).collect();
        let fault = self.fault(index, &format!("`{}` has nothing below it", before.join(".")));
        fault.help(format!("patch `{}` as a whole", before.join(".")))
    }

    fn step_into(&mut self, step: &str, next: Level) {
        self.steps.push(step.to_owned());
        self.level = next;
        self.here = match self.here.map(|tree| &tree.kind) {
            Some(Kind::Mapping(mapping)) => {
                let entry = mapping.entry(step);
                self.holder = entry.or(self.holder);
                entry.map(|entry| &entry.value)
            }
            Some(Kind::Sequence(items)) => step.parse::<usize>().ok().and_then(|position| items.get(position)),
            Some(Kind::Scalar(_)) | None => None,
        };
    }

    fn fault(&self, index: usize, why: &str) -> Diagnostic {
        let message = format!("the path `{}` leads nowhere: {why}", self.path.value);
        let fault =
            Diagnostic::error("patch::unknown_path", message).label(part(self.path, index), "unknown from here");
        match self.holder.filter(|_| index > 0) {
            Some(holder) => fault.label(holder.key.span, "followed to here"),
            None => fault,
        }
    }
}

/// The place of one part of a path; of the whole where quotes or escapes make the parts hard to find.
fn part(path: &Spanned<String>, index: usize) -> Span {
    let length: usize = path.value.split('.').take(index).map(|part| part.len() + 1).sum();
    let part = path.value.split('.').nth(index).unwrap_or_default();
    let written_plain = path.span.end - path.span.start == path.value.len();
    if !written_plain || part.is_empty() {
        return path.span;
    }
    let start = path.span.start + length;
    Span { start, end: start + part.len(), ..path.span }
}

/// A leaf's own place, a collection's key: a label over many lines says less.
fn short_place(tree: &Tree, holder: Option<&Entry>) -> Span {
    match (&tree.kind, holder) {
        (Kind::Scalar(_), _) | (_, None) => tree.span,
        (_, Some(holder)) => holder.key.span,
    }
}
