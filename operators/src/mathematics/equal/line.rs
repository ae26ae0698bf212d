//! Sets of real numbers as pieces of a line.

use crate::mathematics::answer::{Answer, Interval, Numbers};
use crate::mathematics::value::real;
use crate::mathematics::work::Work;

/// A piece from one end to another; of `[f64; 2]`, whether each end is left out is in `open`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    from: f64,
    to: f64,
    open: [bool; 2],
}

/// A set of real numbers: pieces in order that do not touch.
#[derive(Clone, Debug)]
pub(super) struct Line(Vec<Piece>);

impl Line {
    /// What an answer says, where it is a set of real numbers in pieces.
    pub(super) fn of(answer: &Answer, work: &Work) -> Option<Self> {
        let of = |answer: &Answer| Self::of(answer, work);
        match answer {
            Answer::Formula(formula) => Some(Self::point(real(formula, work)?)),
            Answer::Set(parts) | Answer::Union(parts) => Self::united(parts.iter().map(of)),
            Answer::Interval(Interval { from, to, open }) => {
                Some(Self(vec![Piece { from: real(from, work)?, to: real(to, work)?, open: *open }]).tidied())
            }
            Answer::Intersection(parts) => {
                Some(Self::united(parts.iter().map(|part| Some(of(part)?.complement())))?.complement())
            }
            // What is in one and not in the other is out of what is out of one or in the other.
            Answer::Without(one, other) => {
                Some(Self::united([Some(of(one)?.complement()), of(other)].into_iter())?.complement())
            }
            Answer::Numbers(Numbers::Real) => Some(Self::between(f64::NEG_INFINITY, f64::INFINITY, [true; 2])),
            Answer::Tuple(_) | Answer::Numbers(_) | Answer::Relation(_) => None,
        }
    }

    pub(super) fn between(from: f64, to: f64, open: [bool; 2]) -> Self {
        Self(vec![Piece { from, to, open }]).tidied()
    }

    pub(super) fn point(at: f64) -> Self {
        Self(vec![Piece { from: at, to: at, open: [false; 2] }])
    }

    fn united(lines: impl Iterator<Item = Option<Self>>) -> Option<Self> {
        let pieces: Option<Vec<Vec<Piece>>> = lines.map(|line| line.map(|line| line.0)).collect();
        Some(Self(pieces?.concat()).tidied())
    }

    pub(super) fn intersected(&self, other: &Self) -> Self {
        Self([self.complement().0, other.complement().0].concat()).tidied().complement()
    }

    /// All other numbers.
    pub(super) fn complement(&self) -> Self {
        let mut pieces = Vec::new();
        let (mut from, mut open) = (f64::NEG_INFINITY, true);
        for piece in &self.0 {
            pieces.push(Piece { from, to: piece.from, open: [open, !piece.open[0]] });
            (from, open) = (piece.to, !piece.open[1]);
        }
        pieces.push(Piece { from, to: f64::INFINITY, open: [open, true] });
        Self(pieces).tidied()
    }

    /// In order, together where they touch, and without what is empty. Infinity is no number.
    fn tidied(mut self) -> Self {
        for piece in &mut self.0 {
            piece.open[0] |= piece.from.is_infinite();
            piece.open[1] |= piece.to.is_infinite();
        }
        self.0.retain(|piece| piece.from < piece.to || piece.from == piece.to && piece.open == [false; 2]);
        self.0.sort_by(|one, other| one.from.total_cmp(&other.from).then(one.open[0].cmp(&other.open[0])));
        let mut pieces: Vec<Piece> = Vec::new();
        for piece in self.0 {
            match pieces.last_mut() {
                Some(last) if piece.from < last.to || piece.from == last.to && !(piece.open[0] && last.open[1]) => {
                    if piece.to > last.to {
                        (last.to, last.open[1]) = (piece.to, piece.open[1]);
                    } else if piece.to == last.to {
                        last.open[1] &= piece.open[1];
                    }
                }
                _ => pieces.push(piece),
            }
        }
        Self(pieces)
    }

    /// Whether both are the same numbers, but for how exactly floats tell ends.
    pub(super) fn is(&self, other: &Self) -> bool {
        let near = |one: f64, other: f64| one == other || (one - other).abs() <= 1e-9 * one.abs().max(1.0);
        self.0.len() == other.0.len()
            && self
                .0
                .iter()
                .zip(&other.0)
                .all(|(one, other)| near(one.from, other.from) && near(one.to, other.to) && one.open == other.open)
    }

    /// The pieces, as their ends and whether these are left out.
    pub(super) fn pieces(&self) -> impl Iterator<Item = ([f64; 2], [bool; 2])> {
        self.0.iter().map(|piece| ([piece.from, piece.to], piece.open))
    }
}
