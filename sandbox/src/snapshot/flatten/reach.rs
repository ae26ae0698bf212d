//! What the exports can reach: the functions, tables, memories and globals that the flat module keeps.
//!
//! Owns the walk over the code. A global that no kept function writes is a constant, whatever its declaration says: the
//! loader that wrote it has run before the snapshot and is reached no more.

use super::error::FlattenError;
use super::forward::Forwards;
use super::program::{Code, Definition, FunctionId, GlobalId, Library, MemoryId, Program, TableId};
use std::collections::BTreeSet;
use wasmparser::{FunctionBody, Operator};

/// What is kept, in the program's order.
#[derive(Default)]
pub(super) struct Reached {
    pub functions: BTreeSet<FunctionId>,
    pub tables: BTreeSet<TableId>,
    pub memories: BTreeSet<MemoryId>,
    /// Globals that kept code writes.
    pub written: BTreeSet<GlobalId>,
}

/// Walks from the exports, through calls and through every place of a table that is called through.
pub(super) fn reach(program: &Program<'_>, forwards: &Forwards) -> Result<Reached, FlattenError> {
    let mut walk = Walk { program, forwards, reached: Reached::default(), waiting: Vec::new() };
    for export in &program.exports {
        walk.definition(export.definition);
    }
    while let Some(function) = walk.waiting.pop() {
        if let Code::Body { library, body } = &program.functions[function.0].code {
            walk.body(&program.libraries[*library], body)?;
        }
    }
    Ok(walk.reached)
}

struct Walk<'p, 'a> {
    program: &'p Program<'a>,
    forwards: &'p Forwards,
    reached: Reached,
    waiting: Vec<FunctionId>,
}

impl<'a> Walk<'_, 'a> {
    fn definition(&mut self, definition: Definition) {
        match definition {
            Definition::Function(id) => self.function(id),
            Definition::Table(id) => self.table(id),
            Definition::Memory(id) => self.reached.memories.extend([id]),
            Definition::Global(_) => {}
        }
    }

    fn function(&mut self, id: FunctionId) {
        let id = self.forwards.target(id);
        if self.reached.functions.insert(id) {
            self.waiting.push(id);
        }
    }

    fn table(&mut self, id: TableId) {
        if self.reached.tables.insert(id) {
            for function in self.program.tables[id.0].elements.iter().flatten() {
                self.function(*function);
            }
        }
    }

    fn body(&mut self, library: &Library<'a>, body: &FunctionBody<'a>) -> Result<(), FlattenError> {
        for operator in body.get_operators_reader()? {
            self.operator(library, &operator?)?;
        }
        // A kept function's loads and stores are the memory's only uses that matter, and a library has one memory.
        self.reached.memories.extend(library.memories.first());
        Ok(())
    }

    fn operator(&mut self, library: &Library<'a>, operator: &Operator<'a>) -> Result<(), FlattenError> {
        match *operator {
            Operator::Call { function_index }
            | Operator::ReturnCall { function_index }
            | Operator::RefFunc { function_index } => self.function(find(&library.functions, function_index)?),
            Operator::CallIndirect { table_index, .. }
            | Operator::ReturnCallIndirect { table_index, .. }
            | Operator::TableGet { table: table_index }
            | Operator::TableSet { table: table_index }
            | Operator::TableGrow { table: table_index }
            | Operator::TableSize { table: table_index }
            | Operator::TableFill { table: table_index } => self.table(find(&library.tables, table_index)?),
            Operator::GlobalSet { global_index } => {
                self.reached.written.insert(find(&library.globals, global_index)?);
            }
            // Segments are merged away, so there is nothing left for these to name.
            Operator::MemoryInit { .. }
            | Operator::DataDrop { .. }
            | Operator::TableInit { .. }
            | Operator::TableCopy { .. }
            | Operator::ElemDrop { .. } => {
                return Err(FlattenError::unsupported(format!("the instruction {operator:?}")));
            }
            _ => {}
        }
        Ok(())
    }
}

fn find<T: Copy>(all: &[T], index: u32) -> Result<T, FlattenError> {
    all.get(index as usize).copied().ok_or_else(|| FlattenError::missing(format!("number {index} of its kind")))
}
