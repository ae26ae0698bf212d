//! How work is shared between threads. Owns the sizes below which sharing costs more than it saves; no result depends
//! on it.

/// Work for about seventy microseconds of one thread, in multiplications with numbers that are in a near cache. Waking
/// another thread takes nearly as long.
const GRAIN: usize = 1 << 22;

/// With fewer rows than so, reading a matrix takes longer than multiplying with it.
pub(crate) const ROWS: usize = 8;

/// How much work it is to go over a number in memory.
pub(crate) const READ: usize = 32;

/// How many numbers a task goes over at once, so that it finds them in a near cache when it comes back to them.
const NEAR: usize = 1 << 13;

/// How many of the `units` of `work` a task takes, so that there is a task for every thread and some to even out with,
/// but none that is not worth it.
pub(crate) fn share(units: usize, work: usize) -> usize {
    let threads = rayon::current_num_threads();
    let tasks = if threads == 1 { 1 } else { (work / GRAIN).clamp(1, 4 * threads) };
    units.div_ceil(tasks).max(1)
}

/// Whether so much work is for one thread.
pub(crate) fn alone(work: usize) -> bool {
    share(2, work) == 2
}

/// In how many groups the rows of a pass are computed, a thread each, where a row is so much work in the largest product and
/// in all. As one, whose products are shared, where matrices are large: to read them once more in every thread takes longer
/// than threads wait for each other, however many rows there are.
pub(crate) fn groups(rows: usize, largest: usize, all: usize) -> usize {
    if largest > GRAIN / 2 {
        return 1;
    }
    (rows / ROWS).min(rows * all / GRAIN).clamp(1, rayon::current_num_threads())
}

/// How many of the `units` of `numbers` in memory a task takes, where it goes over them.
pub(crate) fn nearby(units: usize, numbers: usize) -> usize {
    if READ * numbers < GRAIN { units.max(1) } else { (units * NEAR / numbers).clamp(1, units) }
}

/// How many of the `units` of `work` each thread takes, where a task costs something of its own.
pub(crate) fn divide(units: usize, work: usize) -> usize {
    let threads = if work < GRAIN { 1 } else { rayon::current_num_threads() };
    units.div_ceil(threads).max(1)
}
