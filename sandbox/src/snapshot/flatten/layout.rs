//! The flat module's index spaces: which number each kept definition has in it.
//!
//! Owns the order, which follows the component's, so that the same component gives the same bytes.

use super::constant::Value;
use super::error::FlattenError;
use super::forward::Forwards;
use super::program::{Code, Definition, FunctionId, GlobalId, MemoryId, Program, TableId};
use super::reach::Reached;
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeSet;
use wasmparser::{FuncType, FunctionBody};

/// The interfaces that the runtime carries out. All others trap.
const HOST_INTERFACES: [&str; 2] = ["wasi:", "millrace:"];

/// A function that has code in the flat module.
pub(super) enum Body<'p, 'a> {
    /// Copied from a library.
    Copied { library: usize, body: &'p FunctionBody<'a> },
    /// Traps, in place of a host's function that the runtime does not know.
    Trap { name: String },
}

/// The flat module's contents, in order and numbered.
pub(super) struct Layout<'p, 'a> {
    pub program: &'p Program<'a>,
    pub types: IndexSet<FuncType>,
    /// Interface and name, with the type's number.
    pub imports: IndexMap<(&'a str, &'a str), u32>,
    /// Type number and code.
    pub bodies: Vec<(u32, Body<'p, 'a>)>,
    pub table: Option<TableId>,
    pub memory: MemoryId,
    pub stack_pointer: GlobalId,
    functions: Vec<Option<u32>>,
    forwards: &'p Forwards,
}

impl<'p, 'a> Layout<'p, 'a> {
    /// Numbers what is kept. There must be one memory, one mutable global and no more than one table.
    pub fn new(program: &'p Program<'a>, forwards: &'p Forwards, reached: &Reached) -> Result<Self, FlattenError> {
        if reached.tables.len() > 1 {
            return Err(FlattenError::NotOne { what: "table", found: reached.tables.len() });
        }
        let mut layout = Self {
            program,
            types: IndexSet::new(),
            imports: IndexMap::new(),
            bodies: Vec::new(),
            table: reached.tables.first().copied(),
            memory: only(&reached.memories, "memory")?,
            stack_pointer: only(&kept_globals(program, reached), "mutable global")?,
            functions: vec![None; program.functions.len()],
            forwards,
        };
        for &id in &reached.functions {
            layout.import(id)?;
        }
        for &id in &reached.functions {
            layout.define(id)?;
        }
        Ok(layout)
    }

    /// The number of a function, or of the one that it forwards to.
    pub fn function(&self, id: FunctionId) -> Option<u32> {
        self.functions[self.forwards.target(id).0]
    }

    /// What a global is for the code that reads it: a number, or `None` for the one that lives on.
    pub fn constant(&self, id: GlobalId) -> Option<Value> {
        (id != self.stack_pointer).then(|| self.program.globals[id.0].initial)
    }

    fn import(&mut self, id: FunctionId) -> Result<(), FlattenError> {
        let Some(name) = host_import(self.program, id) else { return Ok(()) };
        let kind = self.kind(id)?;
        let next = number(self.imports.len());
        let (index, known) = (self.imports.get_index_of(&name), *self.imports.entry(name).or_insert(kind));
        if known != kind {
            return Err(FlattenError::unsupported(format!("`{}` of `{}` with two signatures", name.1, name.0)));
        }
        self.functions[id.0] = Some(index.map_or(next, number));
        Ok(())
    }

    fn define(&mut self, id: FunctionId) -> Result<(), FlattenError> {
        if self.functions[id.0].is_some() {
            return Ok(());
        }
        let (kind, function) = (self.kind(id)?, &self.program.functions[id.0]);
        let body = match &function.code {
            Code::Body { library, body } => Body::Copied { library: *library, body },
            Code::Host => Body::Trap {
                name: match function.import {
                    Some((interface, name)) => format!("{interface}#{name}"),
                    None => format!("host function {}", id.0),
                },
            },
        };
        self.functions[id.0] = Some(number(self.imports.len() + self.bodies.len()));
        self.bodies.push((kind, body));
        Ok(())
    }

    fn kind(&mut self, id: FunctionId) -> Result<u32, FlattenError> {
        let signature = self.program.functions[id.0].signature.clone();
        let signature =
            signature.ok_or_else(|| FlattenError::missing(format!("the signature of function {}", id.0)))?;
        Ok(number(self.types.insert_full(signature).0))
    }
}

fn host_import<'a>(program: &Program<'a>, id: FunctionId) -> Option<(&'a str, &'a str)> {
    let function = &program.functions[id.0];
    let import = function.import.filter(|(interface, _)| HOST_INTERFACES.iter().any(|own| interface.starts_with(own)));
    import.filter(|_| matches!(function.code, Code::Host))
}

/// What code writes, and what the module shows.
fn kept_globals(program: &Program<'_>, reached: &Reached) -> BTreeSet<GlobalId> {
    let shown = program.exports.iter().filter_map(|export| match export.definition {
        Definition::Global(id) => Some(id),
        _ => None,
    });
    reached.written.iter().copied().chain(shown).collect()
}

fn only<T: Copy + Ord>(found: &BTreeSet<T>, what: &'static str) -> Result<T, FlattenError> {
    match found.first() {
        Some(&one) if found.len() == 1 => Ok(one),
        _ => Err(FlattenError::NotOne { what, found: found.len() }),
    }
}

/// A count as the format's number. A module has less than 2^32 of anything, or the parser would have refused it.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("a component's parts are counted in 32 bits")
}
