//! One process that was forked for a job: how it is asked, waited for, and looked at meanwhile.

use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;

use super::calls;
use super::channel::{Channel, Incoming};
use super::clocks::{Clocks, State};
use super::pipes::Output;
use super::server::{Server, Task, kernel, refused};
use crate::error::HostError;
use crate::outcome::Captured;

/// How often a process at work is looked at. A limit is overrun by at most about this much.
const LOOK: Duration = Duration::from_millis(5);
/// How often an answer lies in a process's memory before it is sent: the value, its text, and the bytes of that, which
/// are joined of parts.
const COPIES: u64 = 4;

const SHORTEST: Duration = Duration::from_millis(1);

/// One process that was forked for a job.
#[derive(Debug)]
pub(super) struct Process {
    channel: Channel,
    outputs: [Output; 2],
    clocks: Clocks,
    /// Whether it has said that its walls stand.
    walled: bool,
    looked: Instant,
}

/// What a turn of waiting brought.
#[derive(Debug)]
pub(super) enum Turn {
    Answer(Vec<u8>),
    /// It closed its channel, or wrote nonsense to it: it has ended, or has to.
    Gone,
    /// It is at work, and this is how it looks.
    Working(State),
    /// Nothing that matters.
    Nothing,
}

impl Process {
    pub(super) fn fork(server: &mut Server, task: &Task, stdin: &OwnedFd) -> Result<Self, HostError> {
        let (mut channel, theirs) = Channel::pair(task.memory / COPIES).map_err(kernel("a pair of sockets"))?;
        let (stdout, to_stdout) = Output::pair().map_err(kernel("a pipe"))?;
        let (stderr, to_stderr) = Output::pair().map_err(kernel("a pipe"))?;
        let descriptors = [stdin.as_fd(), to_stdout.as_fd(), to_stderr.as_fd(), theirs.as_fd()];
        let number = server.fork(task, descriptors)?;
        let wall = |channel: &mut Channel| {
            let filter = calls::filter(number).ok_or_else(|| refused("a filter of system calls")("this processor"))?;
            channel.ask(&filter).map_err(kernel("random numbers"))?;
            Clocks::of(number).map_err(refused("a process's clock"))
        };
        let clocks = wall(&mut channel).inspect_err(|_| drop(server.end()))?;
        Ok(Self { channel, outputs: [stdout, stderr], clocks, walled: false, looked: Instant::now() })
    }

    /// Begins a question.
    pub(super) fn ask(&mut self, frame: &[u8]) -> Result<(), HostError> {
        self.clocks.asked();
        self.looked = Instant::now();
        self.channel.ask(frame).map_err(kernel("random numbers"))
    }

    /// Waits until something happens, or it is time to look at the process.
    pub(super) fn turn(
        &mut self,
        left: Duration,
        streams: &mut [Captured; 2],
        limit: usize,
    ) -> Result<Turn, HostError> {
        self.wait(left.clamp(SHORTEST, LOOK)).map_err(kernel("to wait for a process"))?;
        self.channel.write().map_err(kernel("to write to a process"))?;
        let mut incoming = self.channel.read().map_err(kernel("to read from a process"))?;
        if !self.walled && matches!(incoming, Incoming::Answer(_)) {
            self.walled = true;
            incoming = self.channel.read().map_err(kernel("to read from a process"))?;
        }
        // Whatever was written before the answer is in the pipes by now.
        self.drain(streams, limit)?;
        match incoming {
            Incoming::Answer(answer) => return Ok(Turn::Answer(answer)),
            Incoming::Noise => return Ok(Turn::Gone),
            Incoming::Closed if self.walled => return Ok(Turn::Gone),
            Incoming::Closed => return Err(self.unwalled(&streams[1])),
            Incoming::Nothing => {}
        }
        if self.looked.elapsed() < left.clamp(SHORTEST, LOOK) {
            return Ok(Turn::Nothing);
        }
        self.looked = Instant::now();
        Ok(self.clocks.look().map_or(Turn::Nothing, Turn::Working))
    }

    /// Takes what it wrote.
    pub(super) fn drain(&mut self, streams: &mut [Captured; 2], limit: usize) -> Result<(), HostError> {
        for (output, captured) in self.outputs.iter_mut().zip(streams) {
            output.drain(captured, limit).map_err(kernel("to read from a process"))?;
        }
        Ok(())
    }

    pub(super) fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    fn wait(&self, timeout: Duration) -> Result<(), Errno> {
        let writing = if self.channel.is_pending() { PollFlags::OUT } else { PollFlags::empty() };
        let mut waited = vec![PollFd::new(&self.channel, PollFlags::IN | writing)];
        let outputs = self.outputs.iter().filter_map(Output::open);
        waited.extend(outputs.map(|pipe| PollFd::from_borrowed_fd(pipe, PollFlags::IN)));
        let timeout = Timespec { tv_sec: 0, tv_nsec: timeout.subsec_nanos().into() };
        match poll(&mut waited, Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// It could not build its walls, so that no program ran; it says why where programs write their errors.
    fn unwalled(&self, stderr: &Captured) -> HostError {
        let text = stderr.text();
        let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        HostError::Kernel { what: "a program's walls", reason: last.to_owned() }
    }
}
