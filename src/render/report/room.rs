//! How much a page has room for.

/// What may be shown of what there is any number of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Nodes in tables and lists.
    pub(super) nodes: usize,
    /// Nodes that are shown with what is in their outputs.
    pub(super) opened: usize,
    /// Characters of a value.
    pub(super) characters: usize,
    /// Rows of an output.
    pub(super) rows: usize,
    /// Points of curves.
    pub(super) points: usize,
    /// Characters of the manifest.
    pub(super) manifest: usize,
}

/// From all that was gathered to what always fits.
pub(super) const ROOMS: [Room; 3] = [
    Room { nodes: 1000, opened: 1000, characters: 1600, rows: 4, points: 80_000, manifest: 200_000 },
    Room { nodes: 400, opened: 100, characters: 400, rows: 2, points: 40_000, manifest: 60_000 },
    Room { nodes: 200, opened: 30, characters: 120, rows: 1, points: 15_000, manifest: 20_000 },
];
