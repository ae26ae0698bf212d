//! One library's code in the flat module's numbers.
//!
//! Owns the translation of indices, turns reads of constants into constants, and lets every loop begin at a safepoint.
//! Every other instruction is copied.

use super::error::FlattenError;
use super::layout::{Layout, number};
use super::program::Library;
use super::safepoint::Safepoints;
use indexmap::IndexSet;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, Function, Instruction};
use wasmparser::{FuncType, FunctionBody, Operator};

/// Translates the bodies of one library.
pub(super) struct Renumber<'l, 'p, 'a> {
    pub layout: &'l Layout<'p, 'a>,
    pub library: &'l Library<'a>,
    /// The flat module's types, to which those of indirect calls are added.
    pub signatures: &'l mut IndexSet<FuncType>,
}

impl Renumber<'_, '_, '_> {
    /// Copies a body into the code section.
    pub fn copy(&mut self, code: &mut CodeSection, body: &FunctionBody<'_>) -> Result<(), FlattenError> {
        let function = self.translate(body).map_err(|error| match error {
            Error::UserError(error) => error,
            Error::ParseError(error) => FlattenError::Parse(error),
            other => FlattenError::unsupported(other.to_string()),
        })?;
        code.function(&function);
        Ok(())
    }

    fn translate(&mut self, body: &FunctionBody<'_>) -> Translated<Function> {
        let mut function = self.new_function_with_parsed_locals(body)?;
        let mut safepoints = Safepoints::default();
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let operator = reader.read()?;
            let is_loop = matches!(operator, Operator::Loop { .. });
            function.instruction(&self.instruction(operator)?);
            if is_loop {
                safepoints.look(&mut function);
            }
        }
        Ok(function)
    }
}

type Translated<T> = Result<T, Error<FlattenError>>;

impl Reencode for Renumber<'_, '_, '_> {
    type Error = FlattenError;

    fn function_index(&mut self, index: u32) -> Translated<u32> {
        let id = self.library.functions.get(index as usize);
        id.and_then(|id| self.layout.function(*id)).ok_or_else(|| missing("function", index))
    }

    fn type_index(&mut self, index: u32) -> Translated<u32> {
        let signature = self.library.module.types.get(index as usize).ok_or_else(|| missing("type", index))?;
        Ok(number(self.signatures.insert_full(signature.clone()).0))
    }

    fn global_index(&mut self, index: u32) -> Translated<u32> {
        only(self.library.globals.get(index as usize), &self.layout.stack_pointer, "mutable global")
    }

    fn table_index(&mut self, index: u32) -> Translated<u32> {
        let table = self.layout.table.as_ref().ok_or_else(|| missing("table", index))?;
        only(self.library.tables.get(index as usize), table, "table")
    }

    fn memory_index(&mut self, index: u32) -> Translated<u32> {
        only(self.library.memories.get(index as usize), &self.layout.memory, "memory")
    }

    fn instruction<'i>(&mut self, operator: Operator<'i>) -> Translated<Instruction<'i>> {
        let constant = match operator {
            Operator::GlobalGet { global_index } => {
                self.library.globals.get(global_index as usize).and_then(|id| self.layout.constant(*id))
            }
            _ => None,
        };
        constant.map_or_else(|| utils::instruction(self, operator), |value| Ok(value.instruction()))
    }
}

/// The number of what there is only one of; any other is one too many.
fn only<T: PartialEq>(named: Option<&T>, kept: &T, what: &'static str) -> Translated<u32> {
    match named {
        Some(named) if named == kept => Ok(0),
        _ => Err(Error::UserError(FlattenError::NotOne { what, found: 2 })),
    }
}

fn missing(what: &str, index: u32) -> Error<FlattenError> {
    Error::UserError(FlattenError::missing(format!("{what} {index}")))
}
