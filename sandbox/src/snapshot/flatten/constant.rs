//! Constant expressions: the first values of globals and the places of segments, computed before anything runs.

use super::error::FlattenError;
use super::program::{Global, GlobalId};
use wasm_encoder::{ConstExpr as Encoded, Instruction};
use wasmparser::{ConstExpr, Operator};

/// A number that is known when the module is made. Floats are kept as bits, so that nothing rounds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
}

impl Value {
    /// The instruction that gives this number.
    pub fn instruction(self) -> Instruction<'static> {
        match self {
            Self::I32(value) => Instruction::I32Const(value),
            Self::I64(value) => Instruction::I64Const(value),
            Self::F32(bits) => Instruction::F32Const(wasm_encoder::Ieee32::new(bits)),
            Self::F64(bits) => Instruction::F64Const(wasm_encoder::Ieee64::new(bits)),
        }
    }

    /// The expression that gives this number to a global.
    pub fn expression(self) -> Encoded {
        Encoded::extended([self.instruction()])
    }

    /// The number as the place of a segment.
    pub fn offset(self) -> Result<u64, FlattenError> {
        match self {
            Self::I32(value) => Ok(u64::from(value.cast_unsigned())),
            other => Err(FlattenError::unsupported(format!("a segment at {other:?}"))),
        }
    }
}

/// Evaluates an expression; `local` are the globals that the module knows, `globals` are all.
pub(super) fn evaluate(
    expression: &ConstExpr<'_>,
    local: &[GlobalId],
    globals: &[Global],
) -> Result<Value, FlattenError> {
    let mut stack = Vec::new();
    for operator in expression.get_operators_reader() {
        step(&operator?, &mut stack, local, globals)?;
    }
    match stack[..] {
        [value] => Ok(value),
        _ => Err(FlattenError::unsupported("a constant expression that leaves no single number")),
    }
}

fn step(
    operator: &Operator<'_>,
    stack: &mut Vec<Value>,
    local: &[GlobalId],
    globals: &[Global],
) -> Result<(), FlattenError> {
    let value = match operator {
        Operator::End => return Ok(()),
        Operator::I32Const { value } => Value::I32(*value),
        Operator::I64Const { value } => Value::I64(*value),
        Operator::F32Const { value } => Value::F32(value.bits()),
        Operator::F64Const { value } => Value::F64(value.bits()),
        Operator::GlobalGet { global_index } => {
            let id = local.get(*global_index as usize);
            id.map(|id| globals[id.0].initial).ok_or_else(|| FlattenError::missing(format!("global {global_index}")))?
        }
        Operator::I32Add | Operator::I32Sub | Operator::I32Mul => match (stack.pop(), stack.pop()) {
            (Some(Value::I32(right)), Some(Value::I32(left))) => Value::I32(match operator {
                Operator::I32Add => left.wrapping_add(right),
                Operator::I32Sub => left.wrapping_sub(right),
                _ => left.wrapping_mul(right),
            }),
            _ => return Err(FlattenError::unsupported("arithmetic on other than 32-bit numbers in a constant")),
        },
        other => return Err(FlattenError::unsupported(format!("{other:?} in a constant expression"))),
    };
    stack.push(value);
    Ok(())
}
