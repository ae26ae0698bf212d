//! Memory that is yet to be written. Owns the proof that all of it is, by the tasks that have room in it: to make zeros of it
//! first is a pass of one thread, while the others wait.

use std::mem::MaybeUninit;

use rayon::prelude::*;

/// The part of some memory that a task writes.
pub(crate) struct Room<'a>(&'a mut [MaybeUninit<f32>]);

impl<'a> Room<'a> {
    /// How many numbers there are to be.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Makes zeros of it.
    #[expect(unsafe_code, reason = "nobody else sees what is not written yet")]
    pub(crate) fn zeros(self) -> &'a mut [f32] {
        self.0.fill(MaybeUninit::new(0.0));
        // SAFETY: all of it was filled.
        unsafe { self.0.assume_init_mut() }
    }

    /// Makes every row of it this one.
    #[expect(unsafe_code, reason = "nobody else sees what is not written yet")]
    pub(crate) fn rows(self, row: &[f32]) -> &'a mut [f32] {
        assert!(self.len().is_multiple_of(row.len()), "there is room for whole rows");
        for into in self.0.chunks_exact_mut(row.len()) {
            into.write_copy_of_slice(row);
        }
        // SAFETY: rows fill all of it.
        unsafe { self.0.assume_init_mut() }
    }

    /// Has it written through a pointer.
    ///
    /// # Safety
    /// `write` writes every number, and reads none before.
    #[expect(unsafe_code, reason = "the caller knows what is written")]
    pub(super) unsafe fn through(self, write: impl FnOnce(*mut f32)) -> &'a mut [f32] {
        write(self.0.as_mut_ptr().cast());
        // SAFETY: the caller's.
        unsafe { self.0.assume_init_mut() }
    }
}

/// Vectors of so many numbers, each written in parts of such a size: a task for each part, which gives back the rooms that it
/// was given. All vectors have as many parts.
#[expect(unsafe_code, reason = "the vectors are as long as what was written")]
pub(crate) fn written<const N: usize>(
    sizes: [[usize; 2]; N],
    write: impl for<'a> Fn(usize, [Room<'a>; N]) -> [&'a mut [f32]; N] + Sync,
) -> [Vec<f32>; N] {
    let mut all = sizes.map(|[count, _]| Vec::with_capacity(count));
    let tasks = tasks(&mut all, sizes);
    let task = |(part, rooms): (usize, [Room<'_>; N])| {
        let given = rooms.each_ref().map(|room| (room.0.as_ptr().cast(), room.len()));
        let written = write(part, rooms).map(|numbers| (numbers.as_ptr(), numbers.len()));
        assert_eq!(written, given, "a task gives back the rooms that it was given");
    };
    match tasks.len() {
        1 => tasks.into_iter().enumerate().for_each(task),
        _ => tasks.into_par_iter().enumerate().for_each(task),
    }
    for (own, [count, _]) in all.iter_mut().zip(sizes) {
        // SAFETY: all of it was room of some task, and every task gave its own back as numbers.
        unsafe { own.set_len(count) };
    }
    all
}

/// The rooms of each task: together, all there is.
fn tasks<const N: usize>(all: &mut [Vec<f32>; N], sizes: [[usize; 2]; N]) -> Vec<[Room<'_>; N]> {
    let mut index = 0;
    let mut parts = all.each_mut().map(|own| {
        let [count, size] = sizes[index];
        index += 1;
        own.spare_capacity_mut()[..count].chunks_mut(size.max(1))
    });
    let count = parts.iter().map(|own| own.len()).max().unwrap_or(0);
    assert!(parts.iter().all(|own| own.len() == count), "all vectors have as many parts");
    let next = |_| parts.each_mut().map(|own| Room(own.next().expect("they were counted")));
    (0..count).map(next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_written_where_it_belongs() {
        let [ones, others] = written([[10, 4], [5, 2]], |part, [one, other]| {
            let (one, other) = (one.rows(&[part as f32]), other.zeros());
            other[0] = 7.0;
            [one, other]
        });
        assert_eq!(ones, [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0]);
        assert_eq!(others, [7.0, 0.0, 7.0, 0.0, 7.0]);
        let [rows] = written([[6, 6]], |_, [room]| [room.rows(&[1.0, 2.0])]);
        assert_eq!(rows, [1.0, 2.0, 1.0, 2.0, 1.0, 2.0]);
        assert_eq!(written([[0, 3]], |_, [room]| [room.zeros()]), [Vec::<f32>::new()]);
    }

    #[test]
    #[should_panic(expected = "a task gives back the rooms that it was given")]
    fn a_part_of_a_room_is_not_the_room() {
        let _ = written([[6, 3]], |_, [room]| [&mut room.zeros()[1..]]);
    }

    #[test]
    #[should_panic(expected = "all vectors have as many parts")]
    fn no_part_is_left_over() {
        let _ = written([[6, 3], [9, 3]], |_, rooms| rooms.map(Room::zeros));
    }
}
