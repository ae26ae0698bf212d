//! Heads side by side in a token, or one after the other. Owns the way there and back, on which they are rotated.

use crate::decoder::Positions;
use crate::fused::room::written;
use crate::fused::rotary::Angles;
use crate::fused::threads::nearby;

/// How heads lie.
#[derive(Clone, Copy)]
pub(crate) struct Layout<'a> {
    pub(crate) positions: &'a Positions,
    pub(crate) heads: usize,
    pub(crate) width: usize,
}

/// How heads are rotated on the way.
#[derive(Clone, Copy)]
pub(crate) struct Turn<'a> {
    pub(crate) angles: &'a Angles,
    /// What they are multiplied with.
    pub(crate) scale: f32,
    /// One, or minus one for back.
    pub(crate) direction: f32,
}

impl Layout<'_> {
    /// How many numbers a head has of one text.
    pub(crate) fn size(self) -> usize {
        self.positions.columns() * self.width
    }

    /// # Shapes
    /// - tokens: `[batch tokens, heads · width]`
    /// - result: `[rows, heads, columns, width]`
    pub(crate) fn by_head(self, tokens: &[f32], turn: Option<Turn<'_>>) -> Vec<f32> {
        let Self { heads, width, positions } = self;
        let count = positions.rows() * heads * self.size();
        let [result] = written([[count, self.size()]], |index, [room]| {
            let (head, row, place) = (room.zeros(), index / heads, index % heads);
            let columns = 0..positions.runs()[row].length;
            for (column, into) in columns.zip(head.chunks_exact_mut(width)) {
                let token = positions.token(row, column);
                into.copy_from_slice(&tokens[(token * heads + place) * width..][..width]);
                self.turn(turn, row, column, into);
            }
            [head]
        });
        result
    }

    /// The way back: of a token that stands in several places, the sum over them.
    ///
    /// # Shapes
    /// - heads: `[rows, heads, columns, width]`
    /// - result: `[batch tokens, heads · width]`
    pub(crate) fn joined(self, by_head: &[f32], turn: Option<Turn<'_>>) -> Vec<f32> {
        let Self { heads, width, positions } = self;
        let (tokens, size) = (positions.batch().iter().product::<usize>(), heads * width);
        let taken = nearby(tokens, tokens * size);
        let [result] = written([[tokens * size, taken * size]], |part, [room]| {
            let all = room.zeros();
            for (token, into) in (part * taken..).zip(all.chunks_exact_mut(size)) {
                self.join(by_head, token, turn, into);
            }
            [all]
        });
        result
    }

    /// One token of it.
    fn join(self, by_head: &[f32], token: usize, turn: Option<Turn<'_>>, into: &mut [f32]) {
        let Self { heads, width, positions } = self;
        let (columns, places) = (positions.columns(), positions.places(&token));
        for place in places {
            let (row, column) = (place / columns, place % columns);
            for (head, into) in into.chunks_exact_mut(width).enumerate() {
                let own = &by_head[((row * heads + head) * columns + column) * width..][..width];
                into.iter_mut().zip(own).for_each(|(into, own)| *into += own);
            }
        }
        let (row, column) = (places[0] / columns, places[0] % columns);
        into.chunks_exact_mut(width).for_each(|head| self.turn(turn, row, column, head));
    }

    fn turn(self, turn: Option<Turn<'_>>, row: usize, column: usize, head: &mut [f32]) {
        let Some(Turn { angles, scale, direction }) = turn else { return };
        let (cosines, sines) = angles.at(self.positions.runs()[row].start + column);
        let (first, second) = head.split_at_mut(cosines.len());
        for (((one, other), cosine), sine) in first.iter_mut().zip(second).zip(cosines).zip(sines) {
            let (cosine, sine) = (cosine * scale, sine * scale * direction);
            (*one, *other) = (*one * cosine - *other * sine, *other * cosine + *one * sine);
        }
    }
}
