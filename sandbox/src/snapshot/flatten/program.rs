//! The linked program: every definition of every instance, each with a number of its own, and who means which.
//!
//! Owns the data that the steps of the merge hand on; does nothing by itself.

use super::constant::Value;
use super::module::Module;
use wasmparser::{FuncType, FunctionBody, GlobalType, MemoryType, RefType, TableType};

/// A function of the program, wherever it is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FunctionId(pub usize);

/// A table of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TableId(pub usize);

/// A memory of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MemoryId(pub usize);

/// A global of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GlobalId(pub usize);

/// What a name of an instance stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Definition {
    Function(FunctionId),
    Table(TableId),
    Memory(MemoryId),
    Global(GlobalId),
}

/// Where a function's code is.
pub(super) enum Code<'a> {
    /// In this library.
    Body { library: usize, body: FunctionBody<'a> },
    /// With the host: a lowered import, or a built-in of the component model.
    Host,
}

pub(super) struct Function<'a> {
    pub code: Code<'a>,
    /// Unknown for a host's function that nobody imports.
    pub signature: Option<FuncType>,
    /// The interface and name by which libraries ask for it; known for a host's function once it is imported.
    pub import: Option<(&'a str, &'a str)>,
}

pub(super) struct Table {
    pub kind: TableType,
    pub elements: Vec<Option<FunctionId>>,
}

pub(super) struct Memory<'a> {
    pub kind: MemoryType,
    /// Active segments in the order in which they are written.
    pub segments: Vec<(u64, &'a [u8])>,
}

pub(super) struct Global {
    pub kind: GlobalType,
    pub initial: Value,
}

/// One instance of a module, its index spaces resolved to the program's definitions.
pub(super) struct Library<'a> {
    pub module: Module<'a>,
    pub functions: Vec<FunctionId>,
    pub tables: Vec<TableId>,
    pub memories: Vec<MemoryId>,
    pub globals: Vec<GlobalId>,
}

/// A name under which the flat module shows a definition.
pub(super) struct Export<'a> {
    pub name: &'a str,
    pub definition: Definition,
}

#[derive(Default)]
pub(super) struct Program<'a> {
    pub libraries: Vec<Library<'a>>,
    pub functions: Vec<Function<'a>>,
    pub tables: Vec<Table>,
    pub memories: Vec<Memory<'a>>,
    pub globals: Vec<Global>,
    pub exports: Vec<Export<'a>>,
}

impl Table {
    /// An empty table; only tables of functions have a place in the merge.
    pub fn empty(kind: TableType) -> Option<Self> {
        let size = usize::try_from(kind.initial).ok().filter(|&size| size <= 1 << 20)?;
        (kind.element_type == RefType::FUNCREF).then(|| Self { kind, elements: vec![None; size] })
    }
}
