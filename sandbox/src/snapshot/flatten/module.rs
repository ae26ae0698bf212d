//! One core module, read: its types, imports, definitions, exports and segments.
//!
//! Owns the reading of sections; knows nothing of other modules.

use super::error::FlattenError;
use wasmparser::{
    Data, Element, Export, FuncType, FunctionBody, Global, Import, MemoryType, Parser, Payload, TableInit, TableType,
};

/// A core module's sections, borrowed from the component's bytes.
#[derive(Clone, Default)]
pub(super) struct Module<'a> {
    pub types: Vec<FuncType>,
    pub imports: Vec<Import<'a>>,
    /// The type index of every function that is defined here.
    pub functions: Vec<u32>,
    pub bodies: Vec<FunctionBody<'a>>,
    pub tables: Vec<TableType>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<Global<'a>>,
    pub exports: Vec<Export<'a>>,
    pub elements: Vec<Element<'a>>,
    pub data: Vec<Data<'a>>,
}

impl<'a> Module<'a> {
    /// Reads a core module. Custom sections are passed over.
    pub fn read(bytes: &'a [u8]) -> Result<Self, FlattenError> {
        let mut module = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            module.add(payload?)?;
        }
        Ok(module)
    }

    /// The signature behind a type index.
    pub fn signature(&self, index: u32) -> Result<&FuncType, FlattenError> {
        self.types.get(index as usize).ok_or_else(|| FlattenError::missing(format!("type {index}")))
    }

    fn add(&mut self, payload: Payload<'a>) -> Result<(), FlattenError> {
        match payload {
            Payload::TypeSection(section) => {
                self.types = section.into_iter_err_on_gc_types().collect::<Result<_, _>>()?;
            }
            Payload::ImportSection(section) => self.imports = section.into_imports().collect::<Result<_, _>>()?,
            Payload::FunctionSection(section) => self.functions = section.into_iter().collect::<Result<_, _>>()?,
            Payload::TableSection(section) => {
                self.tables = section.into_iter().map(|table| null_table(table?)).collect::<Result<_, _>>()?;
            }
            Payload::MemorySection(section) => self.memories = section.into_iter().collect::<Result<_, _>>()?,
            Payload::GlobalSection(section) => self.globals = section.into_iter().collect::<Result<_, _>>()?,
            Payload::ExportSection(section) => self.exports = section.into_iter().collect::<Result<_, _>>()?,
            Payload::ElementSection(section) => self.elements = section.into_iter().collect::<Result<_, _>>()?,
            Payload::DataSection(section) => self.data = section.into_iter().collect::<Result<_, _>>()?,
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            // A snapshot has run its start functions; one that is left would run on top of their result.
            Payload::StartSection { .. } => return Err(FlattenError::unsupported("a start function")),
            Payload::TagSection(_) => return Err(FlattenError::unsupported("exception tags")),
            _ => {}
        }
        Ok(())
    }
}

fn null_table(table: wasmparser::Table<'_>) -> Result<TableType, FlattenError> {
    match table.init {
        TableInit::RefNull => Ok(table.ty),
        TableInit::Expr(_) => Err(FlattenError::unsupported("a table with an initial value")),
    }
}
