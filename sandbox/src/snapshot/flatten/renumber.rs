//! One library's code in the flat module's numbers.
//!
//! Owns the translation of indices and turns reads of constants into constants. Every other instruction is copied.

use super::error::FlattenError;
use super::layout::{Layout, number};
use super::program::Library;
use indexmap::IndexSet;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, Instruction};
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
        Ok(self.parse_function_body(code, body.clone())?)
    }
}

impl Reencode for Renumber<'_, '_, '_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        let id = self.library.functions.get(index as usize);
        id.and_then(|id| self.layout.function(*id)).ok_or(Error::InvalidConstExpr)
    }

    fn type_index(&mut self, index: u32) -> Result<u32, Error> {
        let signature = self.library.module.types.get(index as usize).ok_or(Error::CanonicalizedHeapTypeReference)?;
        Ok(number(self.signatures.insert_full(signature.clone()).0))
    }

    /// Only the one global that lives on is still named by an index.
    fn global_index(&mut self, _: u32) -> Result<u32, Error> {
        Ok(0)
    }

    fn table_index(&mut self, _: u32) -> Result<u32, Error> {
        Ok(0)
    }

    fn memory_index(&mut self, _: u32) -> Result<u32, Error> {
        Ok(0)
    }

    fn instruction<'i>(&mut self, operator: Operator<'i>) -> Result<Instruction<'i>, Error> {
        let constant = match operator {
            Operator::GlobalGet { global_index } => {
                self.library.globals.get(global_index as usize).and_then(|id| self.layout.constant(*id))
            }
            _ => None,
        };
        constant.map_or_else(|| utils::instruction(self, operator), |value| Ok(value.instruction()))
    }
}
