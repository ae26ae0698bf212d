//! What a program reads and writes: its input as a file in memory that nobody can change, its output as pipes.

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::OFlags;
use rustix::fs::{MemfdFlags, SealFlags, SeekFrom, fcntl_add_seals, fcntl_setfl, memfd_create, seek};
use rustix::io::{Errno, read, write};
use rustix::pipe::{PipeFlags, pipe_with};

use crate::outcome::Captured;

const CHUNK: usize = 64 << 10;

/// Standard input: the position in it lasts as long as the file, whichever process reads it.
pub(super) fn input(bytes: &[u8]) -> Result<OwnedFd, Errno> {
    let file = memfd_create("stdin", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    let mut rest = bytes;
    while !rest.is_empty() {
        let written = write(&file, rest)?;
        rest = &rest[written..];
    }
    seek(&file, SeekFrom::Start(0))?;
    fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
    Ok(file)
}

/// The host's end of a program's output.
#[derive(Debug)]
pub(super) struct Output {
    /// Nothing once every other end is closed.
    pipe: Option<OwnedFd>,
}

impl Output {
    /// The host's end, and the program's.
    pub(super) fn pair() -> Result<(Self, OwnedFd), Errno> {
        let (ours, theirs) = pipe_with(PipeFlags::CLOEXEC)?;
        fcntl_setfl(&ours, OFlags::NONBLOCK)?;
        Ok((Self { pipe: Some(ours) }, theirs))
    }

    /// What to wait for, while there is somebody who could write.
    pub(super) fn open(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(AsFd::as_fd)
    }

    /// Takes what the pipe holds; at most so much as it can hold, so that a program that never stops writing does not
    /// keep the host here.
    pub(super) fn drain(&mut self, captured: &mut Captured, limit: usize) -> Result<(), Errno> {
        let mut chunk = [0; CHUNK];
        let Some(pipe) = &self.pipe else { return Ok(()) };
        for _ in 0..2 {
            match read(pipe, &mut chunk[..]) {
                Ok(0) => {
                    self.pipe = None;
                    return Ok(());
                }
                Ok(length) => captured.keep(&chunk[..length], limit),
                Err(Errno::AGAIN) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
