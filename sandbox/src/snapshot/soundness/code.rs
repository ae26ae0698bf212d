//! The rules that a function's code must keep.
//!
//! Owns two of them: nothing is done that a reset would not undo, and every loop begins with a look at the safepoint,
//! which nothing else comes near. So every run can be stopped, whatever it does.

use wasm_encoder::Instruction;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasmparser::{FunctionBody, Operator};

use super::Unsound;
use crate::snapshot::flatten::safepoint;

/// Checks one function.
pub(super) fn verify(body: &FunctionBody<'_>) -> Result<(), Unsound> {
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        let operator = reader.read()?;
        let is_loop = matches!(operator, Operator::Loop { .. });
        lasting(&operator).map_or(Ok(()), |name| Err(Unsound::Instruction(name)))?;
        Elsewhere.instruction(operator).map_err(|error| match error {
            Error::UserError(error) => error,
            Error::ParseError(error) => Unsound::Invalid(error),
            _ => Unsound::Safepoint,
        })?;
        if is_loop {
            let [place, look, drop] = [reader.read()?, reader.read()?, reader.read()?];
            if !is_look(&place, &look, &drop) {
                return Err(Unsound::Loop);
            }
        }
    }
    Ok(())
}

/// The name of an instruction whose effect lasts.
fn lasting(operator: &Operator<'_>) -> Option<&'static str> {
    match operator {
        Operator::TableSet { .. } => Some("table.set"),
        Operator::TableGrow { .. } => Some("table.grow"),
        Operator::TableFill { .. } => Some("table.fill"),
        Operator::TableCopy { .. } => Some("table.copy"),
        Operator::TableInit { .. } => Some("table.init"),
        Operator::ElemDrop { .. } => Some("elem.drop"),
        Operator::MemoryInit { .. } => Some("memory.init"),
        Operator::DataDrop { .. } => Some("data.drop"),
        _ => None,
    }
}

fn is_look(place: &Operator<'_>, look: &Operator<'_>, drop: &Operator<'_>) -> bool {
    matches!(place, Operator::I32Const { value: 0 })
        && matches!(look, Operator::I32Load { memarg } if memarg.memory == safepoint::MEMORY)
        && matches!(drop, Operator::Drop)
}

/// Passes instructions that have nothing to do with the safepoint's memory.
struct Elsewhere;

impl Reencode for Elsewhere {
    type Error = Unsound;

    fn memory_index(&mut self, memory: u32) -> Result<u32, Error<Unsound>> {
        if memory == safepoint::MEMORY { Err(Error::UserError(Unsound::Safepoint)) } else { Ok(memory) }
    }

    fn instruction<'a>(&mut self, operator: Operator<'a>) -> Result<Instruction<'a>, Error<Unsound>> {
        utils::instruction(self, operator)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use wasmparser::{Parser, Payload};

    use super::*;

    /// What is found in the functions of a module with both memories.
    fn refused(text: &str) -> Vec<String> {
        let bytes = wat::parse_str(format!("(module (memory 1) (memory 1) {text})")).unwrap();
        let bodies = Parser::new(0).parse_all(&bytes).filter_map(|payload| match payload.unwrap() {
            Payload::CodeSectionEntry(body) => Some(body),
            _ => None,
        });
        bodies.filter_map(|body| verify(&body).err()).map(|error| error.to_string()).collect()
    }

    #[test]
    fn instructions_that_last_are_refused() {
        let cases = [
            (r#"(func (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0))) (data "x")"#, "`memory.init`"),
            (r#"(func (data.drop 0)) (data "x")"#, "`data.drop`"),
            (
                "(func (table.init $t 0 (i32.const 0) (i32.const 0) (i32.const 0))) (table $t 1 funcref) (elem func)",
                "`table.init`",
            ),
            ("(func (elem.drop 0)) (elem func)", "`elem.drop`"),
        ];
        for (text, expected) in cases {
            let refused = refused(text);
            assert!(matches!(&refused[..], [error] if error.contains(expected)), "{text}: {refused:?}");
        }
    }

    #[test]
    fn every_loop_begins_with_a_look() {
        const LOOK: &str = "(drop (i32.load 1 offset=8 (i32.const 0)))";
        assert!(refused(&format!("(func (loop {LOOK} (loop {LOOK} (br 0))))")).is_empty());
        let cases = [
            "(func (loop (br 0)))".to_owned(),
            format!("(func (loop {LOOK} (loop (br 0) (br 0) (br 0))))"),
            format!("(func (loop (nop) {LOOK} (br 0)))"),
            "(func (loop (drop (i32.load 0 (i32.const 0))) (br 0)))".to_owned(),
            "(func (loop (drop (i32.load 1 (i32.const 4))) (br 0)))".to_owned(),
        ];
        for text in cases {
            let refused = refused(&text);
            assert!(matches!(&refused[..], [error] if error.contains("loop")), "{text}: {refused:?}");
        }
    }

    #[test]
    fn nothing_else_comes_near_the_safepoint() {
        let cases = [
            "(func (drop (i32.load 1 (i32.const 0))))",
            "(func (i32.store 1 (i32.const 0) (i32.const 0)))",
            "(func (drop (memory.grow 1 (i32.const 1))))",
            "(func (memory.fill 1 (i32.const 0) (i32.const 0) (i32.const 0)))",
            "(func (memory.copy 1 0 (i32.const 0) (i32.const 0) (i32.const 0)))",
            "(func (memory.copy 0 1 (i32.const 0) (i32.const 0) (i32.const 0)))",
            "(func (drop (v128.load 1 (i32.const 0))))",
        ];
        for text in cases {
            let refused = refused(text);
            assert!(matches!(&refused[..], [error] if error.contains("safepoint")), "{text}: {refused:?}");
        }
    }
}
